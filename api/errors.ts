/** Every way a request can be refused. Codes are stable: clients decide by them and never by the message. */

export const errorCodes = {
  invalid_input: 400,
  unknown_name: 400,
  idempotency_key_required: 400,
  not_signed_in: 401,
  sign_in_failed: 401,
  ingest_key_refused: 401,
  signature_refused: 401,
  csrf_refused: 403,
  foreign_origin: 403,
  not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  action_refused: 409,
  idempotency_in_flight: 409,
  conflict: 409,
  preparing: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  too_many_requests: 429,
  result_too_large: 422,
  internal: 500,
  unavailable: 503,
  timeout: 504,
} as const
export type ErrorCode = keyof typeof errorCodes

/** A refusal in our own words; the cause is logged and never sent. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly statusCode: number
  readonly retryable: boolean
  readonly retryAfterSeconds: number | null
  /** Finer than the code, where the caller can act on it. */
  readonly reason: string | null

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number; reason?: string } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.statusCode = errorCodes[code]
    this.retryable = this.statusCode === 429 || this.statusCode >= 500
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
    this.reason = options.reason ?? null
  }
}

/** One answer for what does not exist and for what the caller may not see, so that neither can be told from the other. */
export const notFound = (what: string) =>
  new ApiError('not_found', `there is no such ${what}, or it is outside what you may see`)
