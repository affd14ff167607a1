/** Chargebacks: the buyer's bank takes the money back and asks for proof until a date. */
import { defineContract } from './contract.ts'

const source = '/shop/shopify/payment'

export const disputeContracts = [
  defineContract('dispute.opened', {
    required: ['dispute_id', 'payment_id'],
    optional: ['amount', 'currency', 'reason', 'status', 'due_at'],
    example: {
      source,
      data: {
        dispute_id: 'dp-51',
        payment_id: 'pay-70011',
        amount: 25800,
        currency: 'CNY',
        reason: 'product_not_received',
        status: 'needs_response',
        due_at: '2026-09-21T00:00:00Z',
      },
    },
  }),
  defineContract('dispute.updated', {
    required: ['dispute_id'],
    optional: ['payment_id', 'amount', 'currency', 'status', 'due_at'],
    example: { source, data: { dispute_id: 'dp-51', status: 'under_review' } },
  }),
  defineContract('dispute.closed', {
    required: ['dispute_id'],
    optional: ['payment_id', 'amount', 'currency', 'status'],
    example: { source, data: { dispute_id: 'dp-51', status: 'won' } },
  }),
]
