import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { readExplain, writeExplain, type ExplainState } from '#portal/url/explain-query.ts'

/** Opens, changes and closes the panel “What changed?” by way of the URL. */
export function useExplain() {
  const route = useRoute()
  const router = useRouter()
  const state = computed(() => readExplain(route.query['explain']))

  const open = (next: ExplainState): void =>
    void router.push({ query: { ...route.query, explain: writeExplain(next) } })
  const change = (part: Partial<ExplainState>): void => {
    if (state.value !== null)
      void router.replace({ query: { ...route.query, explain: writeExplain({ ...state.value, ...part }) } })
  }
  const close = (): void => {
    const { explain: _, ...rest } = route.query
    void router.push({ query: rest })
  }
  return { state, open, change, close }
}
