/** What can go wrong with a source. `retryable` says whether the same call may succeed later. */

export type SourceErrorCode =
  | 'CONFIG'
  | 'UNREACHABLE'
  | 'LOGIN_REFUSED'
  | 'UNTRUSTED'
  | 'STOPPED'
  /** The disk of the warehouse is nearly full. */
  | 'NO_ROOM'
  | 'MESSAGES_LOST'
  | 'STREAM_REPLACED'

export class SourceError extends Error {
  readonly code: SourceErrorCode
  readonly retryable: boolean

  constructor(code: SourceErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'SourceError'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
