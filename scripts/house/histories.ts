/**
 * Random histories of an order: legal lives that lose and gain events, and plain nonsense. Instants come from a small
 * set, so that ties are common; fields that a contract does not ask for are often missing.
 */
import fc from 'fast-check'
import type { Envelope } from '#ingest/contracts/index.ts'

const HOUR = 3_600_000
export const historiesStart = Date.UTC(2026, 9, 1)
/** No event happens later than this. */
export const historiesEnd = historiesStart + 60 * 4 * HOUR + HOUR

const instant = (slot: number): string =>
  new Date(historiesStart + slot * 4 * HOUR + (slot % 3) * 600_000).toISOString()
const slot = fc.integer({ min: 0, max: 60 })
const at = slot.map(instant)
const of = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const amount = of(10_000, 10_000, 9_999, 9_000, 12_000, 0)
const line = fc.record(
  {
    line_id: of('1', '2'),
    sku: of('a', 'b'),
    name: of('茶', 'tea'),
    category: of('food', 'toys'),
    seller_id: of('s1', 's2'),
    seller_region: of('浙江', 'SP'),
    quantity: fc.nat(3),
    unit_price: of(4_500, 9_000),
    amount: of(9_000, 10_000),
    freight: of(0, 100),
  },
  { requiredKeys: ['line_id', 'sku', 'name', 'quantity', 'amount'] },
)

type Fact = { readonly type: string; readonly data: Record<string, unknown> }
/** Any of these types with these fields, of which all but the named ones may be missing. */
const told = (types: readonly string[], fields: Record<string, fc.Arbitrary<unknown>>, required: string[] = []) =>
  fc.tuple(of(...types), fc.record(fields, { requiredKeys: required })).map(([type, data]): Fact => ({ type, data }))

const terms = {
  order_no: of('n1', 'n2'),
  shop_id: of('flagship', 'outlet'),
  buyer_name: of('王小明', 'Ana'),
  region: of('浙江', 'Bayern'),
  amount_payable: amount,
  amount_items: amount,
  amount_freight: of(0, 100),
  amount_discount: of(0, 500),
  payment_expires_at: at,
  promised_ship_by: at,
  promised_delivery_from: at,
  promised_delivery_until: at,
  source_status: of('', 'WAIT_BUYER_PAY', 'PAID', 'CLOSED'),
  lines: fc.array(line, { maxLength: 3 }),
}
const shop = { channel: of('tmall', 'jd'), currency: of('CNY'), buyer_id: of('b1', 'b2') }
const payment = {
  payment_id: of('p1', 'p2', 'p3'),
  amount,
  currency: of('CNY'),
  method: of('alipay', 'card', 'bank_transfer'),
  provider: of('stripe', 'adyen'),
}
const refund = {
  refund_id: of('r1', 'r2'),
  payment_id: of('p1', 'p2'),
  amount,
  currency: of('CNY'),
  reason: of('late', 'broken'),
  refund_channel: of('wallet', 'bank', 'card'),
  status: of('pending', 'requires_action', 'succeeded', 'failed'),
}
const parcel = {
  shipment_id: of('s1', 's2'),
  carrier_code: of('sf', 'yto'),
  tracking_no: of('t1', 't2'),
  location: of('杭州', 'Berlin'),
  substatus: of('', '004', '010', 'damaged', 'lost'),
}
const scanStatus = of(
  'in_transit',
  'picked_up',
  'pre_transit',
  'unknown',
  'out_for_delivery',
  'attempt_failed',
  'available_for_pickup',
  'return_to_sender',
)
const handled = {
  anomaly_id: of('a1', 'a2'),
  anomaly_type: of('not_shipped'),
  action_id: of('c1', 'c2'),
  action: of('cancel_order'),
  target: of('agent-1', 'agent-2'),
  due_at: at,
  medium: of('sms'),
  template: of('shipment_delayed'),
}

const created = told(['order.created'], { ...shop, ...terms }, ['channel', 'currency', 'buyer_id'])
const fact: fc.Arbitrary<Fact> = fc.oneof(
  created,
  told(['order.updated'], { ...shop, ...terms }),
  told(
    [
      'order.confirmed',
      'order.completed',
      'order.hold_released',
      'order.cancel_requested',
      'order.canceled',
      'order.closed',
    ],
    { reason: of('x', 'y'), source_status: terms.source_status, promised_ship_by: at },
  ),
  told(
    ['order.held'],
    { hold_reason: of('other', 'high_risk_of_fraud', 'incorrect_address', 'inventory_out_of_stock') },
    ['hold_reason'],
  ),
  told(['payment.captured', 'payment.succeeded', 'payment.created', 'payment.authorized'], payment, [
    'payment_id',
    'amount',
    'currency',
  ]),
  told(
    ['payment.failed', 'payment.failed', 'payment.expired', 'payment.processing', 'payment.voided'],
    { ...payment, failure_code: of('', 'funds') },
    ['payment_id'],
  ),
  told(['refund.requested', 'refund.created'], refund, ['refund_id', 'amount']),
  told(
    ['refund.approved', 'refund.rejected', 'refund.updated', 'refund.succeeded', 'refund.failed'],
    { ...refund, failure_reason: of('declined', 'unknown') },
    ['refund_id'],
  ),
  told(
    ['dispute.opened', 'dispute.updated', 'dispute.closed'],
    { dispute_id: of('d1', 'd2'), payment_id: of('p1', 'p2'), status: of('needs_response', 'won'), due_at: at },
    ['dispute_id', 'payment_id'],
  ),
  told(
    ['return.requested', 'return.approved', 'return.rejected', 'return.shipped', 'return.received', 'return.inspected'],
    {
      return_id: of('t1', 't2'),
      reason_code: of('', 'damaged', 'not_received', 'wrong_item'),
      shipment_id: of('s1', 's3'),
      tracking_no: of('t3'),
    },
    ['return_id'],
  ),
  told(
    ['inventory.reserved', 'inventory.released', 'inventory.allocated', 'inventory.shortage'],
    { sku: of('a', 'b'), quantity: fc.nat(3), reservation_id: of('v1', 'v2') },
    ['sku', 'quantity'],
  ),
  told(['shipment.checkpoint', 'shipment.checkpoint'], { ...parcel, status: scanStatus }, ['shipment_id', 'status']),
  told(
    ['shipment.handed_over', 'shipment.delivered', 'shipment.returned', 'shipment.exception'],
    { ...parcel, status: scanStatus },
    ['shipment_id'],
  ),
  told(['coupon.locked', 'coupon.redeemed', 'coupon.returned'], { coupon_id: of('c1', 'c2'), amount: of(100, 200) }, [
    'coupon_id',
  ]),
  told(
    ['fulfillment.created', 'fulfillment.rejected', 'fulfillment.packed'],
    { fulfillment_id: of('f1', 'f2'), shipment_id: of('s1', 's2') },
    ['fulfillment_id'],
  ),
  told(['fulfillment.label_created'], parcel, ['shipment_id']),
  told(
    ['expectation.set', 'expectation.changed'],
    { expectation_kind: of('ship_by', 'pay_by', 'deliver_by'), due_at: at },
    ['expectation_kind', 'due_at'],
  ),
  told(['review.submitted'], { review_id: of('v1', 'v2'), score: fc.integer({ min: 1, max: 5 }) }, [
    'review_id',
    'score',
  ]),
  told(
    [
      'anomaly.acknowledged',
      'anomaly.assigned',
      'anomaly.snoozed',
      'anomaly.resolved',
      'anomaly.reopened',
      'anomaly.dismissed',
      'action.approved',
      'action.executed',
      'notification.sent',
    ],
    handled,
    Object.keys(handled),
  ),
)

const teller = fc.record({
  sequence: fc.option(fc.nat(5), { nil: undefined, freq: 2 }),
  source: of('/shop/a/oms', '/shop/a/psp', '/shop/b/oms'),
  authtype: of<'user' | 'service_account'>('user', 'service_account'),
  authid: of('agent-1', 'agent-2'),
  causationid: of(undefined, 'action:1'),
})
type Happening = { readonly fact: Fact; readonly time: string } & (typeof teller extends fc.Arbitrary<infer T>
  ? T
  : never)

const happening: fc.Arbitrary<Happening> = fc
  .tuple(fact, at, teller)
  .map(([anyFact, time, who]) => ({ fact: anyFact, time, ...who }))

/** One order's life as it should be, step after step, each step some while after the one before. */
const steps = fc.tuple(
  created,
  told(['order.confirmed'], { source_status: of('PAID') }),
  told(['payment.authorized', 'payment.failed', 'payment.created'], { ...payment, payment_id: of('p1') }, [
    'payment_id',
    'amount',
    'currency',
  ]),
  told(['payment.captured', 'payment.succeeded'], { ...payment, payment_id: of('p1') }, [
    'payment_id',
    'amount',
    'currency',
  ]),
  told(['fulfillment.created'], { fulfillment_id: of('f1') }, ['fulfillment_id']),
  told(['fulfillment.label_created'], { ...parcel, shipment_id: of('s1') }, ['shipment_id']),
  told(['shipment.handed_over'], { ...parcel, shipment_id: of('s1') }, ['shipment_id']),
  told(['shipment.checkpoint'], { ...parcel, shipment_id: of('s1'), status: scanStatus }, ['shipment_id', 'status']),
  told(['shipment.delivered'], { ...parcel, shipment_id: of('s1') }, ['shipment_id']),
  told(['order.completed', 'return.requested'], { return_id: of('t1') }, ['return_id']),
  told(['refund.created', 'refund.approved'], { ...refund, refund_id: of('r1') }, ['refund_id', 'amount']),
  told(['refund.succeeded', 'refund.failed'], { ...refund, refund_id: of('r1') }, ['refund_id']),
)
const legalLife: fc.Arbitrary<Happening[]> = fc
  .tuple(
    steps,
    fc.array(fc.nat(5), { minLength: 12, maxLength: 12 }),
    fc.array(fc.nat(5), { minLength: 12, maxLength: 12 }),
    fc.array(teller, { minLength: 12, maxLength: 12 }),
  )
  .map(([facts, waits, drops, tellers]) => {
    let now = 0
    return facts.flatMap((step, place) => {
      now += waits[place] ?? 0
      const who = tellers[place]
      // One in six is never told.
      return who === undefined || drops[place] === 0 ? [] : [{ fact: step, time: instant(Math.min(now, 60)), ...who }]
    })
  })

const nonsense = fc.array(happening, { minLength: 1, maxLength: 25 })
const disturbedLife = fc
  .tuple(legalLife, fc.array(happening, { maxLength: 3 }))
  .map(([life, extra]) => [...life, ...extra])
  .filter((events) => events.length > 0)

export const aHistory = fc.record({
  events: fc.oneof(nonsense, disturbedLife),
  seed: fc.integer(),
  copies: fc.array(fc.nat(24), { maxLength: 10 }),
  cuts: fc.array(fc.nat(34), { maxLength: 4 }),
})
export type History = typeof aHistory extends fc.Arbitrary<infer T> ? T : never

export function envelopesOf({ events }: Pick<History, 'events'>, orderId: string): Envelope[] {
  return events.map(({ fact: { type, data }, time, sequence, source, authtype, authid, causationid }, index) => ({
    specversion: '1.0' as const,
    id: `e${index}`,
    source,
    type: `${type}.v1`,
    subject: `order/${orderId}`,
    time,
    authtype,
    authid,
    ...(causationid === undefined ? {} : { causationid }),
    ...(sequence === undefined ? {} : { sequence: String(sequence) }),
    data,
  }))
}

/** The told-otherwise version: repeated, shuffled by the seed, cut into batches. */
export function scrambled(history: Omit<History, 'events'>, envelopes: readonly Envelope[]): Envelope[][] {
  const all = [...envelopes, ...history.copies.flatMap((n) => envelopes[n % envelopes.length] ?? [])]
  let state = history.seed >>> 0
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
  for (let n = all.length - 1; n > 0; n -= 1) {
    const other = next() % (n + 1)
    const [a, b] = [all[n], all[other]]
    if (a !== undefined && b !== undefined) [all[n], all[other]] = [b, a]
  }
  const cuts = [0, ...history.cuts.map((cut) => cut % all.length).sort((a, b) => a - b), all.length]
  return cuts.slice(1).map((end, index) => all.slice(cuts[index], end))
}
