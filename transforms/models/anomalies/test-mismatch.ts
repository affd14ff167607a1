/** Systems that disagree about an order, its money, stock, coupons, prices and states. */
import { HOUR, ITS_ORDER, MINUTE, SECOND, type Told, paid, placed } from './test-cases.ts'
import { aFamily } from './test-family.ts'

const sold: Told[] = [placed(9 * HOUR), paid(9 * HOUR)]
const canceled = (atMs: number): Told => ['order.canceled', atMs]
const stock = { sku: 'a', quantity: 1, reservation_id: 'v1' }
const refund = { refund_id: 'r1', payment_id: 'p1', amount: 10_000 }
const coupon = { coupon_id: ITS_ORDER, amount: 500 }

const line = { line_id: '1', sku: 'a', name: '茶', quantity: 3, unit_price: 3_000, amount: 9_000 }
const other = { line_id: '2', sku: 'b', name: '杯', quantity: 1, unit_price: 1_000, amount: 1_000 }
const handedOver = (fulfillment_id: string, shipment_id: string, atMs: number): Told => [
  'shipment.handed_over',
  atMs,
  { fulfillment_id, shipment_id },
]

const clock = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: true } as const
const fact = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: false } as const

export const mismatchFamily = aFamily(
  [
    {
      ...clock,
      type: 'inventory_mismatch',
      told: [
        placed(HOUR, { lines: [line, other] }),
        ['inventory.reserved', -HOUR, stock],
        ['inventory.reserved', -HOUR, { ...stock, sku: 'b', reservation_id: 'v2' }],
        canceled(-15 * MINUTE),
        ['inventory.released', -14 * MINUTE, { ...stock, sku: 'b', reservation_id: 'v2' }],
      ],
      attachedTo: 'v1',
      exposure: 9_000,
      evidence: [1, 3],
      escalatesAt: HOUR,
      clears: ['inventory.released', stock],
      threshold: { allowance_s: '900' },
    },
    {
      ...clock,
      type: 'coupon_anomaly',
      told: [placed(HOUR), ['coupon.locked', -HOUR, coupon], canceled(-10 * MINUTE)],
      attachedTo: ITS_ORDER,
      exposure: 500,
      evidence: [1, 2],
      escalatesAt: HOUR,
      clears: ['coupon.returned', coupon],
      threshold: { allowance_s: '600' },
    },
    {
      ...clock,
      type: 'cross_system_mismatch',
      told: [...sold, canceled(-15 * MINUTE)],
      evidence: [1, 2],
      escalatesAt: HOUR,
      clears: ['refund.created', refund],
      threshold: { allowance_s: '900' },
    },
    {
      ...clock,
      type: 'cross_system_mismatch',
      of: 'paid-after-its-end',
      told: [placed(9 * HOUR), canceled(-HOUR), paid(15 * MINUTE)],
      evidence: [1, 2],
      escalatesAt: HOUR,
      clears: ['refund.created', refund],
      threshold: { allowance_s: '900' },
    },
    {
      ...clock,
      type: 'cross_system_mismatch',
      of: 'refunded',
      told: [...sold, ['refund.succeeded', -15 * MINUTE, refund]],
      attachedTo: '@refunded',
      evidence: [0, 2],
      escalatesAt: HOUR,
      clears: ['order.canceled'],
      threshold: { allowance_s: '900' },
    },
    {
      ...clock,
      type: 'cross_system_mismatch',
      of: 'unpaid',
      told: [
        placed(9 * HOUR),
        ['payment.created', -9 * HOUR, { payment_id: 'p1', amount: 10_000, currency: 'CNY', method: 'card' }],
        handedOver('f1', 's1', -15 * MINUTE),
      ],
      attachedTo: '@unpaid',
      evidence: [1, 2],
      escalatesAt: HOUR,
      clears: ['payment.captured', { payment_id: 'p1', amount: 10_000, currency: 'CNY' }],
      threshold: { allowance_s: '900' },
    },
    {
      ...clock,
      type: 'cross_system_mismatch',
      of: 'delivered',
      told: [
        ...sold,
        handedOver('f1', 's1', -8 * HOUR),
        canceled(-7 * HOUR),
        ['refund.created', -7 * HOUR, refund],
        ['shipment.delivered', -15 * MINUTE, { shipment_id: 's1' }],
      ],
      attachedTo: '@delivered',
      evidence: [3, 5],
      escalatesAt: HOUR,
      clears: ['return.received', { return_id: 't1' }],
      threshold: { allowance_s: '900' },
    },
    {
      ...clock,
      type: 'cross_system_mismatch',
      of: 'stock',
      told: [
        ...sold,
        ['inventory.reserved', -8 * HOUR, stock],
        ['inventory.released', -7 * HOUR, stock],
        handedOver('f1', 's1', -15 * MINUTE),
      ],
      attachedTo: '@stock',
      evidence: [3, 4],
      escalatesAt: HOUR,
      clears: ['inventory.adjusted', stock],
      threshold: { allowance_s: '900' },
    },
    {
      ...fact,
      type: 'price_discrepancy',
      told: [placed(HOUR), ['order.updated', 0, { lines: [{ ...line, amount: 9_004 }, other] }]],
      exposure: 4,
      evidence: [0, 1],
      clears: ['order.updated', { lines: [line, other] }],
      threshold: { rule: 'price_discrepancy' },
    },
    {
      ...fact,
      type: 'price_discrepancy',
      of: 'dearer-once-paid',
      told: [
        placed(HOUR, { lines: [line] }),
        paid(HOUR),
        ['order.updated', 0, { lines: [{ ...line, unit_price: 3_100, amount: 9_300 }] }],
      ],
      exposure: 300,
      evidence: [0, 2],
      clears: ['refund.succeeded', { ...refund, amount: 300 }],
      threshold: { rule: 'price_discrepancy' },
    },
    {
      ...fact,
      type: 'coupon_anomaly',
      of: 'worth-more-than-the-discount',
      escalatesAt: 10 * MINUTE,
      told: [placed(HOUR, { amount_discount: 300 }), ['coupon.redeemed', 0, coupon]],
      attachedTo: '@discount',
      exposure: 200,
      evidence: [0, 1],
      clears: ['coupon.returned', coupon],
      threshold: { rule: 'coupon_anomaly' },
    },
    {
      type: 'status_regression',
      told: [
        ...sold,
        ['refund.succeeded', -HOUR, { ...refund, amount: 3_000 }],
        ['refund.updated', 0, { refund_id: 'r1', status: 'pending' }],
      ],
      attachedTo: 'r1',
      exposure: 3_000,
      evidence: [2, 3],
      isForeseen: false,
      clears: ['refund.succeeded', { ...refund, amount: 3_000 }],
      threshold: { window_s: '60' },
    },
    {
      type: 'status_regression',
      of: 'the-order',
      told: [...sold, ['order.completed', -HOUR], ['order.confirmed', 0]],
      attachedTo: ITS_ORDER,
      exposure: 0,
      evidence: [2, 3],
      isForeseen: false,
      clears: ['order.closed'],
      threshold: { window_s: '60' },
    },
    {
      type: 'status_regression',
      of: 'paid-anew',
      told: [
        ...sold,
        ['refund.succeeded', -HOUR, refund],
        ['payment.captured', 0, { payment_id: 'p1', amount: 10_000, currency: 'CNY', method: 'card' }],
      ],
      attachedTo: 'p1',
      exposure: 10_000,
      evidence: [2, 3],
      isForeseen: false,
      clears: ['refund.succeeded', { ...refund, refund_id: 'r2' }],
      threshold: { window_s: '60' },
    },
  ],
  [
    { type: 'inventory_mismatch', why: 'nothing was reserved', told: [placed(HOUR), canceled(-15 * MINUTE)] },
    {
      type: 'inventory_mismatch',
      why: 'it was released a moment before the cancellation',
      told: [
        placed(HOUR),
        ['inventory.reserved', -HOUR, stock],
        ['inventory.released', -15 * MINUTE - SECOND, stock],
        canceled(-15 * MINUTE),
      ],
    },
    {
      type: 'coupon_anomaly',
      why: 'the coupon is back',
      told: [
        placed(HOUR),
        ['coupon.locked', -HOUR, coupon],
        canceled(-10 * MINUTE),
        ['coupon.returned', -SECOND, coupon],
      ],
    },
    {
      type: 'coupon_anomaly',
      why: 'what it helped to buy was shipped before the order was closed',
      told: [
        ...sold,
        ['coupon.redeemed', -8 * HOUR, coupon],
        handedOver('f1', 's1', -7 * HOUR),
        ['order.closed', -HOUR],
      ],
    },
    {
      type: 'coupon_anomaly',
      why: 'the discount is more than the coupon',
      told: [placed(HOUR, { amount_discount: 600 }), ['coupon.redeemed', 0, coupon]],
    },
    {
      type: 'inventory_mismatch',
      why: 'the stock left before the order was closed',
      told: [
        ...sold,
        ['inventory.allocated', -8 * HOUR, stock],
        handedOver('f1', 's1', -7 * HOUR),
        ['order.closed', -HOUR],
      ],
    },
    {
      type: 'cross_system_mismatch',
      why: 'the money went back and the order ended in the last second',
      told: [...sold, ['refund.succeeded', -15 * MINUTE, refund], canceled(-SECOND)],
    },
    {
      type: 'cross_system_mismatch',
      why: 'the buyer pays at the door',
      told: [
        placed(9 * HOUR),
        ['payment.created', -9 * HOUR, { payment_id: 'p1', amount: 10_000, currency: 'CNY', method: 'cod' }],
        handedOver('f1', 's1', -8 * HOUR),
      ],
    },
    {
      type: 'cross_system_mismatch',
      why: 'the stock was taken again before it left',
      told: [
        ...sold,
        ['inventory.reserved', -8 * HOUR, stock],
        ['inventory.released', -7 * HOUR, stock],
        ['inventory.allocated', -6 * HOUR, stock],
        handedOver('f1', 's1', -5 * HOUR),
      ],
    },
    {
      type: 'cross_system_mismatch',
      why: 'part of the money went back',
      told: [...sold, ['refund.succeeded', -HOUR, { ...refund, amount: 4_000 }]],
    },
    {
      type: 'price_discrepancy',
      why: 'the price of a unit is rounded',
      told: [placed(HOUR, { lines: [{ ...line, amount: 9_003 }] })],
    },
    {
      type: 'price_discrepancy',
      why: 'the price was changed before it was paid',
      told: [
        placed(HOUR, { lines: [line] }),
        ['order.updated', -MINUTE, { lines: [{ ...line, unit_price: 2_000, amount: 6_000 }] }],
        paid(0),
      ],
    },
    {
      type: 'status_regression',
      why: 'a refund is told to be pending before it succeeds',
      told: [
        ...sold,
        ['refund.updated', -HOUR, { refund_id: 'r1', status: 'pending' }],
        ['refund.succeeded', 0, refund],
      ],
    },
    {
      type: 'status_regression',
      why: 'a part was given back before the rest was captured',
      told: [
        ...sold,
        ['refund.succeeded', -HOUR, { ...refund, amount: 4_000 }],
        ['payment.captured', 0, { payment_id: 'p1', amount: 10_000, currency: 'CNY', method: 'card' }],
      ],
    },
    { type: 'cross_system_mismatch', why: 'nothing was paid', told: [placed(HOUR), canceled(-15 * MINUTE)] },
  ],
)
