/** `--explain`: from flags to the request, and from the answer to JSON, CSV or tables. */
import { safeCell } from '#transforms/tables/csv.ts'
import { majorUnits } from '#transforms/tables/money.ts'
import { QueryError } from '#transforms/query/errors.ts'
import type { ExplainRequestInput, ExplainResult, Filter, TimeBasis } from '#transforms/query/request.ts'
import { type OutputFormat, printTable } from './output.ts'

export type ExplainFlags = {
  metric: string
  explain: string[]
  where: Filter[]
  from?: string
  to?: string
  asOf?: string
  time?: string
  zone: string
  timeBasis?: TimeBasis
  limit?: number
  beforeFrom?: string
  beforeTo?: string
  beforeAsOf?: string
  beforeWhere: Filter[]
}

/**
 * Compared are: the window with the one of `--before-from` and `--before-to`, or with the equally long one before it; an
 * instant with `--before-as-of`; or, with `--before-where`, the rows of `--where` with those, over the same window.
 */
export function explainRequestOf(flags: ExplainFlags): ExplainRequestInput {
  const { metric, explain: dimensions, where, from, to, asOf, time, zone, timeBasis, limit, beforeWhere } = flags
  const isSlices = beforeWhere.length > 0
  const after = { ...windowOf(from, to, asOf), where: isSlices ? where : [] }
  const before = { ...windowBefore(flags, isSlices), where: beforeWhere }
  return {
    metric,
    dimensions,
    where: isSlices ? [] : where,
    before,
    after,
    zone,
    ...(time !== undefined && { time }),
    ...(timeBasis && { time_basis: timeBasis }),
    ...(limit !== undefined && { limit }),
  }
}

const windowOf = (from?: string, to?: string, asOf?: string) => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  ...(asOf !== undefined && { as_of: asOf }),
})

function windowBefore({ from, to, asOf, beforeFrom, beforeTo, beforeAsOf }: ExplainFlags, isSlices: boolean) {
  if ((beforeFrom ?? beforeTo ?? beforeAsOf) !== undefined) return windowOf(beforeFrom, beforeTo, beforeAsOf)
  if (isSlices) return windowOf(from, to, asOf)
  if (from === undefined || to === undefined)
    throw new QueryError(
      'INVALID_REQUEST',
      'an explanation compares two windows: give --from and --to (the window before is the equally long one, or --before-from and --before-to), or --before-as-of, or --before-where',
    )
  return { from: new Date(2 * Date.parse(from) - Date.parse(to)).toISOString(), to: from }
}

export function printExplanation(result: ExplainResult, format: OutputFormat): void {
  if (format === 'json') return console.log(JSON.stringify(result, null, 2))
  const amount = (value: number | null): string => {
    if (value === null) return ''
    return result.unit === 'money' && Number.isSafeInteger(value)
      ? majorUnits(value, result.currency ?? '')
      : String(value)
  }
  const header = ['dimension', 'value', 'before', 'after', 'change', 'rate', 'mix']
  const rows = result.explanations.flatMap(({ dimension, before, after, change, contributions, rest }) => [
    ...contributions.map((one) => [
      dimension,
      one.value ?? '',
      amount(one.before.value),
      amount(one.after.value),
      amount(one.change),
      amount(one.rate),
      amount(one.mix),
    ]),
    ...(rest === null
      ? []
      : [[dimension, `(${rest.values} others)`, '', '', amount(rest.change), amount(rest.rate), amount(rest.mix)]]),
    [dimension, '(all)', amount(before.value), amount(after.value), amount(change), '', ''],
  ])
  if (format === 'csv')
    for (const row of [header, ...rows]) console.log(row.map((cell, n) => (n === 1 ? safeCell(cell) : cell)).join(','))
  else printTable([header, ...rows])
}
