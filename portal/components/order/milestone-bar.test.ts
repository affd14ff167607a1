// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import MilestoneBar from './MilestoneBar.vue'

it('shows promise and fact of each stage, with a word besides the colour', () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  const pinia = createPinia()
  Object.assign(usePreferences(pinia), { language: 'en', zone: 'UTC' })
  const bar = mount(MilestoneBar, {
    props: {
      milestones: [
        {
          name: 'handed_over',
          promised_at: '2018-01-02T08:00:00Z',
          happened_at: '2018-01-02T09:30:00Z',
          state: 'late',
        },
        { name: 'delivered', promised_at: '2018-01-05T08:00:00Z', happened_at: null, state: 'overdue' },
      ],
    },
    global: { plugins: [pinia, i18n] },
  })
  const [handed, delivered] = bar.findAll('li')
  expect(handed!.text()).toMatch(/Handed over.*2 Jan 2018, 09:30.*by 2 Jan 2018, 08:00.*Late/)
  expect(delivered!.text()).toMatch(/Delivered.*Overdue.*by 5 Jan 2018, 08:00/)
})
