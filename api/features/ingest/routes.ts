/** Webhooks in: events by HTTP, for producers with a key. What is landed is what was sent. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { MAX_BODY_BYTES, parseHttpBatch } from '#ingest/sources/http-batch.ts'
import type { HttpSource } from '#ingest/sources/http.ts'
import { ApiError, type ErrorCode } from '../../errors.ts'
import type { App } from '../../feature.ts'

export type IngestDeps = {
  readonly source: Pick<HttpSource, 'accept'>
  readonly keys: readonly { readonly name: string; readonly key: string }[]
}

const receiptSchema = z.object({ topic: z.string(), first: z.string(), last: z.string(), messages: z.number() })
const CODE_OF_STATUS: Record<400 | 413 | 415, ErrorCode> = {
  400: 'invalid_input',
  413: 'body_too_large',
  415: 'unsupported_media_type',
}

export async function ingestRoutes(app: App, { source, keys }: IngestDeps): Promise<void> {
  await app.register(async (scoped: App) => {
    scoped.removeAllContentTypeParsers()
    scoped.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    )

    scoped.post(
      '/ingest/events',
      {
        config: { policy: 'ingest' },
        bodyLimit: MAX_BODY_BYTES,
        schema: { response: { 202: receiptSchema } },
        onRequest: async (request) => void nameOfKey(keys, request.headers.authorization),
      },
      async (request, reply) => {
        const name = nameOfKey(keys, request.headers.authorization)
        const batch = parseHttpBatch(
          Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          request.headers['content-type'],
        )
        if (batch.kind === 'rejected') throw new ApiError(CODE_OF_STATUS[batch.status], batch.reason)
        const { topic, first, last, messages } = await source.accept(name, batch.messages)
        return reply.code(202).send({ topic, first: String(first), last: String(last), messages })
      },
    )
  })
}

/** Compares with every key, so that the time taken does not tell which one was nearly right. */
function nameOfKey(keys: IngestDeps['keys'], authorization: string | undefined): string {
  const given = digest(authorization ?? '')
  const right = keys.filter(({ key }) => timingSafeEqual(digest(`Bearer ${key}`), given))[0]
  if (right === undefined)
    throw new ApiError('ingest_key_refused', 'send authorization: Bearer <key> with one of the keys of INGEST_API_KEYS')
  return right.name
}

const digest = (text: string) => createHash('sha256').update(text).digest()
