import { expect, test } from 'vitest'
import type { Action } from '../../contract/actions.ts'
import type { Person } from '../../contract/session.ts'
import { NOTHING_SPENT, aboveLimit } from './allowance.ts'
import { listLegal } from './legality.ts'
import type { OrderFacts } from './order-facts.ts'
import { unrestricted } from '#transforms/query/request.ts'

const anOrder = (facts: Partial<OrderFacts> = {}): OrderFacts => ({
  order_id: 'o1',
  buyer_id: '',
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
  scope: unrestricted,
  money_limit: 50_000,
  money_limit_day: null,
  money_limit_customer: null,
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
  listLegal({ order, person, past, spent: NOTHING_SPENT }).find((legal) => legal.kind === kind)?.reason

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
  const legal = listLegal({ order: paidTwice(), person: aPerson(), past: [], spent: NOTHING_SPENT })[1]
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
  expect(listLegal({ order, person: aPerson(), past: [], spent: NOTHING_SPENT })[1]?.payment_id).toBe('y2')
})

const limits = { money_limit: 100, money_limit_day: 150, money_limit_customer: 120 }
test.each([
  ['the whole of a limit', 100, { day: 50, customer: 20 }, null],
  ['one above the single limit', 101, { day: 0, customer: 0 }, 'above_limit'],
  ['one above the day', 100, { day: 51, customer: 0 }, 'above_day_limit'],
  ['one above the customer', 100, { day: 0, customer: 21 }, 'above_customer_limit'],
] as const)('limits: %s', (_name, amount, spent, reason) => {
  expect(aboveLimit(amount, limits, spent)).toBe(reason)
  const only = { ...limits, money_limit_day: null, money_limit_customer: null }
  expect(aboveLimit(amount, only, spent)).toBe(amount > 100 ? 'above_limit' : null)
})
