/** How a route can be refused, as answers of the description: the one shape, with the codes that are possible at each status. */
import { STATUS_CODES } from 'node:http'
import { type ErrorCode, errorCodes } from '../contract/errors.ts'
import type { Policy } from '../feature.ts'
import type { Operation } from './operation.ts'

export type DescribedRoute = { readonly method: string; readonly url: string; readonly policy: Policy }

const words: Readonly<Record<ErrorCode, string>> = {
  invalid_input: 'the request is not as described; `parts.fields` names what',
  unknown_name: 'a metric, dimension or other name is not known; the catalogue has them',
  idempotency_key_required: 'send the header idempotency-key',
  not_signed_in: 'sign in first, or send an API key that holds',
  sign_in_failed: 'e-mail or password is not right',
  ingest_key_refused: 'send a key of INGEST_API_KEYS as bearer token',
  signature_refused: "the platform's signature does not fit the bytes; `reason` tells why",
  csrf_refused: 'send the x-csrf-token of this session',
  foreign_origin: 'a page of another site may not change anything here',
  not_allowed: 'your role or scope does not allow it; `reason` tells which',
  not_found: 'there is none, or it is outside what you may see',
  not_acceptable: 'none of the media types you accept can be had',
  action_refused: 'the order is in no state for it; `reason` tells why',
  idempotency_in_flight: 'the same request is being carried out; ask again in a moment',
  conflict: 'somebody or something else was first; `reason` tells what',
  preparing: 'what was known at that instant is being worked out; ask again in a moment',
  body_too_large: 'send less at once',
  unsupported_media_type: 'send the body as described',
  idempotency_mismatch: 'this key came with another body before; take a new one',
  too_many_requests: 'slow down; retry-after says for how long',
  result_too_large: 'ask for less: a shorter window, fewer splits',
  internal: 'our mistake; the log has the details under requestId',
  unavailable: 'something behind does not answer; try again shortly',
  too_busy: 'too many ask at once; retry-after says when to ask again',
  timeout: 'took too long; ask for a shorter window or fewer splits',
}

/** What follows from who may call a route and how, and what it says of itself. */
export function refusalsOf({ method, url, policy }: DescribedRoute, operation: Operation): ErrorCode[] {
  const changes = method !== 'GET'
  const isPublic = policy === 'public' || policy === 'ingest'
  const codes: ErrorCode[] = [
    'invalid_input',
    'internal',
    ...(url.startsWith('/api/') ? (['too_many_requests'] as const) : []),
    // The session is looked up in the state database.
    ...(isPublic ? [] : (['not_signed_in', 'unavailable'] as const)),
    // Also what needs no permission is, in part, for people only.
    ...(isPublic ? [] : (['not_allowed'] as const)),
    ...(changes ? (['body_too_large', 'unsupported_media_type'] as const) : []),
    ...(changes && policy !== 'ingest' ? (['foreign_origin'] as const) : []),
    ...(changes && !isPublic ? (['csrf_refused'] as const) : []),
    ...(operation.refuses ?? []),
  ]
  const known = Object.keys(errorCodes) as ErrorCode[]
  return known.filter((code) => codes.includes(code))
}

export type Refusals = {
  /** By status, as references. */
  readonly responses: Record<string, { $ref: string }>
  /** The answers they refer to; one for each set of codes, shared by all routes. */
  readonly components: Record<string, object>
}

export function describeRefusals(codes: readonly ErrorCode[]): Refusals {
  const statuses = [...new Set(codes.map((code) => errorCodes[code]))]
  const named = statuses.map((status) => {
    const some = codes.filter((code) => errorCodes[code] === status)
    return { status, name: some.join('.'), some }
  })
  return {
    responses: Object.fromEntries(
      named.map(({ status, name }) => [status, { $ref: `#/components/responses/${name}` }]),
    ),
    components: Object.fromEntries(named.map(({ status, name, some }) => [name, describeOne(status, some)])),
  }
}

function describeOne(status: number, codes: readonly ErrorCode[]): object {
  const [first] = codes
  return {
    description: codes.map((code) => `\`${code}\`: ${words[code]}`).join(' · '),
    ...(status === 429 || status === 503
      ? { headers: { 'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer' } } } }
      : {}),
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Error' },
            { type: 'object', properties: { statusCode: { const: status }, code: { enum: codes } } },
          ],
        },
        examples: {
          [first ?? 'refused']: {
            value: {
              statusCode: status,
              code: first,
              error: STATUS_CODES[status],
              message: first === undefined ? '' : words[first],
              requestId: '1f0c9a4e-64a7-4f0b-9a53-0d3c8c0d8f10',
            },
          },
        },
      },
    },
  }
}
