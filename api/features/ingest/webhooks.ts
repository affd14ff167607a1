/** Webhooks of platforms: the signature decides, the bytes are landed as they came, and the answer waits until they are durable. */
import { z } from 'zod'
import { MAX_WEBHOOK_BYTES } from '#ingest/sources/http-webhooks.ts'
import { ApiError, notFound } from '../../errors.ts'
import type { App } from '../../feature.ts'
import { bytesOf, laterIfRetryable, plainHeaders } from './body.ts'
import type { IngestCounters } from './counters.ts'
import type { IngestDeps } from './routes.ts'

type WebhookDeps = Pick<IngestDeps, 'webhooks'> & { readonly counters: IngestCounters }

export function webhookRoutes(scoped: App, { webhooks, counters }: WebhookDeps): void {
  scoped.post(
    '/ingest/webhooks/:endpoint',
    {
      config: { policy: 'ingest' },
      bodyLimit: MAX_WEBHOOK_BYTES,
      decompress: false,
      schema: {
        params: z.object({ endpoint: z.string() }),
        body: z.unknown(),
      },
      onRequest: async (request) => {
        const { endpoint } = request.params as { endpoint: string }
        if (webhooks.has(endpoint)) return
        counters.count('webhooks', '', 'unknown_endpoint')
        throw notFound('webhook endpoint')
      },
    },
    async (request, reply) => {
      const { endpoint } = request.params
      const outcome = await webhooks
        .receive(endpoint, {
          method: request.method,
          path: request.url.split('?')[0] ?? '',
          headers: plainHeaders(request),
          body: bytesOf(request),
        })
        .catch(laterIfRetryable)
      if (outcome.kind === 'unknown') throw notFound('webhook endpoint')
      if (outcome.kind === 'refused') {
        counters.count('webhooks', endpoint, outcome.reason)
        throw new ApiError('signature_refused', outcome.message, { reason: outcome.reason })
      }
      counters.count('webhooks', endpoint, outcome.kind, outcome.kind === 'landed' ? 1 : 0)
      // Written as it is: the platform's own words, not JSON of ours.
      return reply.type(outcome.answer.type).serializer(String).send(outcome.answer.body)
    },
  )
}
