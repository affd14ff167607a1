import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderAnomaly } from '../../contract/anomalies.ts'
import { aDoorWithOrder, anOrderState, openTestApp, type TestApp } from '../../test-app.ts'

const duplicate: OrderAnomaly = {
  anomaly_id: 'd1',
  anomaly_type: 'duplicate_payment',
  category: 'payment',
  level: 'breached',
  severity: 's2',
  status: 'open',
  attached_to_type: 'payment',
  attached_to_id: 'y2',
  at_risk_at: null,
  opened_at: '2026-01-01T00:00:05.000Z',
  due_at: null,
  escalated_at: null,
  resolved_at: null,
  resolver: '',
  returns: 0,
  exposure_amount: 10_000,
  currency: 'CNY',
  threshold_snapshot: '{}',
  evidence_event_ids: [],
  incident_id: '',
}
const payment = (n: number) => ({
  payment_id: `y${n}`,
  method: 'alipay',
  provider: 'alipay',
  status: 'succeeded',
  amount: 30_000,
  at: `2026-01-01T00:00:0${n}.000Z`,
  failed_at: null,
  failure_code: '',
})
const order = anOrderState({
  order_id: 'twice',
  region: '广东',
  amount_paid: 60_000,
  payments: [payment(1), payment(2)],
})
let woken = 0
let one: TestApp

beforeAll(async () => {
  one = await openTestApp({
    door: aDoorWithOrder(order, { orderAnomalies: async () => [duplicate] }),
    wake: () => (woken += 1),
  })
})
afterAll(() => one.close())

const url = '/api/orders/twice/actions'
const refund = { kind: 'refund_payment', payment_id: 'y2', amount: 30_000, reason: 'paid twice' }
const post = async (role: Parameters<TestApp['as']>[0], payload: object, key: string | null = randomUUID()) =>
  one.app.inject({
    method: 'POST',
    url,
    payload,
    headers: { ...(await one.as(role)), ...(key === null ? {} : { 'idempotency-key': key }) },
  })

test('each person is told what they may do, and why not the rest', async () => {
  const reasons = async (role: Parameters<TestApp['as']>[0]) =>
    (await one.app.inject({ url, headers: await one.as(role) }))
      .json()
      .legal.map((legal: { kind: string; reason: string }) => `${legal.kind} ${legal.reason}`)
  expect(await reasons('manager')).toEqual(['cancel_order role_may_not', 'refund_payment role_may_not'])
  expect(await reasons('agent')).toEqual(['cancel_order already_paid', 'refund_payment '])
})

test('an order outside the scope is an order that does not exist, on every route', async () => {
  const headers = await one.as('agent.zhejiang')
  const unknown = await one.app.inject({ url: '/api/orders/never', headers })
  const routes = ['/api/orders/twice', '/api/orders/twice/raw', url, '/api/audit?order_id=twice']
  for (const route of routes) {
    const reply = await one.app.inject({ url: route, headers })
    expect({ ...reply.json(), requestId: '' }).toEqual({ ...unknown.json(), requestId: '' })
  }
  expect((await post('agent.zhejiang', refund)).statusCode).toBe(404)
})

test.each([
  ['without a key', refund, null, 400, 'idempotency_key_required'],
  ['with a key that is no UUID', refund, 'again', 400, 'idempotency_key_required'],
  ['without a reason', { kind: 'refund_payment' }, undefined, 400, 'invalid_input'],
  ['with an amount that is no integer', { ...refund, amount: 0.5 }, undefined, 400, 'invalid_input'],
  ['with a negative amount', { ...refund, amount: -1 }, undefined, 400, 'invalid_input'],
  ['with an amount above what numbers hold', { ...refund, amount: 1e300 }, undefined, 400, 'invalid_input'],
  ['with a state of its own', { ...refund, state: 'succeeded' }, undefined, 400, 'invalid_input'],
  ['of an unknown kind', { ...refund, kind: 'give_away' }, undefined, 400, 'invalid_input'],
] as const)('an action %s is refused and changes nothing', async (_name, body, key, status, code) => {
  const reply = await post('agent', body, key)
  expect([reply.statusCode, reply.json().code]).toEqual([status, code])
  expect(await one.state.knex('actions')).toEqual([])
})

test('a manager is refused with the reason', async () => {
  expect((await post('manager', refund)).json()).toMatchObject({
    statusCode: 409,
    code: 'action_refused',
    reason: 'role_may_not',
  })
})

test('the first press is taken, the same key answers it again, a second key is refused', async () => {
  const key = randomUUID()
  const before = woken
  const first = await post('agent', refund, key)
  expect([first.statusCode, first.headers['idempotent-replayed'], woken]).toEqual([202, undefined, before + 1])
  expect(first.json()).toMatchObject({
    kind: 'refund_payment',
    payment_id: 'y2',
    amount: 30_000,
    state: 'queued',
    requested_by_name: '陈安 Chen An',
  })
  const again = await post('agent', refund, key)
  expect([again.statusCode, again.headers['idempotent-replayed'], again.json()]).toEqual([202, 'true', first.json()])
  expect((await post('agent', { ...refund, reason: 'other' }, key)).json()).toMatchObject({
    statusCode: 422,
    code: 'idempotency_mismatch',
  })
  expect((await post('admin', refund)).json()).toMatchObject({
    statusCode: 409,
    code: 'action_refused',
    reason: 'already_requested',
  })
  const audit = await one.app.inject({ url: '/api/audit?order_id=twice', headers: await one.as('manager') })
  expect(audit.json().entries).toMatchObject([
    {
      verb: 'refund_payment.requested',
      person_name: '陈安 Chen An',
      subject: 'order/twice',
      detail: { amount: 30_000 },
    },
  ])
})

test('the payment that is one too many is marked on the page', async () => {
  const page = (await one.app.inject({ url: '/api/orders/twice', headers: await one.as('agent') })).json()
  expect(page.payments.map((row: { duplicate: boolean }) => row.duplicate)).toEqual([false, true])
})

test('the whole audit is the admin’s', async () => {
  expect((await one.app.inject({ url: '/api/audit', headers: await one.as('agent') })).statusCode).toBe(403)
  expect(
    (await one.app.inject({ url: '/api/audit?limit=1', headers: await one.as('admin') })).json().entries,
  ).toHaveLength(1)
})
