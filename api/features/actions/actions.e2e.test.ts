/** What only many connections at once can show; the rest of the actions is tested on the embedded database. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActionBody } from '../../contract/actions.ts'
import type { Person } from '../../contract/session.ts'
import { openState, type State } from '../../state/state.ts'
import { findBrokenAudit } from '../audit/audit.ts'
import { createPeople } from '../people/people.ts'
import { decideParkedOnce } from './decide-parked.ts'
import { enqueue } from './outbox.ts'
import type { OrderFacts } from './order-facts.ts'
import { relayOnce } from './relay.ts'
import { requestAction } from './request-action.ts'
import { reserve } from './reservations.ts'
import { settleOnce } from './settlement.ts'
import { unrestricted } from '#transforms/query/request.ts'

// `npm run test:services` starts PostgreSQL and says where it is.
const databaseUrl = process.env['DATABASE_URL']
const now = () => new Date()
const log = { warn: () => undefined }
let states: State[] = []
let people: Person[] = []

beforeAll(async () => {
  if (databaseUrl === undefined) return
  states = await Promise.all([1, 2, 3].map(() => openState({ databaseUrl })))
  const store = createPeople(states[0]!.knex)
  for (let i = 0; i < 4; i += 1) {
    await store.add({
      email: `race${i}@x.test`,
      name: `R${i}`,
      role: 'agent',
      scope: unrestricted,
      moneyLimit: 50_000,
      passwordHash: '-',
    })
  }
  people = (await store.list()).filter((person) => person.email.startsWith('race'))
})
afterAll(() => Promise.all(states.map((state) => state.close())))

const onPostgres = test.skipIf(databaseUrl === undefined)
const paidTwice = (order_id: string): OrderFacts => ({
  order_id,
  buyer_id: '',
  currency: 'CNY',
  historic: false,
  canceled: false,
  amount_paid: 20_000,
  shipped: false,
  refunds: [],
  unpaid_anomaly_id: '',
  payments: [1, 2].map((n) => ({
    payment_id: `y${n}`,
    status: 'succeeded',
    amount: 10_000,
    at: `2026-01-01T00:00:0${n}.000Z`,
  })),
  duplicates: [{ anomaly_id: 'd', payment_id: 'y2' }],
})
const refund: ActionBody = { kind: 'refund_payment', payment_id: 'y2', reason: 'paid twice' }

onPostgres('three processes that start at once migrate once', () => {
  expect(
    states.flatMap((state) => state.migrated).filter((name) => name === '001_foundation').length,
  ).toBeLessThanOrEqual(1)
})

onPostgres('partial refunds racing for one payment never return more than it captured', async () => {
  const payments = Array.from({ length: 60 }, () => randomUUID())
  const tries = payments.flatMap((paymentId) =>
    Array.from({ length: 8 }, async (_, i) => {
      const { knex } = states[i % 3]!
      return knex.transaction((trx) =>
        reserve(trx, {
          orderId: paymentId,
          paymentId,
          currency: 'CNY',
          captured: 10_000,
          elsewhere: 1_000,
          amount: 2_500,
        }),
      )
    }),
  )
  const taken = (await Promise.all(tries)).filter(Boolean).length
  const rows: { reserved: string }[] = await states[0]!.knex('payment_reservations').whereIn('payment_id', payments)
  expect(taken).toBe(60 * 3)
  expect(new Set(rows.map((row) => row.reserved))).toEqual(new Set(['7500']))
})

onPostgres('forty presses on one refund, through three processes, are one action', async () => {
  const orders = Array.from({ length: 10 }, () => randomUUID())
  const key = randomUUID()
  const results = await Promise.allSettled(
    orders.flatMap((id) =>
      Array.from({ length: 40 }, (_, i) => {
        const person = people[i % 4]!
        return requestAction(
          { knex: states[i % 3]!.knex, now },
          { person, order: paidTwice(id), body: refund, key: i < 8 && id === orders[0] ? key : randomUUID() },
        )
      }),
    ),
  )
  const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  expect(codes.filter((code) => code !== 'action_refused' && code !== 'idempotency_in_flight')).toEqual([])
  const actions: { order_id: string }[] = await states[0]!.knex('actions').whereIn('order_id', orders)
  expect(actions.map((action) => action.order_id).sort()).toEqual([...orders].sort())
  expect(await findBrokenAudit(states[0]!.knex)).toBeNull()
})

onPostgres('relays side by side carry everything out once, and wait for who is still writing', async () => {
  const writer = states[0]!.knex
  const got: string[] = []
  const sink = { send: async (message: Readonly<Record<string, unknown>>) => void got.push(String(message['n'])) }
  const events = { land: async () => undefined }
  const relay = async (state: State) => {
    while ((await relayOnce({ knex: state.knex, commands: sink, events, now, log })) > 0);
  }
  await Promise.all(states.map(relay))
  got.length = 0
  const slow = await writer.transaction()
  await enqueue(slow, { topic: 'command', aggregate: 'slow', messageId: randomUUID(), payload: { n: 'slow' } })
  await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      writer.transaction((trx) =>
        enqueue(trx, { topic: 'command', aggregate: `a${i % 5}`, messageId: randomUUID(), payload: { n: i } }),
      ),
    ),
  )
  await Promise.all(states.map(relay))
  expect(got).toEqual([])
  await slow.commit()
  for (let round = 0; round < 20 && got.length < 31; round += 1) await Promise.all(states.map(relay))
  expect([...got].sort()).toEqual([...Array.from({ length: 30 }, (_, i) => String(i)), 'slow'].sort())
})

onPostgres('settling twice at once books once', async () => {
  const id = randomUUID()
  const { action } = await requestAction(
    { knex: states[0]!.knex, now },
    { person: people[0]!, order: paidTwice(id), body: refund, key: randomUUID() },
  )
  const readAnswers = async () => [
    { action_id: action.id, event_id: 'e', source: '/shop/x/payment', event_type: 'refund.succeeded', detail: '' },
  ]
  const settled = await Promise.all(states.map((state) => settleOnce({ knex: state.knex, readAnswers, now })))
  expect(settled.reduce((sum, n) => sum + n, 0)).toBe(1)
  expect(await states[0]!.knex('payment_reservations').where({ order_id: id }).first()).toMatchObject({
    reserved: '0',
    refunded: '10000',
  })
})

onPostgres('what was parked is decided by three processes at once, each of them once', async () => {
  const orders: string[] = Array.from({ length: 12 }, () => randomUUID())
  const keptAt = now().toISOString()
  for (const [i, id] of orders.entries())
    await requestAction(
      { knex: states[i % 3]!.knex, now },
      { person: people[i % 4]!, order: paidTwice(id), keptAt, body: refund, key: randomUUID() },
    )
  // Of every third the payment was returned elsewhere meanwhile.
  const refunded = { payment_id: 'y2', amount: 10_000, status: 'succeeded', causation_id: '' }
  const readFacts = async (id: string) => ({
    ...paidTwice(id),
    refunds: orders.indexOf(id) % 3 === 0 ? [refunded] : [],
  })
  const decided = await Promise.all(
    states.map(({ knex }) =>
      decideParkedOnce({ knex, people: createPeople(knex), readFacts, isCaughtUp: async () => true, now, log }),
    ),
  )
  expect(decided.reduce((sum, n) => sum + n, 0)).toBe(12)
  const { knex } = states[0]!
  const ended = await knex('actions').whereIn('order_id', orders).where({ state: 'failed', detail: 'already_refunded' })
  expect(ended).toHaveLength(4)
  const aggregates = orders.map((id) => `order/${id}`)
  expect(await knex('outbox').whereIn('aggregate', aggregates).where({ topic: 'command' })).toHaveLength(8)
  expect(await findBrokenAudit(knex)).toBeNull()
})
