/** Anomalies of payments. */
import { DAY, HOUR, ITS_ORDER, MINUTE, OPENS, SECOND, type Told, paid, placed } from './test-cases.ts'
import { aFamily } from './test-family.ts'

const attempt = (payment_id: string) => ({ payment_id, amount: 10_000, currency: 'CNY', method: 'card' })
const failed = (payment_id: string, atMs: number): Told => ['payment.failed', atMs, attempt(payment_id)]
const dispute = { dispute_id: 'd1', payment_id: 'p1', amount: 4_000, currency: 'CNY', status: 'needs_response' }
const fromOpening = (ms: number): string => new Date(OPENS + ms).toISOString()

export const paymentFamily = aFamily(
  [
    {
      type: 'payment_failed_repeated',
      told: [placed(2 * HOUR), failed('p1', -HOUR), failed('p2', -MINUTE), failed('p3', 0)],
      attachedTo: ITS_ORDER,
      exposure: 10_000,
      evidence: [1, 2, 3],
      isForeseen: false,
      clears: ['payment.captured', attempt('p4')],
      threshold: { limit_count: '3', window_s: '3600' },
    },
    {
      type: 'payment_stuck_processing',
      told: [placed(HOUR), ['payment.processing', -30 * MINUTE, attempt('p1')]],
      attachedTo: 'p1',
      exposure: 10_000,
      evidence: [1],
      isForeseen: true,
      escalatesAt: HOUR,
      clears: ['payment.failed', attempt('p1')],
      threshold: { rule: 'payment_stuck_processing', allowance_s: '1800' },
    },
    {
      type: 'payment_stuck_processing',
      of: 'bank',
      told: [placed(2 * DAY), ['payment.processing', -DAY, { ...attempt('p1'), method: 'bank_transfer' }]],
      attachedTo: 'p1',
      exposure: 10_000,
      evidence: [1],
      isForeseen: true,
      escalatesAt: DAY,
      clears: ['payment.succeeded', { ...attempt('p1'), method: 'bank_transfer' }],
      threshold: { rule: 'payment_stuck_processing_bank', allowance_s: '86400' },
    },
    {
      type: 'paid_order_not_updated',
      told: [placed(HOUR, { source_status: 'WAIT_BUYER_PAY' }), paid(5 * MINUTE)],
      attachedTo: ITS_ORDER,
      exposure: 10_000,
      evidence: [1],
      isForeseen: true,
      escalatesAt: HOUR,
      clears: ['order.confirmed', { source_status: 'WAIT_SELLER_SEND_GOODS' }],
      threshold: { allowance_s: '300' },
    },
    {
      type: 'authorization_expiring',
      told: [placed(7 * DAY), ['payment.authorized', -6 * DAY, attempt('p1')]],
      attachedTo: 'p1',
      exposure: 10_000,
      evidence: [1],
      isForeseen: true,
      escalatesAt: DAY,
      clears: ['payment.voided', { payment_id: 'p1' }],
      threshold: { allowance_s: '518400', given: 'rule' },
    },
    {
      type: 'authorization_expiring',
      of: 'dated',
      told: [placed(5 * DAY), ['payment.authorized', -4 * DAY, { ...attempt('p1'), due_at: fromOpening(DAY) }]],
      attachedTo: 'p1',
      exposure: 10_000,
      evidence: [1],
      isForeseen: true,
      escalatesAt: DAY,
      clears: ['payment.captured', attempt('p1')],
      threshold: { given: 'order' },
    },
    {
      type: 'dispute_opened',
      told: [
        placed(10 * DAY),
        paid(10 * DAY),
        ['dispute.opened', 0, { ...dispute, due_at: fromOpening(9 * DAY) }],
        ['dispute.updated', DAY, { dispute_id: 'd1', status: 'needs_response' }],
      ],
      attachedTo: 'd1',
      exposure: 4_000,
      evidence: [2],
      isForeseen: false,
      escalatesAt: 7 * DAY,
      clears: ['dispute.updated', { dispute_id: 'd1', status: 'under_review' }],
      threshold: { rule: 'dispute_opened' },
    },
    {
      type: 'dispute_opened',
      of: 'undated',
      told: [placed(DAY), paid(DAY), ['dispute.opened', 0, { dispute_id: 'd1', payment_id: 'p1' }]],
      attachedTo: 'd1',
      exposure: 10_000,
      evidence: [2],
      isForeseen: false,
      escalatesAt: 18 * DAY,
      clears: ['dispute.closed', { dispute_id: 'd1', status: 'lost' }],
      threshold: { allowance_s: '1555200' },
    },
  ],
  [
    {
      type: 'payment_failed_repeated',
      why: 'three failures in an hour and a second',
      told: [placed(2 * HOUR), failed('p1', -HOUR - SECOND), failed('p2', -MINUTE), failed('p3', 0)],
    },
    {
      type: 'payment_failed_repeated',
      why: 'a failure told twice is one',
      told: [placed(2 * HOUR), failed('p1', -MINUTE), failed('p2', 0)],
    },
    {
      type: 'payment_failed_repeated',
      why: 'it was paid before',
      told: [
        placed(2 * HOUR),
        failed('p1', -4 * MINUTE),
        failed('p2', -3 * MINUTE),
        paid(2 * MINUTE, { payment_id: 'p4' }),
        failed('p3', 0),
      ],
    },
    {
      type: 'payment_stuck_processing',
      why: 'a bank may take a day',
      told: [
        placed(HOUR),
        ['payment.processing', -30 * MINUTE, { ...attempt('p1'), method: 'bank_transfer' }],
        ['payment.captured', 20 * HOUR, { ...attempt('p1'), method: 'bank_transfer' }],
      ],
    },
    {
      type: 'payment_stuck_processing',
      why: 'it is settled in its last second',
      told: [
        placed(HOUR),
        ['payment.processing', -30 * MINUTE, attempt('p1')],
        ['payment.failed', -SECOND, attempt('p1')],
      ],
    },
    {
      type: 'paid_order_not_updated',
      why: 'the shop never said that it waits for payment',
      told: [placed(HOUR), paid(5 * MINUTE)],
    },
    {
      type: 'paid_order_not_updated',
      why: 'another status is another word',
      told: [
        placed(HOUR, { source_status: 'WAIT_BUYER_PAY' }),
        paid(5 * MINUTE),
        ['order.updated', -SECOND, { source_status: 'PAID' }],
      ],
    },
    {
      type: 'authorization_expiring',
      why: 'the money was taken',
      told: [
        placed(7 * DAY),
        ['payment.authorized', -6 * DAY, attempt('p1')],
        ['payment.captured', -SECOND, attempt('p1')],
      ],
    },
    {
      type: 'order_unpaid_timeout',
      why: 'authorised money is not owed',
      told: [placed(30 * MINUTE), ['payment.authorized', -29 * MINUTE, attempt('p1')]],
    },
    {
      type: 'dispute_opened',
      why: 'it is answered already',
      told: [placed(DAY), paid(DAY), ['dispute.opened', 0, { ...dispute, status: 'under_review' }]],
    },
  ],
)
