/** Anomalies of orders, stock and the warehouse. */
import { DAY, HOUR, ITS_ORDER, OPENS, SECOND, type Told, paid, placed } from './test-cases.ts'
import { aFamily } from './test-family.ts'

const sold: Told[] = [placed(9 * HOUR), paid(9 * HOUR)]
const held = (hold_reason: string, atMs: number): Told => ['order.held', atMs, { hold_reason }]
const canceled = (atMs: number): Told => ['order.canceled', atMs]
const stock = { sku: 'a', quantity: 1, reservation_id: 'v1' }
const work = { fulfillment_id: 'f1' }
const at = (ms: number): string => new Date(OPENS + ms).toISOString()
const handedOver = (fulfillment_id: string, shipment_id: string, atMs: number): Told => [
  'shipment.handed_over',
  atMs,
  { fulfillment_id, shipment_id },
]

const clock = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: true } as const
const fact = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: false } as const

export const orderFamily = aFamily(
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
      type: 'ship_promise_at_risk',
      told: [placed(DAY, { promised_ship_by: at(12 * HOUR) }), paid(DAY)],
      isForeseen: false,
      evidence: [1],
      // Told when the ship-by had passed long ago.
      clearsAt: 12 * HOUR - SECOND,
      clears: ['fulfillment.created', work],
      threshold: { rule: 'ship_promise_at_risk', given: 'order' },
    },
    {
      ...clock,
      type: 'ship_promise_at_risk',
      of: 'begun',
      told: [
        placed(40 * HOUR, { promised_ship_by: undefined }),
        paid(40 * HOUR),
        ['fulfillment.created', -39 * HOUR, work],
      ],
      attachedTo: '@begun',
      isForeseen: false,
      evidence: [2],
      passesOnAt: 8 * HOUR,
      clears: ['fulfillment.packed', work],
      threshold: { rule: 'ship_promise_at_risk_begun', allowance_s: '144000' },
    },
    {
      ...clock,
      type: 'ship_promise_at_risk',
      of: 'packed',
      told: [
        placed(DAY, { promised_ship_by: at(2 * HOUR) }),
        paid(DAY),
        ['fulfillment.created', -23 * HOUR, work],
        ['fulfillment.packed', -3 * HOUR, work],
      ],
      attachedTo: '@packed',
      isForeseen: false,
      evidence: [3],
      passesOnAt: 2 * HOUR,
      clears: ['shipment.handed_over', { ...work, shipment_id: 's1' }],
      threshold: { rule: 'ship_promise_at_risk_packed', given: 'order' },
    },
    {
      ...clock,
      type: 'partial_shipment_stuck',
      told: [
        placed(3 * DAY, { promised_ship_by: at(-2 * DAY) }),
        paid(3 * DAY),
        ['fulfillment.created', -3 * DAY, work],
        ['fulfillment.created', -3 * DAY, { fulfillment_id: 'f2' }],
        handedOver('f1', 's1', -2 * DAY),
      ],
      attachedTo: 'f2',
      evidence: [4, 3],
      escalatesAt: 2 * DAY,
      clears: ['shipment.handed_over', { fulfillment_id: 'f2', shipment_id: 's2' }],
      threshold: { allowance_s: '172800' },
    },
    {
      ...clock,
      type: 'partial_shipment_stuck',
      of: 'promised',
      told: [
        placed(DAY, { promised_ship_by: at(0) }),
        paid(DAY),
        ['fulfillment.label_created', -20 * HOUR, { shipment_id: 's1' }],
        ['fulfillment.label_created', -20 * HOUR, { shipment_id: 's2' }],
        ['shipment.handed_over', -19 * HOUR, { shipment_id: 's1' }],
      ],
      attachedTo: 's2',
      evidence: [4, 3],
      escalatesAt: 19 * HOUR,
      clears: ['shipment.handed_over', { shipment_id: 's2' }],
      threshold: { given: 'order' },
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
    {
      type: 'ship_promise_at_risk',
      why: 'it is shipped in the last second of every stage',
      told: [
        placed(DAY, { promised_ship_by: at(12 * HOUR) }),
        paid(DAY),
        ['fulfillment.created', -SECOND, work],
        ['fulfillment.packed', 4 * HOUR - SECOND, work],
        handedOver('f1', 's1', 10 * HOUR - SECOND),
      ],
    },
    {
      type: 'partial_shipment_stuck',
      why: 'the rest follows in its last second',
      told: [
        placed(DAY, { promised_ship_by: at(0) }),
        paid(DAY),
        ['fulfillment.created', -20 * HOUR, work],
        ['fulfillment.created', -20 * HOUR, { fulfillment_id: 'f2' }],
        handedOver('f1', 's1', -19 * HOUR),
        handedOver('f2', 's2', -SECOND),
      ],
    },
    {
      type: 'partial_shipment_stuck',
      why: 'nobody says which parcel is of which work',
      told: [
        ...sold,
        ['fulfillment.created', -9 * HOUR, work],
        ['fulfillment.label_created', -9 * HOUR, { shipment_id: 's1' }],
        ['shipment.handed_over', -8 * HOUR, { shipment_id: 's1' }],
      ],
    },
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
