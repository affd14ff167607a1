import { type Operations, readsWarehouse } from '../../openapi/operation.ts'

export const searchOperations = {
  'GET /api/search': {
    id: 'search',
    tag: 'orders',
    summary: 'Finds orders by whatever a customer may name',
    parameters: {
      q: {
        example: '2026010500017',
        description: 'An order number, tracking number, name, phone tail or product; with an error or two.',
      },
    },
    answer: {
      results: [
        {
          order_id: 'TM.2026010500017',
          order_no: '2026010500017',
          matched: '2026010500017',
          kind: 'order_no',
          precision: 'exact',
          channel: 'tmall',
          region: '浙江',
          order_status: 'confirmed',
          created_at: '2026-01-05T02:10:00.000Z',
          amount_payable: 8_900,
          currency: 'CNY',
        },
      ],
      more: false,
    },
    refuses: readsWarehouse,
  },
} as const satisfies Operations
