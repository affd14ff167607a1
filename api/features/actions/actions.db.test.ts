import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ActionBody } from '../../contract/actions.ts'
import type { Person } from '../../contract/session.ts'
import type { State } from '../../state/state.ts'
import { openTestState } from '../../test-state.ts'
import { findBrokenAudit, listAudit } from '../audit/audit.ts'
import { createPeople } from '../people/people.ts'
import { listActions } from './action-store.ts'
import type { Answer } from './answers.ts'
import type { OrderFacts } from './order-facts.ts'
import { relayOnce } from './relay.ts'
import { requestAction } from './request-action.ts'
import { settleOnce } from './settlement.ts'
import { unrestricted } from '#transforms/query/request.ts'

let state: State
let person: Person
let other: Person
let clock = Date.parse('2026-03-01T10:00:00Z')
const now = () => new Date(clock)
const log = { warn: () => undefined }

beforeAll(async () => {
  state = await openTestState()
  const people = createPeople(state.knex)
  for (const email of ['a@x.test', 'b@x.test']) {
    await people.add({
      email,
      name: email,
      role: 'agent',
      scope: unrestricted,
      moneyLimit: 50_000,
      passwordHash: '-',
    })
  }
  person = (await people.byEmail('a@x.test'))!
  other = (await people.byEmail('b@x.test'))!
})
afterAll(() => state.close())

let orderId = ''
beforeEach(() => {
  orderId = `o-${randomUUID()}`
})

const anOrder = (facts: Partial<OrderFacts> = {}): OrderFacts => ({
  order_id: orderId,
  buyer_id: '',
  currency: 'CNY',
  historic: false,
  canceled: false,
  amount_paid: 0,
  shipped: false,
  payments: [],
  refunds: [],
  duplicates: [],
  unpaid_anomaly_id: 'u1',
  ...facts,
})
const paidTwice = () =>
  anOrder({
    amount_paid: 20_000,
    payments: [1, 2].map((n) => ({
      payment_id: `y${n}`,
      status: 'succeeded',
      amount: 10_000,
      at: `2026-01-01T00:00:0${n}.000Z`,
    })),
    duplicates: [{ anomaly_id: 'd1', payment_id: 'y2' }],
  })
const cancel: ActionBody = { kind: 'cancel_order', reason: 'not paid' }
const refund: ActionBody = { kind: 'refund_payment', payment_id: 'y2', amount: 10_000, reason: 'paid twice' }
const ask = (order: OrderFacts, body: ActionBody, key = randomUUID(), by = person) =>
  requestAction({ knex: state.knex, now }, { person: by, order, body, key })
const countOf = async (table: string, where: object) =>
  Number((await state.knex(table).where(where).count({ n: '*' }).first())?.['n'])

function outside() {
  const commands: Record<string, unknown>[] = []
  const events: Record<string, unknown>[] = []
  const sinks = {
    commands: { send: async (c: Readonly<Record<string, unknown>>) => void commands.push(c) },
    events: { land: async (e: Readonly<Record<string, unknown>>) => void events.push(e) },
  }
  return { commands, events, sinks }
}
async function drain(sinks: ReturnType<typeof outside>['sinks']) {
  while ((await relayOnce({ knex: state.knex, ...sinks, now, log })) > 0);
}

test('an action leaves one command, comes back as an event and is settled by it', async () => {
  const { commands, events, sinks } = outside()
  const { action, replayed } = await ask(anOrder(), cancel)
  expect([action.state, replayed]).toEqual(['queued', false])
  await drain(sinks)
  const mine = commands.filter((command) => command['order_id'] === orderId)
  expect(mine).toEqual([
    {
      command_id: action.id,
      kind: 'cancel_order',
      order_id: orderId,
      reason: 'not paid',
      requested_by: person.id,
      auth_type: 'user',
      at: now().toISOString(),
    },
  ])
  expect((await listActions(state.knex, orderId))[0]?.state).toBe('sent')

  const answer: Answer = {
    action_id: action.id,
    event_id: 'e1',
    source: '/shop/tmall/oms',
    event_type: 'order.canceled',
    detail: '',
  }
  const readAnswers = async () => [answer]
  expect(await settleOnce({ knex: state.knex, readAnswers, now })).toBeGreaterThan(0)
  expect(await settleOnce({ knex: state.knex, readAnswers, now })).toBe(0)
  await drain(sinks)
  expect((await listActions(state.knex, orderId))[0]).toMatchObject({
    state: 'succeeded',
    settled_at: now().toISOString(),
  })
  const types = events.filter((event) => event['subject'] === `order/${orderId}`).map((event) => event['type'])
  expect(types).toEqual(['action.approved.v1', 'action.executed.v1'])
  const verbs = (await listAudit(state.knex, { orderId, limit: 10 })).entries.map((entry) => [
    entry.verb,
    entry.person_name,
  ])
  expect(verbs).toEqual([
    ['cancel_order.succeeded', 'a@x.test'],
    ['cancel_order.requested', 'a@x.test'],
  ])
})

test('the same key and body answer the same action; another body is refused', async () => {
  const key = randomUUID()
  const first = await ask(anOrder(), cancel, key)
  const again = await ask(anOrder(), cancel, key)
  expect([again.action.id, again.replayed]).toEqual([first.action.id, true])
  await expect(ask(anOrder(), { ...cancel, reason: 'other' }, key)).rejects.toMatchObject({
    code: 'idempotency_mismatch',
  })
  expect(await countOf('actions', { order_id: orderId })).toBe(1)
})

test('a replay answers even when the action would no longer be legal', async () => {
  const key = randomUUID()
  const first = await ask(anOrder(), cancel, key)
  const again = await ask(anOrder({ canceled: true }), cancel, key)
  expect(again.action.id).toBe(first.action.id)
})

test('keys belong to their person', async () => {
  const key = randomUUID()
  await ask(paidTwice(), refund, key)
  await expect(ask(paidTwice(), refund, key, other)).rejects.toMatchObject({ reason: 'already_requested' })
})

test('many presses at once, with one key or with many, make one action', async () => {
  const key = randomUUID()
  const presses = Array.from({ length: 12 }, (_, i) =>
    ask(paidTwice(), refund, i % 2 === 0 ? key : randomUUID(), i % 3 === 0 ? other : person),
  )
  const results = await Promise.allSettled(presses)
  const ids = new Set(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.action.id] : [])))
  expect(ids.size).toBe(1)
  const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  expect(new Set(codes)).toEqual(new Set(['action_refused']))
  expect(await countOf('outbox', { aggregate: `order/${orderId}`, topic: 'command' })).toBe(1)
  expect(await state.knex('payment_reservations').where({ order_id: orderId }).first()).toMatchObject({
    reserved: '10000',
    refunded: '0',
    captured: '10000',
  })
})

test('a failed refund frees its money, a second try may use it, and success books it for good', async () => {
  const first = await ask(paidTwice(), refund)
  const answered = (id: string, event_type: string, detail: string) => async () => [
    { action_id: id, event_id: `e-${id}`, source: '/shop/tmall/payment', event_type, detail },
  ]
  await settleOnce({
    knex: state.knex,
    readAnswers: answered(first.action.id, 'refund.failed', 'insufficient_funds'),
    now,
  })
  expect((await listActions(state.knex, orderId))[0]).toMatchObject({ state: 'failed', detail: 'insufficient_funds' })
  const second = await ask(paidTwice(), refund)
  await settleOnce({ knex: state.knex, readAnswers: answered(second.action.id, 'refund.succeeded', ''), now })
  expect(await state.knex('payment_reservations').where({ order_id: orderId }).first()).toMatchObject({
    reserved: '0',
    refunded: '10000',
  })
  await expect(ask(paidTwice(), refund)).rejects.toMatchObject({ reason: 'already_refunded' })
})

/** Each on an order of its own, all of them at once. */
async function refundsAtOnce(buyers: readonly string[], by: Person): Promise<string[]> {
  const asked = buyers.map((buyer_id) => {
    const order = { ...paidTwice(), order_id: `o-${randomUUID()}`, buyer_id }
    return ask(order, refund, randomUUID(), by).then(
      () => 'taken',
      (error: { reason: string }) => error.reason,
    )
  })
  return (await Promise.all(asked)).sort()
}

test('the limits of a day and of a customer hold, also when refunds come all at once', async () => {
  clock += 40 * 86_400_000
  await state.knex('people').where({ id: other.id }).update({ money_limit_day: 35_000, money_limit_customer: 20_000 })
  const day = await refundsAtOnce(['', '', '', '', '', ''], other)
  expect(day).toEqual([...Array<string>(3).fill('above_day_limit'), 'taken', 'taken', 'taken'])
  clock += 86_400_000
  const customer = await refundsAtOnce(['c1', 'c1', 'c1', 'c2'], other)
  expect(customer).toEqual(['above_customer_limit', 'taken', 'taken', 'taken'])
  // What another person gave the customer counts as well.
  await state.knex('people').where({ id: person.id }).update({ money_limit_customer: 20_000 })
  expect(await refundsAtOnce(['c1'], person)).toEqual(['above_customer_limit'])
  await state.knex('people').update({ money_limit_day: null, money_limit_customer: null })
})

test('whoever lost the right between looking and pressing is refused, and nothing is left of it', async () => {
  const stillThere = { ...other }
  for (const change of [{ role: 'manager' }, { disabled_at: now() }]) {
    await state.knex('people').where({ id: other.id }).update(change)
    await expect(ask(paidTwice(), refund, randomUUID(), stillThere)).rejects.toMatchObject({ reason: 'role_may_not' })
    await expect(ask(anOrder(), cancel, randomUUID(), stillThere)).rejects.toMatchObject({ reason: 'role_may_not' })
    await state.knex('people').where({ id: other.id }).update({ role: 'agent', disabled_at: null })
  }
  await state.knex('people').where({ id: other.id }).update({ money_limit: 9_999 })
  await expect(ask(paidTwice(), refund, randomUUID(), stillThere)).rejects.toMatchObject({ reason: 'above_limit' })
  await state.knex('people').where({ id: other.id }).update({ money_limit: 50_000 })
  expect(await countOf('actions', { order_id: orderId })).toBe(0)
})

test('what was shown and what is asked must be the same amount', async () => {
  await expect(ask(paidTwice(), { ...refund, amount: 9_999 })).rejects.toMatchObject({ reason: 'amount_changed' })
  await expect(ask(paidTwice(), { ...refund, payment_id: 'y1' })).rejects.toMatchObject({
    reason: 'no_duplicate_payment',
  })
  expect(await countOf('outbox', { aggregate: `order/${orderId}` })).toBe(0)
})

test('a refused action leaves nothing behind', async () => {
  const key = randomUUID()
  await expect(ask(anOrder({ amount_paid: 5 }), cancel, key)).rejects.toMatchObject({
    code: 'action_refused',
    reason: 'already_paid',
  })
  expect(await countOf('action_idempotency', { key })).toBe(0)
  expect(await countOf('audit', { order_id: orderId })).toBe(0)
})

test('an outside that does not answer keeps the command; it leaves later, and then in doubt is shown', async () => {
  const { commands, sinks } = outside()
  const { action } = await ask(anOrder(), cancel)
  const down = { ...sinks, commands: { send: async () => Promise.reject(new Error('down')) } }
  await drain(down)
  expect(await state.knex('outbox').where({ message_id: action.id }).first()).toMatchObject({
    sent_at: null,
    attempts: 1,
    last_error: 'Error: down',
  })
  await drain(sinks)
  expect(commands.filter((command) => command['command_id'] === action.id)).toHaveLength(0)
  clock += 5_000
  await drain(sinks)
  expect(commands.filter((command) => command['command_id'] === action.id)).toHaveLength(1)
  clock += 11 * 60_000
  await settleOnce({ knex: state.knex, readAnswers: async () => [], now })
  expect((await listActions(state.knex, orderId))[0]?.state).toBe('in_doubt')
})

test('a relay that died with a message in hand gives it back; order is kept per order', async () => {
  const { action } = await ask(anOrder(), cancel)
  const never = { send: () => new Promise<void>(() => undefined) }
  void relayOnce({ knex: state.knex, commands: never, events: outside().sinks.events, now, log })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const { commands, events, sinks } = outside()
  await drain(sinks)
  expect([...commands, ...events].filter((message) => JSON.stringify(message).includes(action.id))).toEqual([])
  clock += 31_000
  await drain(sinks)
  expect(commands.filter((command) => command['command_id'] === action.id)).toHaveLength(1)
  expect(events.map((event) => event['id'])).toContain(`${action.id}/approved`)
})

test('our own events settle nothing', async () => {
  const { action } = await ask(anOrder(), cancel)
  const echo: Answer = {
    action_id: action.id,
    event_id: 'x',
    source: '/orderlens/portal',
    event_type: 'action.failed',
    detail: '',
  }
  await settleOnce({ knex: state.knex, readAnswers: async () => [echo], now })
  expect((await listActions(state.knex, orderId))[0]?.state).not.toBe('failed')
})

test('the audit chain holds, and names the entry that was tampered with', async () => {
  expect(await findBrokenAudit(state.knex)).toBeNull()
  await state.knex.raw('alter table audit disable trigger audit_no_change')
  await state.knex('audit').where({ seq: 3 }).update({ person_name: 'somebody else' })
  expect(await findBrokenAudit(state.knex)).toBe('3')
})
