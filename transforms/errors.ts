/** What can go wrong while models are read, compiled or built. */
export type TransformErrorCode =
  | 'MODEL_INVALID'
  | 'MODEL_CYCLE'
  | 'MODEL_UNKNOWN'
  | 'CARD_INVALID'
  | 'SEED_INVALID'
  | 'SELECTOR_INVALID'
  | 'TEST_INVALID'
  | 'TRIAL_TOO_LARGE'
  | 'TRIAL_RUNNING'

export class TransformError extends Error {
  readonly code: TransformErrorCode
  readonly retryable = false

  constructor(code: TransformErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'TransformError'
    this.code = code
  }
}
