// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import type { QueueRow } from '#api/contract/anomalies.ts'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import QueueTable from './QueueTable.vue'

const row: QueueRow = {
  anomaly_id: 'a1',
  anomaly_type: 'logistics_stalled',
  category: 'logistics',
  level: 'breached',
  severity: 's2',
  status: 'open',
  attached_to_type: 'order',
  attached_to_id: 'o1',
  at_risk_at: null,
  opened_at: '2026-11-20T09:00:00Z',
  due_at: null,
  escalated_at: null,
  resolved_at: null,
  resolver: '',
  returns: 0,
  exposure_amount: 100,
  currency: 'CNY',
  order_id: 'o1',
  order_no: '1',
  channel: 'tmall',
  region: '广东',
  carrier: 'yto',
  payment_method: '',
}

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})

it.each([
  ['en', 'came back 2 times', 'again within 24 hours'],
  ['zh', '复发 2 次', '24 小时内再次发生'],
] as const)(
  'a row of the queue says how often its anomaly came back, and what that means (%s)',
  (language, said, why) => {
    const pinia = createPinia()
    usePreferences(pinia).language = language
    i18n.global.locale.value = language
    const rows = [row, { ...row, anomaly_id: 'a2', returns: 2 }]
    const table = mount(QueueTable, { props: { rows }, global: { plugins: [pinia, i18n], stubs: ['RouterLink'] } })
    const [mark, ...others] = table.findAll('[data-part="returns"]')
    expect(others).toEqual([])
    expect(mark?.text()).toContain(said)
    expect(mark?.attributes('title')).toContain(why)
  },
)
