import { expect, test } from 'vitest'
import type { OrderRow } from '#transforms/query/orders.ts'
import { listLedger } from './ledger.ts'
import { listPromises } from './promises.ts'

const at = (hour: number): string => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const payment = (id: string, amount: number, hour: number, status = 'succeeded'): OrderRow['payments'][number] => ({
  payment_id: id,
  method: 'card',
  provider: 'psp',
  status,
  amount,
  at: at(hour),
  failed_at: null,
  failure_code: '',
})
const refund = (id: string, amount: number, hour: number, status = 'succeeded'): OrderRow['refunds'][number] => ({
  refund_id: id,
  payment_id: 'p1',
  amount,
  status,
  channel: 'original',
  requested_at: at(1),
  settled_at: status === 'succeeded' ? at(hour) : null,
  failure_reason: '',
  causation_id: '',
})
const cost = { cost_id: 'c', cost_kind: 'chargeback', currency: 'CNY', reason: '', reversed_at: null }

test('money moves in order of time, and only what moved', () => {
  const order = {
    currency: 'CNY',
    payments: [payment('p2', 500, 9), payment('p1', 1_000, 8), payment('p3', 9_999, 7, 'failed')],
    refunds: [refund('r1', 400, 10), refund('r2', 9_999, 11, 'pending')],
  }
  const costs = [
    { ...cost, amount: 1_000, incurred_at: at(12), reversed_at: at(13) },
    { ...cost, cost_id: 'd', amount: 70, currency: 'USD', incurred_at: at(14) },
  ]
  expect(listLedger(order, costs).map(({ kind, id, amount, balance }) => [kind, id, amount, balance])).toEqual([
    ['captured', 'p1', 1_000, 1_000],
    ['captured', 'p2', 500, 1_500],
    ['refunded', 'r1', -400, 1_100],
    ['cost', 'c', -1_000, 100],
    ['cost_reversed', 'c', 1_000, 1_100],
    ['cost', 'd', -70, 1_100],
  ])
})

test.each([
  ['kept', { met_at: at(9) }],
  ['kept', { met_at: at(10) }],
  ['late', { met_at: at(11) }],
  ['broken', {}],
  ['broken', { void_at: at(11) }],
  ['void', { void_at: at(9) }],
  ['void', { void_at: at(9), met_at: at(11) }],
  ['running', { due_at: at(20), at_risk_at: at(19) }],
  ['at_risk', { due_at: at(20), at_risk_at: at(12) }],
] as const)('a promise is %s', (state, told) => {
  const row = {
    kind: 'ship_by',
    attached_to_id: 'o',
    rule_id: 'not_shipped',
    rule_version: 1,
    threshold_snapshot: '{}',
    calendar: '24x7',
    set_at: at(1),
    at_risk_at: at(8),
    due_at: at(10),
    escalate_at: at(12),
    met_at: null,
    void_at: null,
    met_event_id: '',
    ...told,
  }
  expect(listPromises([row], new Date(at(12)))[0]?.state).toBe(state)
})
