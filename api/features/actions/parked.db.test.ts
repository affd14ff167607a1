/** Actions while the warehouse is away: by facts that were kept, for who sees the same rows; and nothing leaves by them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OrderRow } from '#transforms/query/orders.ts'
import { WarehouseError } from '#warehouse/errors.ts'
import type { Action } from '../../contract/actions.ts'
import { type TestApp, aDoor, anOrderState, openTestApp } from '../../test-app.ts'
import { listAudit } from '../audit/audit.ts'
import { createPeople } from '../people/people.ts'
import { decideParkedOnce } from './decide-parked.ts'
import { KEPT_MS, forgetFacts } from './kept-facts.ts'
import { createReadFacts } from './read-facts.ts'
import { relayOnce } from './relay.ts'

let clock = Date.parse('2026-03-01T10:00:00Z')
const now = () => new Date(clock)
let isAway = false
let isCaughtUp = true
let order: OrderRow
let one: TestApp

const read = <Row>(row: () => Row): Promise<Row> =>
  isAway ? Promise.reject(new WarehouseError('UNREACHABLE', 'away')) : Promise.resolve(row())
const door = aDoor({
  order: (id, scope) =>
    read(() =>
      id === order.order_id && (scope.regions === 'all' || scope.regions.includes(order.region)) ? order : null,
    ),
  orderAnomalies: () =>
    read(() => [{ anomaly_id: 'd1', anomaly_type: 'duplicate_payment', category: 'payment', level: 'breached', severity: 's2', status: 'open', attached_to_type: 'payment', attached_to_id: 'y2', at_risk_at: null, opened_at: '2026-01-01T00:00:05.000Z', due_at: null, escalated_at: null, resolved_at: null, resolver: '', returns: 0, exposure_amount: 30_000, currency: 'CNY', threshold_snapshot: '{}', evidence_event_ids: [], incident_id: '' }]), // prettier-ignore
})

beforeAll(async () => {
  // Nobody is signed out by the hours that pass.
  one = await openTestApp({ door, now, config: { sessionIdleMs: 1e9, sessionMs: 1e9 } })
  await one.state.knex('people').update({ money_limit_day: null, money_limit_customer: null })
})
afterAll(() => one.close())
beforeEach(() => {
  isAway = false
  isCaughtUp = true
  clock += 60_000
  const payment = (n: number) => ({ payment_id: `y${n}`, method: '', provider: '', status: 'succeeded', amount: 30_000, at: `2026-01-01T00:00:0${n}.000Z`, failed_at: null, failure_code: '' }) // prettier-ignore
  const paid = { amount_paid: 60_000, payments: [payment(1), payment(2)] }
  order = anOrderState({ order_id: `o-${randomUUID()}`, region: '广东', buyer_id: '', ...paid })
})

type Who = Parameters<TestApp['as']>[0]
const refund = { kind: 'refund_payment', payment_id: 'y2', amount: 30_000, reason: 'paid twice' }
const url = () => `/api/orders/${order.order_id}/actions`
const look = async (who: Who) => one.app.inject({ url: url(), headers: await one.as(who) })
const ask = (headers: Record<string, string>, key = randomUUID()) =>
  one.app.inject({ method: 'POST', url: url(), payload: refund, headers: { ...headers, 'idempotency-key': key } })
const decide = () =>
  decideParkedOnce({
    knex: one.state.knex,
    people: createPeople(one.state.knex),
    readFacts: createReadFacts(door),
    isCaughtUp: async () => isCaughtUp,
    now,
    log: { warn: () => undefined },
  })
const outbox = () =>
  one.state
    .knex('outbox')
    .where({ aggregate: `order/${order.order_id}` })
    .orderBy('id')
const action = async () => (await look('agent')).json<{ actions: Action[] }>().actions[0]
const park = async (who: Who = 'agent') => {
  await look(who)
  isAway = true
  const asked = await ask(await one.as(who))
  isAway = false
  return asked
}

test('who opened the order decides by what was known then; it is parked, and nothing leaves', async () => {
  const openedAt = now().toISOString()
  expect((await look('agent')).json()).toMatchObject({ kept_at: null })
  isAway = true
  clock += 3_600_000
  // A colleague who sees the same rows as well.
  for (const who of ['agent', 'lead'] as const)
    expect((await look(who)).json()).toMatchObject({
      kept_at: openedAt,
      legal: [{ kind: 'cancel_order' }, { kind: 'refund_payment', allowed: true, amount: 30_000 }],
    })
  const key = randomUUID()
  const asked = await ask(await one.as('agent'), key)
  expect([asked.statusCode, asked.json()]).toEqual([202, expect.objectContaining({ state: 'parked' })])
  const again = await ask(await one.as('agent'), key)
  expect([again.json().id, again.headers['idempotent-replayed']]).toEqual([asked.json().id, 'true'])
  expect((await ask(await one.as('lead'))).json()).toMatchObject({ reason: 'already_requested' })
  expect(await decide()).toBe(0)
  expect(await outbox()).toEqual([])
  const [entry] = (await listAudit(one.state.knex, { orderId: order.order_id, limit: 9 })).entries
  expect(entry).toMatchObject({ verb: 'refund_payment.requested' })
  isAway = false
  expect(await decide()).toBe(1)
})

test('nobody is told by what others see, nor by what is older than a shift; programs are told to come again', async () => {
  const unavailable = { statusCode: 503, code: 'unavailable' }
  await look('agent')
  isAway = true
  expect((await look('agent.zhejiang')).json()).toMatchObject(unavailable)
  expect((await ask(await one.as('agent.zhejiang'))).json()).toMatchObject(unavailable)
  isAway = false
  const machine = await one.keyOf('agent', { permissions: ['orders.read', 'payments.refund'] })
  isAway = true
  expect((await ask(machine)).json()).toMatchObject(unavailable)
  clock += KEPT_MS
  expect((await look('agent')).json()).toMatchObject(unavailable)
  await forgetFacts(one.state.knex, now())
  expect(await one.state.knex('kept_order_facts').where({ order_id: order.order_id })).toEqual([])
})

test('an order that is seen no more is not kept either', async () => {
  await look('agent')
  order = { ...order, order_id: `other-${order.order_id}` }
  const before = `/api/orders/${order.order_id.replace('other-', '')}/actions`
  const headers = await one.as('agent')
  expect((await one.app.inject({ url: before, headers })).statusCode).toBe(404)
  isAway = true
  expect((await one.app.inject({ url: before, headers })).statusCode).toBe(503)
})

test('it leaves when somebody can look and the data has caught up, once, whoever decides', async () => {
  await park()
  isCaughtUp = false
  expect(await decide()).toBe(0)
  expect((await action())?.state).toBe('parked')
  isCaughtUp = true
  const decided = await Promise.all([decide(), decide()])
  expect(decided.reduce((sum, n) => sum + n)).toBe(1)
  expect(await decide()).toBe(0)
  expect((await outbox()).map(({ topic }) => topic)).toEqual(['command', 'event'])
  const sent: Record<string, unknown>[] = []
  const sinks = {
    commands: { send: async (command: object) => void sent.push({ ...command }) },
    events: { land: async () => undefined },
  }
  const log = { warn: () => undefined }
  while ((await relayOnce({ knex: one.state.knex, ...sinks, now, log })) > 0);
  const { id } = (await action()) as Action
  const mine = sent.filter(({ order_id }) => order_id === order.order_id)
  expect(mine).toEqual([expect.objectContaining({ command_id: id, payment_id: 'y2', amount: 30_000 })])
  expect((await action())?.state).toBe('sent')
  const { entries } = await listAudit(one.state.knex, { orderId: order.order_id, limit: 9 })
  expect(entries.map(({ verb }) => verb).filter((verb) => verb.startsWith('refund'))).toEqual([
    'refund_payment.released',
    'refund_payment.requested',
  ])
})

const refunded = { refund_id: 'r1', payment_id: 'y2', amount: 30_000, status: 'succeeded', channel: '', requested_at: null, settled_at: null, failure_reason: '', causation_id: '' } // prettier-ignore
test.each([
  ['was refunded elsewhere meanwhile', 'already_refunded', () => void (order = { ...order, refunds: [refunded] })],
  ['is seen by the person no more', 'role_may_not', () => void (order = { ...order, order_id: 'elsewhere' })],
  [
    'has another amount now',
    'amount_changed',
    () => void (order = { ...order, payments: order.payments.map((payment) => ({ ...payment, amount: 20_000 })) }),
  ],
  [
    'may not be done by the person any more',
    'above_limit',
    async () =>
      void (await one.state.knex('people').where({ email: 'agent@demo.orderlens' }).update({ money_limit: 9 })),
  ],
])('what %s ends with the reason, and its money is free', async (_what, reason, change) => {
  const { order_id } = order
  const limit = await one.state.knex('people').where({ email: 'agent@demo.orderlens' }).first('money_limit')
  const { id } = (await park()).json<Action>()
  await change()
  expect(await decide()).toBe(1)
  await one.state.knex('people').where({ email: 'agent@demo.orderlens' }).update(limit)
  expect(await one.state.knex('actions').where({ id }).first()).toMatchObject({ state: 'failed', detail: reason })
  expect(await one.state.knex('payment_reservations').where({ order_id }).first()).toMatchObject({
    reserved: '0',
    refunded: '0',
  })
  expect(await one.state.knex('outbox').where({ aggregate: `order/${order_id}` })).toEqual([])
  const { entries } = await listAudit(one.state.knex, { orderId: order_id, limit: 9 })
  expect(entries.find(({ verb }) => verb === 'refund_payment.failed')?.detail).toMatchObject({ detail: reason })
})
