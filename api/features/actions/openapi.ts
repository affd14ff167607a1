import { type Operations, idempotencyKey, readsWarehouse } from '../../openapi/operation.ts'

const parameters = { order_id: { example: 'TM.2026010500017' } }
const action = {
  id: '0b9f3c1e-2a55-4c77-8a10-5a1f7e6d9c21',
  kind: 'refund_payment',
  order_id: 'TM.2026010500017',
  payment_id: 'p-5522',
  amount: 8_900,
  currency: 'CNY',
  reason: 'paid twice',
  state: 'queued',
  requested_by: '5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771',
  requested_by_name: '陈安 Chen An',
  requested_at: '2026-01-12T01:00:00.000Z',
  settled_at: null,
  detail: '',
}

export const actionOperations = {
  'GET /api/orders/:order_id/actions': {
    id: 'listActions',
    tag: 'orders',
    summary: 'What you may do to an order now, why not what you may not, and what was done',
    description:
      'While the warehouse is away, by what was known of the order when you or somebody who sees the same rows opened it within the last 12 hours: `kept_at` tells when.',
    parameters,
    answer: {
      legal: [
        {
          kind: 'refund_payment',
          allowed: true,
          reason: '',
          payment_id: 'p-5522',
          amount: 8_900,
          currency: 'CNY',
          anomaly_id: '4f1c20b6d1e0a7c35b2f9a8e7d6c5b4a',
        },
      ],
      actions: [action],
      kept_at: null,
    },
    refuses: ['not_found', ...readsWarehouse],
  },
  'POST /api/orders/:order_id/actions': {
    id: 'act',
    tag: 'orders',
    summary: 'Does something to an order, once',
    description:
      'Answered when it is written down; its outcome comes with the events of the system that carries it out. The same key with the same body answers the same action. While the warehouse is away what people ask for by facts that were kept is `parked`: it is judged again by the facts as they are when the warehouse is back, and then leaves or ends as `failed` with the reason in `detail`. Keys are told to come again.',
    parameters,
    headers: idempotencyKey,
    body: { kind: 'refund_payment', payment_id: 'p-5522', amount: 8_900, reason: 'paid twice' },
    answer: action,
    answerHeaders: { 'idempotent-replayed': { description: '`true` where this key was answered before.' } },
    refuses: [
      'idempotency_key_required',
      'not_found',
      'action_refused',
      'idempotency_in_flight',
      'idempotency_mismatch',
      ...readsWarehouse,
    ],
  },
} as const satisfies Operations
