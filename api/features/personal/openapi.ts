import { type Operations, readsWarehouse } from '../../openapi/operation.ts'

export const personalOperations = {
  'POST /api/orders/:order_id/reveal': {
    id: 'revealOrderMessage',
    tag: 'orders',
    summary: 'One landed message of an order as it was sent, personal data included',
    description: 'Says why, and is written to the audit before it is shown. So many an hour and person.',
    parameters: { order_id: { example: 'TM.2026010500017' } },
    body: {
      topic: 'kafka/orders',
      partition: 3,
      offset: '918273',
      reason: 'the buyer asks whether we have their number',
    },
    answer: { value: '{"type":"order.created.v1","data":{"buyer_phone":"13800001234"}}' },
    refuses: ['not_found', ...readsWarehouse],
  },
} as const satisfies Operations
