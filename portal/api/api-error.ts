import type { ApiErrorBody } from '#api/contract/errors.ts'

/** A refused or failed request; `code` is the API's stable code, or `offline` when no answer came. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string
  /** Finer than the code: why an action was refused. */
  readonly reason: string

  constructor(status: number, code: string, message: string, requestId = '', reason = '') {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.requestId = requestId
    this.reason = reason
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
    return new ApiError(status, shaped.code, shaped.message ?? shaped.code, shaped.requestId ?? '', shaped.reason ?? '')
  }
  return new ApiError(status, status >= 500 ? 'unavailable' : 'unexpected_answer', `HTTP ${status}`)
}
