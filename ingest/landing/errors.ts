/** Why a batch did not land. Nothing of it is lost: its source keeps the position and hands it over again. */

export type LandingErrorCode = 'POSITION_GAP' | 'FENCED' | 'STOPPED' | 'NO_ROOM'

export class LandingError extends Error {
  readonly code: LandingErrorCode
  readonly retryable = true

  constructor(code: LandingErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'LandingError'
    this.code = code
  }
}

/** The batch begins behind the position; the source has to read from `expected`. */
export class PositionGap extends LandingError {
  readonly expected: bigint

  constructor(stream: string, expected: bigint, came: bigint) {
    super('POSITION_GAP', `${stream}: ${expected} is expected next, ${came} came; read again from ${expected}`)
    this.expected = expected
  }
}
