/** Anomalies of refunds and returns. */
import { DAY, HOUR, MINUTE, SECOND, type Told, paid, placed } from './test-cases.ts'
import { aFamily } from './test-family.ts'

const refund = (refund_id: string, amount = 10_000) => ({
  refund_id,
  payment_id: 'p1',
  amount,
  currency: 'CNY',
  refund_channel: 'bank',
  reason: '七天无理由',
})
const sold = (agoMs: number): Told[] => [placed(agoMs + HOUR), paid(agoMs)]
const returned = { return_id: 't1' }
const sent = { ...returned, shipment_id: 's9', carrier_code: 'yto', tracking_no: 'YT9' }
const scan = (atMs: number, status = 'in_transit'): Told => ['shipment.checkpoint', atMs, { shipment_id: 's9', status }]

export const refundFamily = aFamily(
  [
    {
      type: 'refund_request_unanswered',
      told: [...sold(4 * DAY), ['refund.requested', -2 * DAY, refund('r1', 3_000)]],
      attachedTo: 'r1',
      exposure: 3_000,
      evidence: [2],
      isForeseen: true,
      escalatesAt: 2 * DAY,
      clears: ['refund.rejected', { refund_id: 'r1' }],
      threshold: { allowance_s: '172800', at_risk_share: '0.5' },
    },
    {
      type: 'refund_request_unanswered',
      of: 'return',
      told: [...sold(4 * DAY), ['return.requested', -2 * DAY, returned]],
      attachedTo: 't1',
      exposure: 10_000,
      evidence: [2],
      isForeseen: true,
      escalatesAt: 2 * DAY,
      clears: ['return.approved', returned],
      threshold: { allowance_s: '172800' },
    },
    {
      type: 'refund_failed',
      told: [
        ...sold(DAY),
        ['refund.created', -HOUR, refund('r1')],
        ['refund.failed', 0, { refund_id: 'r1', payment_id: 'p1' }],
      ],
      attachedTo: 'r1',
      exposure: 10_000,
      evidence: [3],
      isForeseen: false,
      clears: ['refund.succeeded', refund('r2')],
      threshold: { rule: 'refund_failed' },
    },
    {
      type: 'refund_failed',
      of: 'abnormal',
      told: [
        ...sold(DAY),
        ['refund.created', -HOUR, refund('r1')],
        ['refund.updated', 0, { refund_id: 'r1', status: 'requires_action' }],
      ],
      attachedTo: 'r1',
      exposure: 10_000,
      evidence: [3],
      isForeseen: false,
      clears: ['refund.succeeded', refund('r1')],
      threshold: { rule: 'refund_failed' },
    },
    {
      type: 'refund_over_or_duplicate',
      told: [
        ...sold(DAY),
        ['refund.created', -3 * HOUR, refund('r1', 6_000)],
        ['refund.created', 0, refund('r2', 4_001)],
      ],
      attachedTo: 'r2',
      exposure: 4_001,
      evidence: [2, 3],
      isForeseen: false,
      clears: ['refund.failed', { refund_id: 'r2' }],
      threshold: { window_s: '600' },
    },
    {
      type: 'refund_over_or_duplicate',
      of: 'double',
      told: [
        ...sold(DAY),
        ['refund.created', -10 * MINUTE, refund('r1', 3_000)],
        ['refund.created', 0, refund('r2', 3_000)],
      ],
      attachedTo: 'r2',
      exposure: 3_000,
      evidence: [2, 3],
      isForeseen: false,
      clears: ['operation.performed', { action: 'recover_refund' }],
      threshold: { window_s: '600' },
    },
    {
      type: 'return_not_sent',
      told: [...sold(9 * DAY), ['return.approved', -7 * DAY, returned]],
      attachedTo: 't1',
      exposure: 10_000,
      evidence: [2],
      isForeseen: true,
      escalatesAt: 7 * DAY,
      clears: ['return.shipped', sent],
      threshold: { allowance_s: '604800' },
    },
    {
      type: 'return_stalled',
      told: [...sold(9 * DAY), ['return.shipped', -4 * DAY, sent], scan(-3 * DAY)],
      attachedTo: `t1@${Date.UTC(2026, 9, 20, 12) - 3 * DAY}`,
      exposure: 10_000,
      evidence: [3],
      isForeseen: true,
      escalatesAt: 3 * DAY,
      clears: ['return.received', returned],
      threshold: { allowance_s: '259200' },
    },
    {
      type: 'return_received_not_refunded',
      told: [
        ...sold(9 * DAY),
        ['refund.created', -8 * DAY, refund('r0', 500)],
        ['return.requested', -4 * DAY, returned],
        ['return.received', -2 * DAY, returned],
      ],
      attachedTo: 't1',
      exposure: 10_000,
      evidence: [4],
      isForeseen: true,
      escalatesAt: 3 * DAY,
      clears: ['refund.created', refund('r1', 9_500)],
      threshold: { allowance_s: '172800' },
    },
  ],
  [
    {
      type: 'refund_request_unanswered',
      why: 'it is decided in its last second',
      told: [
        ...sold(4 * DAY),
        ['refund.requested', -2 * DAY, refund('r1')],
        ['refund.approved', -SECOND, { refund_id: 'r1' }],
      ],
    },
    {
      type: 'refund_stalled',
      why: 'the provider does not know of a request nobody decided',
      told: [...sold(30 * DAY), ['refund.requested', -20 * DAY, refund('r1')]],
    },
    {
      type: 'refund_failed',
      why: 'a rejected request is no failure',
      told: [...sold(DAY), ['refund.requested', -HOUR, refund('r1')], ['refund.rejected', 0, { refund_id: 'r1' }]],
    },
    {
      type: 'refund_over_or_duplicate',
      why: 'the first one had failed when the second was sent',
      told: [
        ...sold(DAY),
        ['refund.created', -5 * MINUTE, refund('r1')],
        ['refund.failed', -MINUTE, { refund_id: 'r1' }],
        ['refund.created', 0, refund('r2')],
      ],
    },
    {
      type: 'refund_over_or_duplicate',
      why: 'the same sum a second after the window',
      told: [
        ...sold(DAY),
        ['refund.created', -10 * MINUTE - SECOND, refund('r1', 3_000)],
        ['refund.created', 0, refund('r2', 3_000)],
      ],
    },
    {
      type: 'refund_over_or_duplicate',
      why: 'the same sum for another reason',
      told: [
        ...sold(DAY),
        ['refund.created', -MINUTE, refund('r1', 3_000)],
        ['refund.created', 0, { ...refund('r2', 3_000), reason: '补偿' }],
      ],
    },
    {
      type: 'return_not_sent',
      why: 'the buyer sent it in the last second',
      told: [...sold(9 * DAY), ['return.approved', -7 * DAY, returned], ['return.shipped', -SECOND, sent]],
    },
    {
      type: 'return_stalled',
      why: 'it was scanned in time and arrived',
      told: [
        ...sold(9 * DAY),
        ['return.shipped', -3 * DAY, sent],
        scan(-SECOND),
        ['shipment.delivered', 2 * DAY, { shipment_id: 's9' }],
      ],
    },
    {
      type: 'logistics_stalled',
      why: 'what the buyer sends back is no parcel of the order',
      told: [...sold(9 * DAY), ['return.shipped', -4 * DAY, sent], scan(-4 * DAY + HOUR)],
    },
    {
      type: 'return_received_not_refunded',
      why: 'the goods were rejected',
      told: [
        ...sold(9 * DAY),
        ['return.received', -2 * DAY, returned],
        ['return.inspected', -SECOND, { ...returned, status: 'rejected' }],
      ],
    },
  ],
)
