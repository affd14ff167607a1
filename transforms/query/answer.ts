/** From the engine's rows to the shapes callers know: one currency, exact numbers, instants with their zone. */
import { QueryError } from './errors.ts'
import type { Plan } from './plan.ts'
import type { MetricResult } from './request.ts'

export type Cell = string | number | null
export type EngineRow = readonly Cell[]

export function parseRows(bytes: Buffer): EngineRow[] {
  return (JSON.parse(bytes.toString('utf8')) as { data: EngineRow[] }).data
}

export function metricAnswer(plan: Plan, rows: readonly EngineRow[], asOf: string): MetricResult {
  const { metric, request, by } = plan
  const keyCount = by.length + (request.grain === undefined ? 0 : 1)
  const isSplit = !plan.isOneCurrency && plan.dataset.currency !== undefined
  const currency = isSplit ? mostUsed(rows, keyCount) : namedCurrency(plan, rows)
  const own = isSplit ? rows.filter((row) => row[keyCount] === currency) : rows
  const found = own.slice(0, request.limit).map((row) => {
    const n = exactNumber(row.at(-1) ?? 0) ?? 0
    const keys = row
      .slice(0, keyCount)
      .map((key, index) => (index === 0 && request.grain !== undefined ? secondsToIso(key) : keyText(key)))
    const mature = plan.maturity === undefined ? {} : { mature: exactNumber(row.at(-3) ?? 0) ?? 0 }
    return { keys, value: valueOf(plan, row.at(-2) ?? null, n), n, ...mature }
  })
  return {
    metric: metric.name,
    unit: metric.unit,
    currency,
    keys: [...(request.grain === undefined ? [] : ['bucket']), ...by.map(({ name }) => name)],
    rows: keyCount === 0 && found.length === 0 ? [{ keys: [], value: valueOf(plan, 0, 0), n: 0 }] : found,
    as_of: asOf,
    ...knownAtOf(plan),
    truncated: own.length > request.limit,
  }
}

/** The instant as of whose knowledge the answer is, where one was asked for. */
export function knownAtOf({ request: { known_at } }: Plan): { known_at?: string } {
  return known_at === undefined ? {} : { known_at: new Date(known_at).toISOString() }
}

/** A group without rows counts zero; of a share, an average or an extreme there is nothing to tell. */
export function valueOf({ metric }: Plan, measured: Cell, n: number): number | null {
  const isCounting = metric.kind === 'count' || metric.kind === 'sum' || metric.kind === 'uniq'
  if (n === 0) return isCounting ? 0 : null
  const value = exactNumber(measured)
  if (value === null) return null
  if (metric.kind === 'ratio') return value / n
  return metric.unit === 'seconds' ? value / 1000 : value
}

/** 64-bit integers arrive as text; one that a JSON number cannot hold is an error, never a rounded amount. */
export function exactNumber(cell: Cell): number | null {
  if (cell === null || cell === '') return null
  const number = Number(cell)
  if (typeof cell === 'string' && !Number.isSafeInteger(number))
    throw new QueryError(
      'VALUE_TOO_LARGE',
      `the value ${cell.slice(0, 40)} is beyond what can be told exactly; ask for a shorter window`,
    )
  return number
}

/** The currency that most rows have; the earlier in the alphabet where two have as many. */
export function mostUsed(rows: readonly EngineRow[], currencyIndex: number): string | null {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const currency = String(row[currencyIndex] ?? '')
    counts.set(currency, (counts.get(currency) ?? 0) + Number(row.at(-1)))
  }
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return most?.[0] ?? null
}

export function namedCurrency({ metric, request, by }: Plan, rows: readonly EngineRow[]): string | null {
  if (metric.unit !== 'money') return null
  const pinned = request.where.find(
    ({ dimension, op, values }) => dimension === 'currency' && op === 'in' && values.length === 1,
  )
  if (pinned !== undefined) return pinned.values[0] ?? null
  const index = by.findIndex(({ name }) => name === 'currency') + (request.grain === undefined ? 0 : 1)
  const found = [...new Set(rows.map((row) => row[index]))]
  return found.length === 1 ? String(found[0]) : null
}

/** `2017-06-01 00:00:00.000` of the engine as an instant with its zone. */
export function isoInstant(cell: Cell): string | null {
  return cell === null ? null : `${String(cell).replace(' ', 'T')}Z`
}

function secondsToIso(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : new Date(Number(cell) * 1000).toISOString()
}

/** A missing value is told as null; in filters it is the empty text. */
function keyText(cell: Cell): string | null {
  return cell === null || cell === '' ? null : String(cell)
}
