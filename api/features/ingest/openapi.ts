import type { Operations } from '../../openapi/operation.ts'

export const ingestOperations = {
  'POST /ingest/events': {
    id: 'landEvents',
    tag: 'ingest',
    summary: 'Lands events',
    description:
      'One CloudEvent, a JSON array of them, one per line (NDJSON), or one in binary mode (`ce-` headers). ' +
      'Answered when they are durable. With `idempotency-key` or `x-batch-id` the same request may be repeated: it is answered ' +
      'with status 200, the first receipt and `idempotent-replayed: true`; other content under the same id is refused with 409. ' +
      'Bodies may be gzip, deflate or br, at most 8 MiB unpacked.',
    headers: {
      'idempotency-key': {
        description: 'An id of this batch, 1 to 255 printable ASCII characters.',
        example: 'erp-4711',
      },
      'x-batch-id': { description: 'Another name for the same; send one of them.' },
    },
    body: {
      specversion: '1.0',
      id: 'e-77120',
      source: '/shop/tmall/orders',
      type: 'order.canceled.v1',
      subject: 'order/TM.2026010500017',
      time: '2026-01-05T02:11:09Z',
      data: { order_id: 'TM.2026010500017', reason: 'buyer' },
    },
    answer: { topic: 'http/erp', first: '18', last: '18', messages: 1 },
    answerHeaders: { 'idempotent-replayed': { description: '`true` where this batch was landed before.' } },
    refuses: ['ingest_key_refused', 'conflict', 'too_many_requests', 'unavailable'],
  },
  'POST /ingest/webhooks/:endpoint': {
    id: 'landWebhook',
    tag: 'ingest',
    summary: 'Lands a webhook of a platform',
    description:
      'Shopify, WooCommerce, Stripe, Adyen and EasyPost, for the endpoints of INGEST_WEBHOOKS. The request must carry the ' +
      "platform's own signature over its bytes; any body is landed as it came, at most 5 MiB. Answered with 200 when it is durable.",
    parameters: { endpoint: { example: 'shopify-cn' } },
    body: { id: 820_982_911_946_154_500, financial_status: 'paid' },
    files: {
      'application/json': { description: 'What most platforms expect.', example: '{"status":"landed"}' },
      'text/plain': { description: 'What Adyen expects.', example: '[accepted]' },
    },
    security: [],
    refuses: ['signature_refused', 'not_found', 'too_many_requests', 'unavailable'],
  },
} as const satisfies Operations
