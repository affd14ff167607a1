/**
 * The same events in any order, any number of times, split into batches anyhow, with detection running in between, give
 * identical orders, promises, anomalies, incidents, refunds and handling of anomalies. Every history lives as several orders of one warehouse: one told plainly,
 * the others shuffled, repeated and cut up.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import { parseEvent } from '#ingest/contracts/index.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const HOUR = 3_600_000
const start = Date.UTC(2026, 9, 1)
const asOf = start + 12 * 24 * HOUR
const HISTORIES_PER_RUN = 50
const RUNS = 4

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline()
})
afterAll(() => pipeline.close())

/** Instants from a small set, so that ties are common. */
const at = fc.integer({ min: 0, max: 60 }).map((n) => new Date(start + n * 4 * HOUR + (n % 3) * 600_000).toISOString())
const of = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const amount = of(10_000, 10_000, 9_000, 12_000)
const line = fc.record({
  line_id: of('1', '2'),
  sku: of('a', 'b'),
  name: of('茶', 'tea'),
  quantity: fc.nat(3),
  amount: of(9_000, 10_000),
  freight: of(0, 100),
})

const facts = fc.oneof(
  fc
    .record({
      channel: of('tmall', 'jd'),
      currency: of('CNY'),
      buyer_id: of('b1', 'b2'),
      amount_payable: amount,
      promised_delivery_until: at,
      lines: fc.array(line, { maxLength: 3 }),
    })
    .map((data) => ({ type: 'order.created', data })),
  fc
    .record(
      {
        promised_ship_by: at,
        amount_payable: amount,
        region: of('浙江', 'Bayern'),
        lines: fc.array(line, { maxLength: 2 }),
      },
      { requiredKeys: [] },
    )
    .map((data) => ({ type: 'order.updated', data })),
  fc
    .record({
      reason: of('x', 'y'),
      hold_reason: of('other', 'high_risk_of_fraud', 'incorrect_address', 'inventory_out_of_stock'),
      source_status: of('', 'WAIT_BUYER_PAY', 'CLOSED'),
    })
    .chain((data) =>
      of(
        'order.canceled',
        'order.closed',
        'order.confirmed',
        'order.held',
        'order.hold_released',
        'order.completed',
        'order.cancel_requested',
      ).map((type) => ({ type, data })),
    ),
  fc
    .record({
      payment_id: of('p1', 'p2', 'p3'),
      amount,
      currency: of('CNY'),
      method: of('alipay', 'card'),
      failure_code: of('', 'funds'),
    })
    .chain((data) =>
      of(
        'payment.captured',
        'payment.succeeded',
        'payment.failed',
        'payment.failed',
        'payment.created',
        'payment.expired',
        'payment.processing',
        'payment.authorized',
        'payment.voided',
      ).map((type) => ({ type, data })),
    ),
  fc
    .record({
      refund_id: of('r1', 'r2'),
      payment_id: of('p1', 'p2'),
      amount,
      currency: of('CNY'),
      refund_channel: of('wallet', 'bank'),
    })
    .chain((data) =>
      of(
        'refund.created',
        'refund.requested',
        'refund.approved',
        'refund.rejected',
        'refund.updated',
        'refund.succeeded',
        'refund.failed',
      ).map((type) => ({ type, data })),
    ),
  fc
    .record({
      dispute_id: of('d1', 'd2'),
      payment_id: of('p1', 'p2'),
      status: of('needs_response', 'under_review', 'won'),
      due_at: at,
    })
    .chain((data) => of('dispute.opened', 'dispute.updated', 'dispute.closed').map((type) => ({ type, data }))),
  fc
    .record({
      return_id: of('t1', 't2'),
      reason_code: of('', 'damaged', 'not_received', 'wrong_item'),
      status: of('approved', ''),
      shipment_id: of('s1', 's3'),
      tracking_no: of('t3'),
    })
    .chain((data) =>
      of(
        'return.requested',
        'return.approved',
        'return.rejected',
        'return.shipped',
        'return.received',
        'return.inspected',
      ).map((type) => ({ type, data })),
    ),
  fc.record({ sku: of('a', 'b'), quantity: fc.nat(3), reservation_id: of('v1', 'v2') }).chain((data) =>
    of('inventory.reserved', 'inventory.released', 'inventory.allocated', 'inventory.shortage').map((type) => ({
      type,
      data,
    })),
  ),
  fc
    .record({
      shipment_id: of('s1', 's2'),
      status: of(
        'in_transit',
        'picked_up',
        'pre_transit',
        'unknown',
        'attempt_failed',
        'available_for_pickup',
        'return_to_sender',
      ),
      substatus: of('', '', '004', '010', 'damaged', 'lost'),
      carrier_code: of('sf', 'yto'),
      tracking_no: of('t1', 't2'),
      location: of('杭州', 'Berlin'),
    })
    .chain((data) =>
      of(
        'shipment.checkpoint',
        'shipment.checkpoint',
        'shipment.handed_over',
        'shipment.delivered',
        'shipment.returned',
        'shipment.exception',
      ).map((type) => ({ type, data })),
    ),
  fc
    .record({ coupon_id: of('c1', 'c2'), amount: of(100, 200) })
    .chain((data) => of('coupon.locked', 'coupon.redeemed', 'coupon.returned').map((type) => ({ type, data }))),
  fc
    .record({
      anomaly_id: of('a1', 'a2'),
      anomaly_type: of('not_shipped'),
      action_id: of('c1', 'c2'),
      action: of('cancel_order'),
      target: of('agent-1', 'agent-2'),
      due_at: at,
      medium: of('sms'),
      template: of('shipment_delayed'),
    })
    .chain((data) =>
      of(
        'anomaly.acknowledged',
        'anomaly.assigned',
        'anomaly.snoozed',
        'anomaly.resolved',
        'anomaly.reopened',
        'anomaly.dismissed',
        'action.approved',
        'action.executed',
        'notification.sent',
      ).map((type) => ({ type, data })),
    ),
  fc
    .record({ fulfillment_id: of('f1', 'f2'), shipment_id: of('s1', 's2'), tracking_no: of('t1') })
    .chain((data) =>
      of('fulfillment.created', 'fulfillment.rejected', 'fulfillment.packed', 'fulfillment.label_created').map(
        (type) => ({ type, data }),
      ),
    ),
)
const event = fc.record({
  fact: facts,
  time: at,
  sequence: fc.option(fc.nat(5), { nil: undefined }),
  source: of('/shop/a/oms', '/shop/a/psp'),
  authtype: of<'user' | 'service_account'>('user', 'service_account'),
  authid: of('agent-1', 'agent-2'),
})
const history = fc.record({
  events: fc.array(event, { minLength: 1, maxLength: 25 }),
  seed: fc.integer(),
  copies: fc.array(fc.nat(24), { maxLength: 10 }),
  cuts: fc.array(fc.nat(34), { maxLength: 4 }),
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

function envelopesOf({ events }: History, orderId: string): Envelope[] {
  return events.map(({ fact, time, sequence, source, authtype, authid }, index) => ({
    specversion: '1.0' as const,
    id: `e${index}`,
    source,
    type: `${fact.type}.v1`,
    subject: `order/${orderId}`,
    time,
    authtype,
    authid,
    ...(sequence === undefined ? {} : { sequence: String(sequence) }),
    data: fact.data,
  }))
}

/** The told-otherwise version: repeated, shuffled by the seed, cut into batches. */
function scrambled(told: History, envelopes: Envelope[]): Envelope[][] {
  const all = [...envelopes, ...told.copies.flatMap((n) => envelopes[n % envelopes.length] ?? [])]
  let state = told.seed >>> 0
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
  for (let n = all.length - 1; n > 0; n -= 1) {
    const other = next() % (n + 1)
    const [a, b] = [all[n], all[other]]
    if (a !== undefined && b !== undefined) [all[n], all[other]] = [b, a]
  }
  const cuts = [0, ...told.cuts.map((cut) => cut % all.length).sort((a, b) => a - b), all.length]
  return cuts.slice(1).map((end, index) => all.slice(cuts[index], end))
}

const TABLES = {
  orders:
    'select * except (state_version, updated_at) from orders where startsWith(order_id, {prefix:String}) order by order_id',
  promises:
    'select * except (version, is_void) from expectation_current where startsWith(order_id, {prefix:String}) order by order_id, kind, attached_to_id',
  handling:
    'select * except (version) from anomaly_handling final where startsWith(order_id, {prefix:String}) order by order_id, anomaly_id',
  refunds:
    'select * except (version) from refund_current where startsWith(order_id, {prefix:String}) order by order_id, refund_id',
  anomalies:
    'select * except (anomaly_id, detected_at, version, is_void) from anomaly_current where startsWith(order_id, {prefix:String}) order by order_id, anomaly_type, attached_to_id',
  incidents:
    'select * except (anomaly_id) from incident_member_current where startsWith(order_id, {prefix:String}) order by order_id, anomaly_type, attached_to_id',
}

async function factsOf(prefix: string): Promise<Map<string, Record<string, string>>> {
  const byOrder = new Map<string, Record<string, string>>()
  for (const [table, sql] of Object.entries(TABLES)) {
    for (const row of await pipeline.warehouse.queryRows(sql, { prefix })) {
      const orderId = String(row['order_id'])
      const facts = byOrder.get(orderId) ?? {}
      facts[table] = (facts[table] ?? '') + JSON.stringify(row).replaceAll(orderId, 'ORDER') + '\n'
      byOrder.set(orderId, facts)
    }
  }
  return byOrder
}

let run = 0
test(
  'any order, any duplication, any split gives the same orders, promises and anomalies',
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(history, { minLength: HISTORIES_PER_RUN, maxLength: HISTORIES_PER_RUN }),
        async (histories) => {
          run += 1
          const id = (n: number, way: string): string => `R${run}-${way}-${n}`
          const plain = histories.map((told, n) => envelopesOf(told, id(n, 'plain')))
          for (const envelope of plain.flat()) expect(parseEvent(JSON.stringify(envelope))).not.toHaveProperty('detail')
          const other = histories.map((told, n) => scrambled(told, envelopesOf(told, id(n, 'other'))))
          const rounds = Math.max(...other.map((batches) => batches.length))
          for (let round = 0; round < rounds; round += 1) {
            await pipeline.land(
              'other',
              other.flatMap((batches) => batches[round] ?? []),
            )
            await pipeline.ticker.tick(start + ((round + 1) / (rounds + 1)) * (asOf - start))
          }
          await pipeline.land('plain', plain.flat())
          await pipeline.ticker.tick(asOf)
          const [told, retold] = [await factsOf(`R${run}-plain-`), await factsOf(`R${run}-other-`)]
          expect(told.size).toBe(histories.length)
          for (const n of histories.keys())
            expect({ n, ...retold.get(id(n, 'other')) }).toEqual({ n, ...told.get(id(n, 'plain')) })
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    )
  },
)
