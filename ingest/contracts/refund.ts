/** Money on its way back to the buyer. */
import { defineContract } from './contract.ts'
import type { EventFieldName } from './fields.ts'

const source = '/shop/tmall/payment'
const details = [
  'payment_id',
  'currency',
  'reason',
  'refund_channel',
  'status',
] as const satisfies readonly EventFieldName[]
const refund = {
  refund_id: 'rf-3001',
  payment_id: 'pay-70011',
  amount: 25800,
  currency: 'CNY',
  refund_channel: 'wallet',
}

export const refundContracts = [
  defineContract('refund.requested', {
    required: ['refund_id', 'amount'],
    optional: [...details, 'reason_code'],
    example: {
      source,
      authtype: 'app_user',
      data: { ...refund, reason: '七天无理由', reason_code: 'no_longer_wanted' },
    },
  }),
  defineContract('refund.approved', {
    required: ['refund_id'],
    optional: ['amount', ...details],
    example: { source, authtype: 'user', authid: 'agent-7', data: refund },
  }),
  defineContract('refund.rejected', {
    required: ['refund_id'],
    optional: ['amount', ...details],
    example: { source, authtype: 'user', authid: 'agent-7', data: { refund_id: 'rf-3001', reason: '商品已使用' } },
  }),
  defineContract('refund.created', {
    required: ['refund_id', 'amount'],
    optional: details,
    example: { source, data: { ...refund, status: 'pending' } },
  }),
  defineContract('refund.updated', {
    required: ['refund_id'],
    optional: ['amount', 'failure_reason', ...details],
    example: { source, data: { refund_id: 'rf-3001', status: 'requires_action' } },
  }),
  defineContract('refund.succeeded', {
    required: ['refund_id'],
    optional: ['amount', ...details],
    example: { source, data: { ...refund, status: 'succeeded' } },
  }),
  defineContract('refund.failed', {
    required: ['refund_id'],
    optional: ['amount', 'failure_reason', ...details],
    example: { source, data: { refund_id: 'rf-3001', failure_reason: 'expired_or_canceled_card', status: 'failed' } },
  }),
]
