/** Events by HTTP, answered when they are durable; with a batch id they are taken once, however often they are sent. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { MAX_BODY_BYTES, parseHttpBatch } from '#ingest/sources/http-batch.ts'
import type { HttpReceipt } from '#ingest/sources/http-delivery.ts'
import { ApiError } from '../../errors.ts'
import type { App } from '../../feature.ts'
import { bytesOf, laterIfRetryable, plainHeaders, refusal } from './body.ts'
import type { IngestCounters } from './counters.ts'
import type { IngestDeps } from './routes.ts'

type EventDeps = Pick<IngestDeps, 'source' | 'keys'> & { readonly counters: IngestCounters }

const receiptSchema = z.object({
  topic: z.string(),
  first: z.string().describe('Position of the first message'),
  last: z.string(),
  messages: z.number(),
})

export function eventRoutes(scoped: App, { source, keys, counters }: EventDeps): void {
  scoped.post(
    '/ingest/events',
    {
      config: { policy: 'ingest' },
      bodyLimit: MAX_BODY_BYTES,
      // Bodies are unpacked here, with a limit of their own.
      decompress: false,
      schema: {
        consumes: [
          'application/cloudevents+json',
          'application/cloudevents-batch+json',
          'application/json',
          'application/x-ndjson',
        ],
        body: z.unknown(),
        response: { 200: receiptSchema, 202: receiptSchema },
      },
      onRequest: async (request) => void nameOfKey(keys, request.headers.authorization, counters),
    },
    async (request, reply) => {
      const name = nameOfKey(keys, request.headers.authorization, counters)
      const batch = parseHttpBatch(bytesOf(request), plainHeaders(request))
      if (batch.kind === 'rejected') {
        counters.count('events', name, 'refused')
        throw refusal(batch.status, batch.reason)
      }
      const delivery = { topic: `http/${name}`, format: batch.format, messages: batch.messages }
      const batchId = batchIdOf(request)
      if (batchId === null) {
        const receipt = await source.accept(delivery).catch(laterIfRetryable)
        counters.count('events', name, 'landed', receipt.messages)
        return reply.code(202).send(written(receipt))
      }
      const outcome = await source.acceptOnce(delivery, batchId).catch(laterIfRetryable)
      counters.count('events', name, outcome.kind, outcome.kind === 'landed' ? delivery.messages.length : 0)
      if (outcome.kind === 'conflict')
        throw new ApiError(
          'conflict',
          'this batch id was landed before with other content; send the same content again, or take a new id',
          { reason: 'batch_id_reused' },
        )
      if (outcome.kind === 'replayed') reply.header('idempotent-replayed', 'true')
      return reply.code(outcome.kind === 'replayed' ? 200 : 202).send(written(outcome.receipt))
    },
  )
}

const written = ({ topic, first, last, messages }: HttpReceipt) => ({
  topic,
  first: String(first),
  last: String(last),
  messages,
})

const BATCH_ID = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

function batchIdOf({ headers }: FastifyRequest): string | null {
  const given = [headers['idempotency-key'], headers['x-batch-id']].flatMap((value) => value ?? [])
  const [first = null, second = first] = given
  if (first !== second) throw refusal(400, 'Idempotency-Key and X-Batch-Id name different batches; send one of them')
  if (first !== null && !BATCH_ID.test(first))
    throw refusal(400, 'expected a batch id of 1 to 255 printable ASCII characters in Idempotency-Key or X-Batch-Id')
  return first
}

/** Compares with every key, so that the time taken does not tell which one was nearly right. */
function nameOfKey(keys: IngestDeps['keys'], authorization: string | undefined, counters: IngestCounters): string {
  const given = digest(authorization ?? '')
  const right = keys.filter(({ key }) => timingSafeEqual(digest(`Bearer ${key}`), given))[0]
  if (right !== undefined) return right.name
  counters.count('events', '', 'key_refused')
  throw new ApiError('ingest_key_refused', 'send authorization: Bearer <key> with one of the keys of INGEST_API_KEYS')
}

const digest = (text: string) => createHash('sha256').update(text).digest()
