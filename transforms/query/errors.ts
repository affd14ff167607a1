/** What can be wrong with a question. Messages are written for the person who asked. */

/** UNKNOWN_NAME covers times, zones and sort columns. PREPARING: the answer is being worked out; the same question again will find it. */
export type QueryErrorCode =
  | 'UNKNOWN_METRIC'
  | 'UNKNOWN_DIMENSION'
  | 'UNKNOWN_NAME'
  | 'INVALID_REQUEST'
  | 'NOTHING_KNOWN'
  | 'INVALID_DEFINITION'
  | 'VALUE_TOO_LARGE'
  | 'TOO_MUCH_KNOWN'
  | 'PREPARING'
  /** The answer sums up rows that the caller may not see. */
  | 'SCOPE_TOO_NARROW'

export class QueryError extends Error {
  readonly code: QueryErrorCode
  readonly retryable: boolean
  /** What the message says besides its fixed words, for who words it in another language. */
  readonly parts: Readonly<Record<string, string>> | null

  constructor(
    code: QueryErrorCode,
    message: string,
    options: { cause?: unknown; parts?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'QueryError'
    this.code = code
    this.retryable = code === 'PREPARING'
    this.parts = options.parts ?? null
  }
}

const SHOWN_NAMES = 12

/** "there is no metric 'orders_place'; closest: orders_placed, …". The asked name is cut, so that no message grows without bound. */
export function unknownName(code: QueryErrorCode, kind: string, asked: string, known: readonly string[]): QueryError {
  const close = closestNames(asked, known)
  const list =
    close.length > 0
      ? `closest: ${close.join(', ')}`
      : `there are: ${known.slice(0, SHOWN_NAMES).join(', ')}${known.length > SHOWN_NAMES ? ', …' : ''}`
  const came = asked.slice(0, 80)
  return new QueryError(code, `there is no ${kind} named '${came}'; ${list}`, { parts: { came } })
}

function closestNames(asked: string, known: readonly string[]): string[] {
  return known
    .map((name) => ({
      name,
      distance: name.includes(asked) || asked.includes(name) ? 1 : editDistance(asked.slice(0, 80), name),
    }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 3))
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 5)
    .map(({ name }) => name)
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
