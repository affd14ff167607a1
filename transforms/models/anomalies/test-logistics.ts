/** Anomalies of parcels. */
import { DAY, HOUR, ITS_ORDER, MINUTE, OPENS, SECOND, type Told, paid, placed } from './test-cases.ts'
import { aFamily } from './test-family.ts'

const parcel = { shipment_id: 's1', carrier_code: 'yto', tracking_no: 'YT1' }
const sold: Told[] = [placed(9 * DAY), paid(9 * DAY)]
const sent: Told[] = [...sold, ['shipment.handed_over', -8 * DAY, parcel]]
const scan = (status: string, atMs: number, location = ''): Told => [
  'shipment.checkpoint',
  atMs,
  { ...parcel, status, location },
]
const exception = (substatus: string, atMs: number): Told => [
  'shipment.exception',
  atMs,
  { ...parcel, status: 'failure', substatus },
]
const delivered = (atMs: number, location = ''): Told => ['shipment.delivered', atMs, { ...parcel, location }]
const claim = (reason_code: string, atMs: number): Told => [
  'refund.requested',
  atMs,
  { refund_id: 'r1', payment_id: 'p1', amount: 4_000, reason_code },
]
const refunded = { refund_id: 'r1', payment_id: 'p1', amount: 4_000 }

const ofParcel = { attachedTo: 's1', exposure: 10_000, isForeseen: true } as const
const ofOrder = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: false } as const

export const logisticsFamily = aFamily(
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
    {
      ...ofParcel,
      type: 'logistics_stalled',
      told: [...sold, ['shipment.handed_over', -3 * DAY, parcel], scan('in_transit', -2 * DAY)],
      attachedTo: `s1@${OPENS - 2 * DAY}`,
      evidence: [3],
      escalatesAt: 2 * DAY,
      passesOnAt: 5 * DAY,
      clears: ['shipment.checkpoint', { ...parcel, status: 'in_transit' }],
      threshold: { allowance_s: '172800' },
    },
    {
      ...ofParcel,
      type: 'parcel_lost_suspected',
      told: [...sold, ['shipment.handed_over', -8 * DAY, parcel], scan('in_transit', -7 * DAY)],
      attachedTo: `s1@${OPENS - 7 * DAY}`,
      evidence: [3],
      escalatesAt: 7 * DAY,
      clears: ['shipment.checkpoint', { ...parcel, status: 'in_transit' }],
      threshold: { allowance_s: '604800' },
    },
    {
      ...ofParcel,
      type: 'parcel_lost_suspected',
      of: 'the-carrier-says-so',
      told: [...sent, scan('in_transit', -2 * DAY), exception('lost', 0)],
      attachedTo: `s1@${OPENS}`,
      evidence: [4],
      isForeseen: false,
      escalatesAt: HOUR,
      clears: ['refund.succeeded', { ...refunded, amount: 10_000 }],
      threshold: { given: 'order' },
    },
    {
      ...ofParcel,
      type: 'delivered_implausible',
      told: [...sent, scan('picked_up', -9 * MINUTE - 59 * SECOND), delivered(0)],
      evidence: [2, 3, 4],
      isForeseen: false,
      clears: ['operation.performed', { action: 'confirm_delivery' }],
      threshold: { window_s: '600' },
    },
    {
      ...ofParcel,
      type: 'delivered_implausible',
      of: 'before-it-left',
      told: [...sold, delivered(-HOUR), ['shipment.handed_over', 0, parcel]],
      evidence: [3, 2],
      isForeseen: false,
      clears: ['refund.succeeded', refunded],
      threshold: { rule: 'delivered_implausible' },
    },
    {
      ...ofParcel,
      type: 'delivered_implausible',
      of: 'where-it-set-out',
      told: [
        ...sent,
        scan('picked_up', -7 * DAY, '义乌'),
        scan('out_for_delivery', -HOUR, '成都'),
        delivered(0, '义乌'),
      ],
      evidence: [2, 3, 4, 5],
      isForeseen: false,
      clears: ['shipment.returned', parcel],
      threshold: { rule: 'delivered_implausible' },
    },
    {
      type: 'status_regression',
      of: 'the-parcel',
      told: [...sent, delivered(-DAY), scan('in_transit', 0)],
      attachedTo: 's1',
      exposure: 0,
      evidence: [3, 4],
      isForeseen: false,
      clears: ['shipment.delivered', parcel],
      threshold: { window_s: '60' },
    },
  ],
  [
    {
      type: 'parcel_lost_suspected',
      why: 'it was seen in its last second, and then delivered',
      told: [...sent, scan('in_transit', -7 * DAY), scan('in_transit', -SECOND), delivered(5 * DAY)],
    },
    {
      type: 'label_no_pickup',
      why: 'the carrier calls the parcel by its number, the shop by its fulfilment',
      told: [
        ...sold,
        ['fulfillment.label_created', -8 * DAY, { ...parcel, shipment_id: 'f7' }],
        ['shipment.checkpoint', -7 * DAY, { ...parcel, shipment_id: 'YT1', status: 'in_transit' }],
      ],
    },
    {
      type: 'parcel_lost_suspected',
      why: 'it waits for the buyer',
      told: [...sent, scan('available_for_pickup', -8 * DAY)],
    },
    {
      type: 'parcel_lost_suspected',
      why: 'the money is back',
      told: [...sent, scan('in_transit', -7 * DAY), ['refund.succeeded', -SECOND, { ...refunded, amount: 10_000 }]],
    },
    {
      type: 'delivered_implausible',
      why: 'ten minutes are a short way',
      told: [...sold, scan('picked_up', -10 * MINUTE), delivered(0)],
    },
    { type: 'delivered_implausible', why: 'nothing else is known of it', told: [...sold, delivered(0)] },
    {
      type: 'delivered_implausible',
      why: 'the buyer fetched it where it set out',
      told: [...sent, scan('picked_up', -7 * DAY, '义乌'), scan('attempt_failed', -HOUR, '成都'), delivered(0, '义乌')],
    },
    {
      type: 'status_regression',
      why: 'it goes back to the shop',
      told: [...sent, delivered(-DAY), scan('return_to_sender', -HOUR), scan('in_transit', 0)],
    },
    {
      type: 'status_regression',
      why: 'clocks differ by a minute',
      told: [...sent, delivered(-MINUTE), scan('out_for_delivery', 0)],
    },
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
