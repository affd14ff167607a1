/** What can be wrong with a file of expected values. */
export type VerifyErrorCode = 'NO_FILE' | 'NOT_JSON' | 'WRONG_SHAPE'

export class VerifyError extends Error {
  readonly code: VerifyErrorCode
  readonly retryable = false

  constructor(code: VerifyErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'VerifyError'
    this.code = code
  }
}
