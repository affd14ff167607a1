import { expect, it } from 'vitest'
import { describeFilters } from './describe.ts'

it('words filters by label, narrowest value, both languages', () => {
  const where = [
    { dimension: 'anomaly_type', op: 'in' as const, values: ['not_shipped', 'payment_failed'] },
    { dimension: 'carrier', op: 'not_in' as const, values: ['yto', 'zto'] },
    { dimension: 'anomaly_type', op: 'in' as const, values: ['not_shipped'] },
    { dimension: 'region', op: 'in' as const, values: [''] },
  ]
  expect(describeFilters(where, (name) => name.toUpperCase(), 'zh')).toEqual([
    { name: 'ANOMALY_TYPE', values: '超时未发货', negated: false },
    { name: 'CARRIER', values: 'yto、zto', negated: true },
    { name: 'REGION', values: '（无）', negated: false },
  ])
})
