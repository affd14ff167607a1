// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import KnownSlider from './KnownSlider.vue'

const instants = ['2026-11-20T08:00:00.000Z', '2026-11-20T09:00:00.000Z', '2026-11-21T10:00:00.000Z']

function shown(at?: string) {
  const pinia = createPinia()
  usePreferences(pinia).language = 'en'
  i18n.global.locale.value = 'en'
  return mount(KnownSlider, {
    props: { instants, at },
    global: { plugins: [pinia, i18n], stubs: { 'el-button': { template: '<button><slot /></button>' } } },
  })
}

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})
afterEach(() => vi.useRealTimers())

test('the present is the last place, one beyond the last instant', () => {
  const slider = shown()
  expect(slider.find('input').element.value).toBe('3')
  expect(slider.text()).toContain('the present')
  expect(shown(instants[1]).find('input').element.value).toBe('1')
  // Between two events nothing new was known.
  expect(shown('2026-11-20T23:00:00.000Z').find('input').element.value).toBe('1')
})

test('only where it comes to rest is asked for', async () => {
  const slider = shown()
  for (const place of ['2', '1', '0']) await slider.find('input').setValue(place)
  expect(slider.emitted('change')).toBeUndefined()
  vi.advanceTimersByTime(1_000)
  expect(slider.emitted('change')).toEqual([[instants[0]]])
})

test('a step to the present asks for no instant', async () => {
  const slider = shown(instants[2])
  await slider.findAll('button').at(-1)?.trigger('click')
  vi.advanceTimersByTime(1_000)
  expect(slider.emitted('change')).toEqual([[undefined]])
})
