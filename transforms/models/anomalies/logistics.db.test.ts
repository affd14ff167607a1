/** Anomalies of parcels: each opens at its instant, says why, escalates and is cleared by its fact. */
import { DAY, HOUR, ITS_ORDER, SECOND, type Told, paid, placed } from './test-cases.ts'
import { testFamily } from './test-family.ts'

const parcel = { shipment_id: 's1', carrier_code: 'yto', tracking_no: 'YT1' }
const sold: Told[] = [placed(9 * DAY), paid(9 * DAY)]
const sent: Told[] = [...sold, ['shipment.handed_over', -8 * DAY, parcel]]
const scan = (status: string, atMs: number): Told => ['shipment.checkpoint', atMs, { ...parcel, status }]
const exception = (substatus: string, atMs: number): Told => [
  'shipment.exception',
  atMs,
  { ...parcel, status: 'failure', substatus },
]
const delivered = (atMs: number): Told => ['shipment.delivered', atMs, parcel]
const claim = (reason_code: string, atMs: number): Told => [
  'refund.requested',
  atMs,
  { refund_id: 'r1', payment_id: 'p1', amount: 4_000, reason_code },
]
const refunded = { refund_id: 'r1', payment_id: 'p1', amount: 4_000 }

const ofParcel = { attachedTo: 's1', exposure: 10_000, isForeseen: true } as const
const ofOrder = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: false } as const

testFamily(
  [
    {
      ...ofParcel,
      type: 'tracking_invalid',
      told: [...sent, scan('unknown', -DAY)],
      evidence: [3],
      escalatesAt: DAY,
      clears: ['shipment.checkpoint', { ...parcel, status: 'picked_up' }],
      threshold: { allowance_s: '86400' },
    },
    {
      ...ofParcel,
      type: 'pickup_expiring',
      told: [...sent, scan('available_for_pickup', -3 * DAY)],
      evidence: [3],
      escalatesAt: 3 * DAY,
      clears: ['shipment.delivered', parcel],
      threshold: { allowance_s: '259200' },
    },
    {
      ...ofParcel,
      type: 'customs_held',
      told: [...sent, scan('in_transit', -3 * DAY), exception('004', -2 * DAY)],
      evidence: [4],
      escalatesAt: 2 * DAY,
      clears: ['shipment.checkpoint', { ...parcel, status: 'in_transit' }],
      threshold: { allowance_s: '172800' },
    },
    {
      ...ofParcel,
      type: 'delivery_attempt_failed',
      told: [...sent, scan('attempt_failed', 0)],
      evidence: [3],
      isForeseen: false,
      escalatesAt: DAY,
      clears: ['shipment.delivered', parcel],
      threshold: { allowance_s: '86400' },
    },
    {
      ...ofOrder,
      type: 'parcel_damaged',
      told: [...sent, exception('damaged', 0)],
      evidence: [3],
      clears: ['fulfillment.label_created', { shipment_id: 's2' }],
      threshold: { rule: 'parcel_damaged' },
    },
    {
      ...ofOrder,
      type: 'parcel_damaged',
      of: 'claimed',
      told: [...sent, claim('damaged', 0)],
      exposure: 4_000,
      evidence: [3],
      clears: ['refund.succeeded', refunded],
      threshold: { rule: 'parcel_damaged' },
    },
    {
      ...ofOrder,
      type: 'return_to_sender',
      told: [...sent, scan('return_to_sender', 0)],
      evidence: [3],
      clears: ['refund.succeeded', refunded],
      threshold: { rule: 'return_to_sender' },
    },
    {
      ...ofOrder,
      type: 'delivered_not_received',
      told: [...sent, delivered(-DAY), claim('not_received', 0)],
      exposure: 4_000,
      evidence: [4],
      clears: ['refund.rejected', { refund_id: 'r1' }],
      threshold: { rule: 'delivered_not_received' },
    },
    {
      ...ofOrder,
      type: 'wrong_or_missing_item',
      told: [...sent, delivered(-DAY), ['return.requested', 0, { return_id: 't1', reason_code: 'missing_item' }]],
      evidence: [4],
      clears: ['fulfillment.label_created', { shipment_id: 's2' }],
      threshold: { rule: 'wrong_or_missing_item' },
    },
  ],
  [
    {
      type: 'tracking_invalid',
      why: 'the carrier knew it in the last second',
      told: [...sent, scan('unknown', -DAY), scan('picked_up', -SECOND)],
    },
    {
      type: 'label_no_pickup',
      why: 'what the carrier does not know is told once',
      told: [...sent, scan('unknown', -8 * DAY + HOUR)],
    },
    {
      type: 'pickup_expiring',
      why: 'the buyer fetched it',
      told: [...sent, scan('available_for_pickup', -3 * DAY), delivered(-SECOND)],
    },
    { type: 'customs_held', why: 'another exception', told: [...sent, exception('003', -4 * DAY)] },
    {
      type: 'logistics_stalled',
      why: 'customs have it',
      told: [...sent, scan('in_transit', -9 * HOUR - 2 * DAY), exception('004', -2 * DAY)],
    },
    { type: 'delivery_attempt_failed', why: 'on the way to the door', told: [...sent, scan('out_for_delivery', 0)] },
    { type: 'parcel_damaged', why: 'a claim of another kind', told: [...sent, claim('no_longer_wanted', 0)] },
    {
      type: 'return_to_sender',
      why: 'the return was approved',
      told: [...sent, ['return.approved', -DAY, { return_id: 't1' }], scan('return_to_sender', 0)],
    },
    { type: 'delivered_not_received', why: 'it has not been delivered yet', told: [...sent, claim('not_received', 0)] },
    { type: 'wrong_or_missing_item', why: 'it is damaged', told: [...sent, delivered(-DAY), claim('damaged', 0)] },
  ],
)
