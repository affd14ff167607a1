/** How a request is refused here. */
import { type ErrorCode, type ErrorParts, type ErrorReason, errorCodes } from './contract/errors.ts'

/** Whoever finds something away may look again after so long. */
const AWAY_S = 5

/** A refusal in our own words; the cause is logged and never sent. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly statusCode: number
  readonly retryable: boolean
  readonly retryAfterSeconds: number | null
  /** Finer than the code, where the caller can act on it. */
  readonly reason: ErrorReason | null
  /** What the message says besides its fixed words, for who words it in another language. */
  readonly parts: ErrorParts | null

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number; reason?: ErrorReason; parts?: ErrorParts } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.statusCode = errorCodes[code]
    this.retryable = this.statusCode === 429 || this.statusCode >= 500
    this.retryAfterSeconds = options.retryAfterSeconds ?? (code === 'unavailable' ? AWAY_S : null)
    this.reason = options.reason ?? null
    this.parts = options.parts ?? null
  }
}

export const tooManyAttempts = (seconds: number) =>
  new ApiError('too_many_requests', `too many attempts; try again in ${seconds} seconds`, {
    retryAfterSeconds: seconds,
    reason: 'sign_in_throttled',
    parts: { seconds },
  })

/** One answer for what does not exist and for what the caller may not see, so that neither can be told from the other. */
export const notFound = (what: string) =>
  new ApiError('not_found', `there is no such ${what}, or it is outside what you may see`)
