import { type Operations, readsWarehouse } from '../../openapi/operation.ts'

export const auditOperations = {
  'GET /api/audit': {
    id: 'listAudit',
    tag: 'orders',
    summary: 'Who did what, the newest first',
    description:
      'Everybody reads what was done to an order they may see. The whole of it, and who looked at what (`view.…`), needs the permission `audit.read`.',
    parameters: {
      order_id: { example: 'TM.2026010500017' },
      verb: { description: 'How it begins: `view.`, `session.`, `refund_payment.requested`.' },
      subject: { description: 'How it begins: `rule/`, `person/5b0e7a52…`.' },
      text: {
        example: 'refund wrong-size',
        description:
          "Words, all of which stand in the person's name, the subject, the order's id or the detail (names and values), in any case.",
      },
      from: { description: 'Entries of this instant and after.' },
      to: { description: 'Entries before this instant.' },
    },
    answer: {
      next_cursor: null,
      entries: [
        {
          seq: '4121',
          at: '2026-01-12T01:00:00.000Z',
          person_id: '5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771',
          person_name: '陈安 Chen An',
          verb: 'refund_payment.requested',
          subject: 'order/TM.2026010500017',
          order_id: 'TM.2026010500017',
          detail: { amount: 8_900, currency: 'CNY' },
        },
      ],
    },
    refuses: ['not_found', 'not_allowed', ...readsWarehouse],
  },
  'GET /api/audit/chain': {
    id: 'checkAudit',
    tag: 'orders',
    summary: 'Whether the chain of the audit holds',
    description:
      'The last word of this process. Where it is older than an hour another check begins; ask again while `is_checking`. Keep `newest` elsewhere: a chain that was written anew as a whole does not have it.',
    parameters: { again: { description: '1 asks for another check at once.' } },
    answer: {
      is_checking: false,
      checked_at: '2026-01-12T01:00:00.000Z',
      entries: 4_121,
      broken_at: null,
      newest: { seq: '4121', hash: '5f3c0c0b2d8f9f3c0b1e7a52d25f3c0c0b2d8f9f3c0b1e7a52d25f3c0c0b2d8f' },
    },
  },
} as const satisfies Operations
