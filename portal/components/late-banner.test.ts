// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { i18n } from '#portal/i18n/index.ts'
import { useLive } from '#portal/stores/live.ts'
import LateBanner from './LateBanner.vue'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-03-01T10:42:00Z') })
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
})

it('numbers that stand still say until when they are true, and say it no more when they move again', async () => {
  const live = useLive()
  const banner = mount(LateBanner, { global: { plugins: [i18n] } })
  await vi.advanceTimersByTimeAsync(15_000)
  expect(banner.text()).toBe('')
  live.dataAsOf = '2026-03-01T10:42:00Z'
  await vi.advanceTimersByTimeAsync(4 * 60_000)
  expect(banner.text()).toBe('')
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  expect(banner.text()).toMatch(/Data until .*42/)
  live.dataAsOf = '2026-03-01T10:48:00Z'
  await vi.advanceTimersByTimeAsync(15_000)
  expect(banner.text()).toBe('')
})
