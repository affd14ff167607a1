export type MailErrorCode = 'REFUSED' | 'UNREACHABLE' | 'IN_DOUBT' | 'BAD_ADDRESS'

/**
 * `retryable` REFUSED and UNREACHABLE: certainly not accepted, another time may do. IN_DOUBT: the server may have
 * accepted it before the connection was lost, so only the same message may be sent again.
 */
export class MailError extends Error {
  readonly code: MailErrorCode
  readonly retryable: boolean

  constructor(code: MailErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'MailError'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
