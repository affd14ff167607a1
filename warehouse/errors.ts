/** What can go wrong at the warehouse. `retryable` says whether the same call may succeed later. */

export type WarehouseErrorCode =
  | 'UNREACHABLE'
  | 'LOCKED'
  | 'OVERLOADED'
  | 'TIMEOUT'
  | 'TOO_MANY_ROWS'
  | 'TOO_MUCH_MEMORY'
  | 'RESULT_TOO_LARGE'
  /** Refused before it ran: too many wait, or the process does not keep up. */
  | 'TOO_BUSY'
  /** Whoever asked went away. */
  | 'CANCELLED'
  | 'READ_ONLY'
  | 'STATEMENT_REFUSED'
  | 'UNEXPECTED_ROW'
  | 'MIGRATION_CHANGED'
  | 'CONFIG'

export class WarehouseError extends Error {
  readonly code: WarehouseErrorCode
  readonly retryable: boolean
  /** ClickHouse's own number where the engine answered. */
  readonly engineCode: number | null
  readonly retryAfterSeconds: number | null

  constructor(
    code: WarehouseErrorCode,
    message: string,
    options: { retryable?: boolean; engineCode?: number | null; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'WarehouseError'
    this.code = code
    this.retryable = options.retryable ?? false
    this.engineCode = options.engineCode ?? null
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
  }
}

/** Whether nobody could be asked, rather than that somebody refused. */
export const isAway = (cause: unknown): boolean => cause instanceof WarehouseError && cause.code === 'UNREACHABLE'

/** Engine codes after which the same statement may succeed: overload, network, replica and disk conditions. */
const TRANSIENT = new Set([3, 107, 159, 164, 202, 203, 209, 210, 241, 242, 243, 252, 285, 319, 425, 999])
const BY_ENGINE_CODE: Readonly<Record<number, WarehouseErrorCode>> = {
  76: 'LOCKED',
  158: 'TOO_MANY_ROWS',
  159: 'TIMEOUT',
  164: 'READ_ONLY',
  202: 'OVERLOADED',
  241: 'TOO_MUCH_MEMORY',
  252: 'OVERLOADED',
  307: 'TOO_MANY_ROWS',
  394: 'CANCELLED',
  396: 'RESULT_TOO_LARGE',
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
])

/** Translates what the client threw. Row data quoted by the engine stays in `cause` and never reaches a caller's message. */
export function toWarehouseError(what: string, cause: unknown): WarehouseError {
  if (cause instanceof WarehouseError) return cause
  const raw = (cause as { code?: unknown } | null)?.code
  if (typeof raw === 'string' && NETWORK_CODES.has(raw)) {
    return new WarehouseError('UNREACHABLE', `the warehouse did not answer (${raw}) during ${what}`, {
      retryable: true,
      cause,
    })
  }
  const engineCode = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : engineCodeOf(cause)
  if (engineCode === null) {
    const timedOut = cause instanceof Error && cause.name === 'TimeoutError'
    return new WarehouseError(timedOut ? 'TIMEOUT' : 'UNREACHABLE', `the warehouse failed during ${what}`, {
      retryable: true,
      cause,
    })
  }
  const code = isOutOfMemory(cause) ? 'OVERLOADED' : (BY_ENGINE_CODE[engineCode] ?? 'STATEMENT_REFUSED')
  return new WarehouseError(code, `the warehouse refused ${what} (ClickHouse code ${engineCode})`, {
    retryable: TRANSIENT.has(engineCode) || isDiskFull(cause),
    engineCode,
    cause,
  })
}

/** The memory of all statements together, which is nobody's own fault. */
function isOutOfMemory(cause: unknown): boolean {
  return cause instanceof Error && /\(total\) memory limit exceeded/i.test(cause.message)
}

/** Where in a statement the disk ran full decides about the number; it is never the statement's fault. */
function isDiskFull(cause: unknown): boolean {
  return cause instanceof Error && /No space left on device|errno: 28\b/.test(cause.message)
}

/** The embedded engine reports its number in a field of its own on errors that did not pass the client's parser. */
function engineCodeOf(cause: unknown): number | null {
  const code = (cause as { clickhouseCode?: unknown } | null)?.clickhouseCode
  return typeof code === 'number' ? code : null
}
