/** What can go wrong with the state database. */
export type StateErrorCode = 'LOCKED' | 'UNREACHABLE' | 'MIGRATION_FAILED'

export class StateError extends Error {
  readonly code: StateErrorCode
  readonly retryable: boolean

  constructor(code: StateErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'StateError'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
