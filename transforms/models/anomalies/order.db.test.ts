/** Anomalies of orders, stock and the warehouse: each opens at its instant, says why, escalates and is cleared by its fact. */
import { HOUR, ITS_ORDER, MINUTE, SECOND, type Told, paid, placed } from './test-cases.ts'
import { testFamily } from './test-family.ts'

const sold: Told[] = [placed(9 * HOUR), paid(9 * HOUR)]
const held = (hold_reason: string, atMs: number): Told => ['order.held', atMs, { hold_reason }]
const canceled = (atMs: number): Told => ['order.canceled', atMs]
const stock = { sku: 'a', quantity: 1, reservation_id: 'v1' }
const work = { fulfillment_id: 'f1' }
const refund = { refund_id: 'r1', payment_id: 'p1', amount: 10_000 }
const coupon = { coupon_id: 'c1', amount: 500 }

const clock = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: true } as const
const fact = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: false } as const

testFamily(
  [
    {
      ...clock,
      type: 'fraud_review_stuck',
      told: [
        ...sold,
        held('incorrect_address', -6 * HOUR),
        ['order.hold_released', -5 * HOUR],
        held('high_risk_of_fraud', -4 * HOUR),
      ],
      evidence: [4],
      escalatesAt: 4 * HOUR,
      clears: ['order.hold_released'],
      threshold: { allowance_s: '14400' },
    },
    {
      ...clock,
      type: 'cancel_request_stuck',
      told: [...sold, ['order.cancel_requested', -2 * HOUR]],
      evidence: [2],
      escalatesAt: 2 * HOUR,
      clears: ['operation.performed', { action: 'reject_cancel' }],
      threshold: { allowance_s: '7200' },
    },
    {
      ...clock,
      type: 'inventory_mismatch',
      told: [placed(HOUR), ['inventory.reserved', -HOUR, stock], canceled(-15 * MINUTE)],
      evidence: [2],
      escalatesAt: HOUR,
      clears: ['inventory.released', stock],
      threshold: { allowance_s: '900' },
    },
    {
      ...clock,
      type: 'coupon_anomaly',
      told: [placed(HOUR), ['coupon.locked', -HOUR, coupon], canceled(-10 * MINUTE)],
      evidence: [2],
      escalatesAt: HOUR,
      clears: ['coupon.returned', coupon],
      threshold: { allowance_s: '600' },
    },
    {
      ...clock,
      type: 'cross_system_mismatch',
      told: [...sold, canceled(-15 * MINUTE)],
      evidence: [2],
      escalatesAt: HOUR,
      clears: ['refund.created', refund],
      threshold: { allowance_s: '900' },
    },
    {
      ...fact,
      type: 'out_of_stock_after_pay',
      told: [...sold, ['inventory.shortage', 0, stock]],
      evidence: [2],
      clears: ['inventory.allocated', stock],
      threshold: { rule: 'out_of_stock_after_pay' },
    },
    {
      ...fact,
      type: 'fulfilment_rejected',
      told: [...sold, ['fulfillment.created', -HOUR, work], ['fulfillment.rejected', 0, work]],
      evidence: [3],
      clears: ['fulfillment.created', { fulfillment_id: 'f2' }],
      threshold: { rule: 'fulfilment_rejected' },
    },
    {
      ...fact,
      type: 'address_invalid',
      told: [...sold, held('incorrect_address', 0)],
      evidence: [2],
      clears: ['order.hold_released'],
      threshold: { rule: 'address_invalid' },
    },
    {
      ...fact,
      type: 'shipped_after_cancel',
      told: [...sold, canceled(-HOUR), ['shipment.handed_over', 0, { shipment_id: 's1' }]],
      attachedTo: 's1',
      evidence: [3],
      clears: ['shipment.returned', { shipment_id: 's1' }],
      threshold: { rule: 'shipped_after_cancel' },
    },
  ],
  [
    {
      type: 'fraud_review_stuck',
      why: 'it is held for another reason',
      told: [...sold, held('incorrect_address', -8 * HOUR)],
    },
    {
      type: 'fraud_review_stuck',
      why: 'it is released in its last second',
      told: [...sold, held('high_risk_of_fraud', -4 * HOUR), ['order.hold_released', -SECOND]],
    },
    {
      type: 'cancel_request_stuck',
      why: 'the order is canceled',
      told: [...sold, ['order.cancel_requested', -2 * HOUR], canceled(-SECOND)],
    },
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
    { type: 'cross_system_mismatch', why: 'nothing was paid', told: [placed(HOUR), canceled(-15 * MINUTE)] },
    {
      type: 'out_of_stock_after_pay',
      why: 'nobody has paid yet',
      told: [placed(HOUR), ['inventory.shortage', 0, stock]],
    },
    { type: 'fulfilment_rejected', why: 'work has begun', told: [...sold, ['fulfillment.created', 0, work]] },
    { type: 'address_invalid', why: 'it is held for suspicion', told: [...sold, held('high_risk_of_fraud', 0)] },
    {
      type: 'shipped_after_cancel',
      why: 'it was shipped before',
      told: [...sold, ['shipment.handed_over', -2 * HOUR, { shipment_id: 's1' }], canceled(0)],
    },
  ],
)
