/** Bodies as bytes, of any type, for the routes that land what was sent. */
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { createByteBudget } from '#ingest/sources/http-budget.ts'
import { readHttpBody } from '#ingest/sources/http-body.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import { ApiError } from '../../errors.ts'
import type { App } from '../../feature.ts'

/** What all senders together may have us hold before any of it is checked. */
const MAX_READING_BYTES = 96 * 1024 * 1024
const RETRY_SECONDS = 2

export function registerRawBodies(scoped: App): void {
  const budget = createByteBudget(MAX_READING_BYTES)
  scoped.removeAllContentTypeParsers()
  scoped.addContentTypeParser('*', async (request: FastifyRequest, stream: IncomingMessage) => {
    const length = request.headers['content-length']
    const body = await readHttpBody(stream, {
      encoding: request.headers['content-encoding'],
      limit: request.routeOptions.bodyLimit,
      ...(length === undefined ? {} : { length: Number(length) }),
      budget,
    })
    if (body.kind === 'read') return body.bytes
    throw refusal(body.status, body.reason)
  })
}

export const bytesOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)

const CODE_OF_STATUS: Record<400 | 413 | 415 | 429, ErrorCode> = {
  400: 'invalid_input',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
}

export const refusal = (status: 400 | 413 | 415 | 429, reason: string): ApiError =>
  new ApiError(CODE_OF_STATUS[status], reason, status === 429 ? { retryAfterSeconds: RETRY_SECONDS } : {})

/** Node joins repeated headers, apart from cookies, which nobody here looks at. */
export function plainHeaders(request: FastifyRequest): Record<string, string> {
  const entries = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  return Object.fromEntries(entries)
}

/** A disk does not get emptier within seconds. */
const NO_ROOM_SECONDS = 60

/** The warehouse did not take it in time: the sender keeps it and comes again. */
export function laterIfRetryable(cause: unknown): never {
  const { retryable, code } = (cause ?? {}) as { retryable?: unknown; code?: unknown }
  if (code === 'NO_ROOM')
    throw new ApiError('unavailable', (cause as Error).message, {
      cause,
      retryAfterSeconds: NO_ROOM_SECONDS,
      reason: 'disk_full',
    })
  if (retryable === true)
    throw new ApiError('unavailable', (cause as Error).message, { cause, retryAfterSeconds: RETRY_SECONDS })
  throw cause
}
