import { expect, test } from 'vitest'
import type { Action } from '../../contract/actions.ts'
import type { Person } from '../../contract/session.ts'
import { listLegal } from './legality.ts'
import type { OrderFacts } from './order-facts.ts'

const anOrder = (facts: Partial<OrderFacts> = {}): OrderFacts => ({
  order_id: 'o1',
  currency: 'CNY',
  historic: false,
  canceled: false,
  amount_paid: 0,
  shipped: false,
  payments: [],
  refunds: [],
  duplicates: [],
  unpaid_anomaly_id: '',
  ...facts,
})
const aPerson = (facts: Partial<Person> = {}): Person => ({
  id: 'p1',
  email: 'a@b.cd',
  name: 'A',
  role: 'agent',
  scope: { channels: 'all', regions: 'all' },
  money_limit: 50_000,
  ...facts,
})
const anAction = (facts: Partial<Action> = {}): Action => ({
  id: 'a1',
  kind: 'cancel_order',
  order_id: 'o1',
  payment_id: '',
  amount: 0,
  currency: 'CNY',
  reason: 'r',
  state: 'queued',
  requested_by: 'p1',
  requested_by_name: 'A',
  requested_at: '2026-01-01T00:00:00.000Z',
  settled_at: null,
  detail: '',
  ...facts,
})
const paidTwice = (facts: Partial<OrderFacts> = {}) =>
  anOrder({
    amount_paid: 20_000,
    payments: [
      { payment_id: 'y1', status: 'succeeded', amount: 10_000, at: '2026-01-01T00:00:00.000Z' },
      { payment_id: 'y2', status: 'succeeded', amount: 10_000, at: '2026-01-01T00:00:05.000Z' },
    ],
    duplicates: [{ anomaly_id: 'd1', payment_id: 'y2' }],
    ...facts,
  })

const reasonOf = (kind: Action['kind'], order: OrderFacts, person = aPerson(), past: Action[] = []) =>
  listLegal({ order, person, past }).find((legal) => legal.kind === kind)?.reason

test.each([
  ['an unpaid order', anOrder(), aPerson(), [], ''],
  ['a manager', anOrder(), aPerson({ role: 'manager' }), [], 'role_may_not'],
  ['an admin', anOrder(), aPerson({ role: 'admin' }), [], ''],
  ['an imported order', anOrder({ historic: true }), aPerson(), [], 'historic_order'],
  ['a canceled order', anOrder({ canceled: true }), aPerson(), [], 'already_canceled'],
  ['a paid order', anOrder({ amount_paid: 1 }), aPerson(), [], 'already_paid'],
  ['a shipped order', anOrder({ shipped: true }), aPerson(), [], 'already_shipped'],
  ['one asked before', anOrder(), aPerson(), [anAction()], 'already_requested'],
  ['one that failed before', anOrder(), aPerson(), [anAction({ state: 'failed' })], ''],
] as const)('cancel: %s', (_name, order, person, past, reason) => {
  expect(reasonOf('cancel_order', order, person, [...past])).toBe(reason)
})

const ours = (state: Action['state']) => anAction({ kind: 'refund_payment', payment_id: 'y2', amount: 10_000, state })

test.each([
  ['a duplicate within the limit', paidTwice(), aPerson(), [], ''],
  ['exactly the limit', paidTwice(), aPerson({ money_limit: 10_000 }), [], ''],
  ['one above the limit', paidTwice(), aPerson({ money_limit: 9_999 }), [], 'above_limit'],
  ['nobody without a limit', paidTwice(), aPerson({ money_limit: 0 }), [], 'role_may_not'],
  ['a manager, whatever the limit', paidTwice(), aPerson({ role: 'manager', money_limit: 99_999 }), [], 'role_may_not'],
  ['no duplicate', paidTwice({ duplicates: [] }), aPerson(), [], 'no_duplicate_payment'],
  ['a payment that is not there', paidTwice({ payments: [] }), aPerson(), [], 'no_duplicate_payment'],
  ['an imported order', paidTwice({ historic: true }), aPerson(), [], 'historic_order'],
  ['under way', paidTwice(), aPerson(), [ours('sent')], 'already_requested'],
  ['in doubt counts as under way', paidTwice(), aPerson(), [ours('in_doubt')], 'already_requested'],
  ['done by us', paidTwice(), aPerson(), [ours('succeeded')], 'already_refunded'],
  ['failed before', paidTwice(), aPerson(), [ours('failed')], ''],
  [
    'done elsewhere',
    paidTwice({ refunds: [{ payment_id: 'y2', amount: 1, status: 'pending', causation_id: '' }] }),
    aPerson(),
    [],
    'already_refunded',
  ],
  [
    'failed elsewhere',
    paidTwice({ refunds: [{ payment_id: 'y2', amount: 1, status: 'failed', causation_id: '' }] }),
    aPerson(),
    [],
    '',
  ],
] as const)('refund: %s', (_name, order, person, past, reason) => {
  expect(reasonOf('refund_payment', order, person, [...past])).toBe(reason)
})

test('a refund names the payment, its whole amount and the anomaly it answers', () => {
  const legal = listLegal({ order: paidTwice(), person: aPerson(), past: [] })[1]
  expect(legal).toEqual({
    kind: 'refund_payment',
    allowed: true,
    reason: '',
    payment_id: 'y2',
    amount: 10_000,
    currency: 'CNY',
    anomaly_id: 'd1',
  })
})

test('an anomaly that names no payment means the latest capture', () => {
  const order = paidTwice({ duplicates: [{ anomaly_id: 'd1', payment_id: '' }] })
  expect(listLegal({ order, person: aPerson(), past: [] })[1]?.payment_id).toBe('y2')
})
