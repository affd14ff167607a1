import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding, type Landing } from '#ingest/landing.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { portalEvent } from './action-event.ts'
import { createAnswers } from './answers.ts'
import { endOf } from './settlement.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-answers-'))
let warehouse: Warehouse
let landing: Landing
let offset = 0n

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'w'), database: 'orderlens', readers: 2 })
  landing = await createLanding(warehouse)
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

async function land(...events: object[]) {
  const messages = events.map((event) => ({
    offset: offset++,
    key: null,
    value: Buffer.from(JSON.stringify(event)),
    brokerAtMs: Date.UTC(2026, 0, 1),
  }))
  await landing.land({ topic: 't', partition: 0, epoch: 'e', format: 'cloudevents', messages })
  await landing.settled()
}
const anEvent = (id: string, type: string, action: string, data: object) => ({
  specversion: '1.0',
  id,
  source: '/shop/tmall/oms',
  type: `${type}.v1`,
  subject: 'order/o1',
  time: '2026-01-01T00:00:00Z',
  causationid: `action:${action}`,
  authtype: 'user',
  data,
})
const fact = {
  id: 'a1',
  kind: 'cancel_order',
  order_id: 'o1',
  payment_id: '',
  amount: 0,
  currency: 'CNY',
  reason: 'not paid',
  anomaly_id: 'u1',
  requested_by: 'p1',
}

test('what we say of ourselves is an event like any other', async () => {
  const at = new Date('2026-01-01T00:00:00Z')
  const refund = { ...fact, kind: 'refund_payment', payment_id: 'y1', amount: 5 }
  await land(
    ...(['approved', 'executed', 'failed'] as const).flatMap((status) => [
      portalEvent({ ...fact, status }, at),
      portalEvent({ ...refund, id: 'a2', status }, at),
    ]),
  )
  const dead = await warehouse.queryRows('select reason, detail from dead_letters final')
  expect(dead).toEqual([])
})

test('the answer to a command is found by its order and its cause, once however often it was delivered', async () => {
  const canceled = anEvent('e1', 'order.canceled', 'a1', { reason: 'not paid' })
  await land(canceled, canceled, anEvent('e2', 'order.canceled', 'other', {}))
  await land(
    anEvent('e3', 'action.failed', 'a2', {
      action_id: 'a2',
      action: 'refund_payment',
      reason_code: 'amount_exceeds_captured',
      reason: 'nothing left',
    }),
  )
  const answers = await createAnswers(warehouse)([
    { id: 'a1', order_id: 'o1' },
    { id: 'a2', order_id: 'o1' },
    { id: 'a3', order_id: 'o2' },
  ])
  const of = (id: string) => answers.filter((answer) => answer.action_id === id)
  expect(of('a1').filter((answer) => answer.event_type === 'order.canceled')).toHaveLength(1)
  expect(endOf('cancel_order', of('a1'))).toEqual({ state: 'succeeded', detail: '', eventId: 'e1' })
  expect(endOf('refund_payment', of('a2'))).toEqual({
    state: 'failed',
    detail: 'amount_exceeds_captured',
    eventId: 'e3',
  })
  expect(of('a3')).toEqual([])
})

test('asking about nothing reads nothing', async () => {
  expect(await createAnswers(warehouse)([])).toEqual([])
})
