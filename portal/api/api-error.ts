import type { ApiErrorBody, ErrorParts } from '#api/contract/errors.ts'

/** A refused or failed request; `code` is the API's stable code, or `offline` when no answer came. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string
  /** Finer than the code: why an action was refused. */
  readonly reason: string
  /** What the words for it need. */
  readonly parts: ErrorParts

  constructor(status: number, code: string, message: string, requestId = '', reason = '', parts: ErrorParts = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.requestId = requestId
    this.reason = reason
    this.parts = parts
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** Reads the API's error shape; anything else (a proxy's page, an empty body) still becomes an ApiError. */
export function errorOf(status: number, body: unknown): ApiError {
  const shaped = body as Partial<ApiErrorBody> | null
  if (shaped !== null && typeof shaped === 'object' && typeof shaped.code === 'string') {
    const { code, message = code, requestId, reason, parts } = shaped
    return new ApiError(status, code, message, requestId, reason, parts)
  }
  return new ApiError(status, status >= 500 ? 'unavailable' : 'unexpected_answer', `HTTP ${status}`)
}
