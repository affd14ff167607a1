/** Failures of the simulator; retryable ones can succeed when tried again. */
export type SimulatorErrorCode = 'INVALID_OPTION' | 'JOURNAL_UNREADABLE' | 'JOURNAL_UNWRITABLE' | 'OUTPUT_FAILED'

export class SimulatorError extends Error {
  override readonly name = 'SimulatorError'
  readonly code: SimulatorErrorCode
  readonly retryable: boolean

  constructor(code: SimulatorErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
