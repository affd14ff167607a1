import { expect, it } from 'vitest'
import { valueLabel } from '#dashboards/charts/words.ts'
import { describeFilters, shownColumns } from './describe.ts'

it('words filters by label, narrowest value, both languages', () => {
  const where = [
    { dimension: 'anomaly_type', op: 'in' as const, values: ['not_shipped', 'payment_failed'] },
    { dimension: 'carrier', op: 'not_in' as const, values: ['yto', 'zto'] },
    { dimension: 'anomaly_type', op: 'in' as const, values: ['not_shipped'] },
    { dimension: 'region', op: 'in' as const, values: [''] },
  ]
  expect(
    describeFilters(where, {
      label: (name) => name.toUpperCase(),
      value: (dimension, value) => valueLabel(dimension, value, 'zh'),
      separator: '、',
    }),
  ).toEqual([
    { name: 'ANOMALY_TYPE', values: '超时未发货', negated: false },
    { name: 'CARRIER', values: '圆通、中通', negated: true },
    { name: 'REGION', values: '（无）', negated: false },
  ])
})

it('leaves machine keys to the export', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }))
  expect(shownColumns(named('anomaly_id', 'order_id', 'order_no', 'currency', 'region'))).toEqual(
    named('order_no', 'region'),
  )
  expect(shownColumns(named('order_id', 'value'))).toEqual(named('order_id', 'value'))
})
