import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { isZone } from '#dashboards/charts/zone.ts'
import type { Language } from '#dashboards/charts/context.ts'

export type ThemeChoice = 'light' | 'dark' | 'auto'
interface Saved {
  language: Language
  theme: ThemeChoice
  zone: string
}

const place = 'orderlens.preferences'

/** The browser's own zone and language are the defaults. */
function defaults(): Saved {
  return {
    language: navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
    theme: 'auto',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
  }
}

function saved(): Saved {
  const start = defaults()
  try {
    const found = JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Saved>
    return {
      language: found.language === 'zh' || found.language === 'en' ? found.language : start.language,
      theme: found.theme === 'light' || found.theme === 'dark' ? found.theme : 'auto',
      zone: typeof found.zone === 'string' && isZone(found.zone) ? found.zone : start.zone,
    }
  } catch {
    return start
  }
}

/** How this reader wants to see things; kept in this browser. */
export const usePreferences = defineStore('preferences', () => {
  const start = saved()
  const language = ref(start.language)
  const theme = ref(start.theme)
  const zone = ref(start.zone)
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => {
    systemDark.value = event.matches
  })

  const dark = computed(() => theme.value === 'dark' || (theme.value === 'auto' && systemDark.value))
  const reader = computed(() => ({ language: language.value, zone: zone.value }))

  watch([language, theme, zone], () => {
    localStorage.setItem(place, JSON.stringify({ language: language.value, theme: theme.value, zone: zone.value }))
  })
  watch(dark, (on) => document.documentElement.classList.toggle('dark', on), { immediate: true })
  return { language, theme, zone, dark, reader }
})
