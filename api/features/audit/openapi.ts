import { type Operations, readsWarehouse } from '../../openapi/operation.ts'

export const auditOperations = {
  'GET /api/audit': {
    id: 'listAudit',
    tag: 'orders',
    summary: 'Who did what, the newest first',
    description: 'Everybody reads the audit of an order they may see; the whole of it is for admins.',
    parameters: { order_id: { example: 'TM.2026010500017' } },
    answer: {
      next_cursor: null,
      entries: [
        {
          seq: '4121',
          at: '2026-01-12T01:00:00.000Z',
          person_id: '5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771',
          person_name: '陈安 Chen An',
          verb: 'action.requested',
          subject: 'action/0b9f3c1e-2a55-4c77-8a10-5a1f7e6d9c21',
          detail: { kind: 'refund_payment', amount: 8_900, currency: 'CNY' },
        },
      ],
    },
    refuses: ['not_found', 'not_allowed', ...readsWarehouse],
  },
} as const satisfies Operations
