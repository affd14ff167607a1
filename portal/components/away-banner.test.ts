// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, vi } from 'vitest'
import { client } from '#portal/api/client.ts'
import { i18n } from '#portal/i18n/index.ts'
import AwayBanner from './AwayBanner.vue'

afterEach(() => {
  vi.useRealTimers()
  i18n.global.locale.value = 'en'
})

it('what is away is named with what goes on meanwhile, in both languages, and no more when it is back', async () => {
  vi.useFakeTimers({ now: new Date('2026-03-01T10:42:00Z') })
  setActivePinia(createPinia())
  const since = '2026-03-01T10:40:00Z'
  const away = vi.spyOn(client, 'away').mockResolvedValue({
    away: [
      { part: 'redis', since },
      { part: 'room', since },
    ],
  })
  const banner = mount(AwayBanner, { global: { plugins: [i18n] } })
  await flushPromises()
  expect(banner.get('[data-part="redis"]').text()).toMatch(/^Redis has been away since .*40\. Everything goes on/)
  expect(banner.get('[data-part="room"]').text()).toMatch(/nothing lands since .*40/)
  i18n.global.locale.value = 'zh'
  await flushPromises()
  expect(banner.get('[data-part="redis"]').text()).toContain('一切照常进行')
  away.mockResolvedValue({ away: [] })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(banner.find('[data-banner]').exists()).toBe(false)
})
