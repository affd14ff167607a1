/** The one place where failures become answers. 4xx messages help; 5xx messages say nothing that only the log may know. */
import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { ApiErrorBody, ErrorCode, ErrorParts, ErrorReason } from '../contract/errors.ts'
import { ApiError } from '../errors.ts'
import type { App } from '../feature.ts'
import { refusedPage } from './refused-page.ts'

export function registerErrors(app: App): void {
  app.setErrorHandler(answerError)
}

/** Whoever asked went away, before the answer or in the middle of it. */
const OF_CALLERS = new Set(['CANCELLED', 'ERR_STREAM_PREMATURE_CLOSE'])

/** Also for what the framework refuses before a route is found. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = toApiError(error)
  // Nobody hears an answer after hanging up, and being busy is no fault.
  const isFault = refusal.statusCode >= 500 && !OF_CALLERS.has(error.code) && refusal.code !== 'too_busy'
  const level = isFault ? 'error' : 'info'
  request.log[level]({ err: error, code: refusal.code }, 'request refused')
  const page = refusedPage(request, refusal)
  if (page !== null) return reply.redirect(page, 303)
  return answer(reply, request, refusal)
}

export function answer(reply: FastifyReply, request: FastifyRequest, refusal: ApiError): FastifyReply {
  const body: ApiErrorBody = {
    statusCode: refusal.statusCode,
    code: refusal.code,
    error: STATUS_CODES[refusal.statusCode] ?? 'Error',
    message: refusal.message,
    requestId: request.id,
    ...(refusal.reason === null ? {} : { reason: refusal.reason }),
    ...(refusal.parts === null ? {} : { parts: refusal.parts }),
  }
  if (refusal.retryAfterSeconds !== null) reply.header('retry-after', refusal.retryAfterSeconds)
  // Serialized here: a route's response schemas describe its successes.
  return reply.code(refusal.statusCode).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body)
}

/** Our code, our words unless its own are for the caller, and what is finer than the code. */
type Known = readonly [ErrorCode, string | null, ErrorReason?]

/** Fastify's own refusals, by their code. */
const BY_FASTIFY_CODE: Readonly<Record<string, Known>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'send the body as application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_input', 'the body is empty; a JSON object was expected'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_input', 'the body is not valid JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_input', 'the body is not as long as content-length says'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'the body is larger than this route accepts'],
  FST_ERR_BAD_URL: ['invalid_input', 'the address cannot be read'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'there is no such address'],
}

/** Codes of the folders below, as every folder's errors carry one. */
const BY_CODE: Readonly<Record<string, Known>> = {
  // Query door: its messages are written for the caller.
  UNKNOWN_METRIC: ['unknown_name', null, 'name_unknown'],
  UNKNOWN_DIMENSION: ['unknown_name', null, 'name_unknown'],
  UNKNOWN_NAME: ['unknown_name', null, 'name_unknown'],
  INVALID_REQUEST: ['invalid_input', null],
  NOTHING_KNOWN: ['invalid_input', null, 'nothing_known'],
  VALUE_TOO_LARGE: ['result_too_large', null],
  TOO_MUCH_KNOWN: ['result_too_large', null, 'too_much_known'],
  PREPARING: ['preparing', null],
  SCOPE_TOO_NARROW: ['not_allowed', null, 'all_rows_needed'],
  // Back-tests of rules: their messages are, too.
  TRIAL_TOO_LARGE: ['result_too_large', null, 'trial_too_large'],
  TRIAL_RUNNING: ['conflict', null, 'trial_running'],
  // Warehouse.
  OVERLOADED: ['unavailable', 'the warehouse is busy; try again, or ask for less at once'],
  TOO_BUSY: ['too_busy', 'too many ask for data at once; try again in a moment'],
  CANCELLED: ['unavailable', 'whoever asked went away'],
  TOO_MANY_ROWS: [
    'result_too_large',
    'this would read more rows than one question may; ask for a shorter window or fewer splits',
    'rows_spent',
  ],
  TOO_MUCH_MEMORY: [
    'result_too_large',
    'this took more memory than one question may; ask for a shorter window or fewer splits',
    'memory_spent',
  ],
  RESULT_TOO_LARGE: [
    'result_too_large',
    'the answer is larger than one may be; ask for a shorter window or fewer splits',
    'result_spent',
  ],
  TIMEOUT: ['timeout', 'this took too long; ask for a shorter window or fewer splits'],
  UNREACHABLE: ['unavailable', 'the data cannot be reached right now; try again shortly'],
}

/** State database: codes of the network and of PostgreSQL's shutting down, starting up and being full. */
const STATE_AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '08000',
  '08003',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
])
/** What node-postgres and knex say of a lost connection without a code. */
const STATE_AWAY_WORDS =
  /Connection terminated|Client has encountered a connection error|Timeout acquiring a connection/

const isStateAway = ({ code, message }: { code?: string; message: string }): boolean =>
  (code !== undefined && STATE_AWAY.has(code)) || STATE_AWAY_WORDS.test(message)

function toApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'request'
    const problems = error.validation.map((one) => `${where}${one.instancePath}: ${one.message ?? 'not valid'}`)
    const fields = [...new Set(error.validation.map((one) => one.instancePath.slice(1).replaceAll('/', '.') || where))]
    return new ApiError('invalid_input', problems.slice(0, 10).join('; '), {
      cause: error,
      reason: 'fields_refused',
      parts: { fields: fields.slice(0, 10).join(', ') },
    })
  }
  const known = BY_FASTIFY_CODE[error.code] ?? BY_CODE[error.code]
  if (known !== undefined) {
    const [code, message, reason] = known
    return new ApiError(code, message ?? error.message, {
      cause: error,
      ...(reason && { reason }),
      ...retryAfterOf(error),
      ...partsOf(error),
    })
  }
  if (isStateAway(error))
    return new ApiError('unavailable', 'the application state cannot be reached right now; try again shortly', {
      cause: error,
    })
  if (error.statusCode === 429) return new ApiError('too_many_requests', error.message, { cause: error })
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new ApiError('invalid_input', error.message, { cause: error })
  }
  return new ApiError('internal', 'something went wrong here; the log has the details under this requestId', {
    cause: error,
  })
}

/** Whoever is busy says for how long. */
function retryAfterOf(error: unknown): { retryAfterSeconds?: number } {
  const { retryAfterSeconds } = error as { retryAfterSeconds?: number | null }
  return typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}
}

/** Errors of the folders below carry parts of this shape, or none. */
function partsOf(error: unknown): { parts?: ErrorParts } {
  const { parts } = error as { parts?: ErrorParts | null }
  return parts ? { parts } : {}
}
