/** The values of a split dimension that get a line or row of their own, and the rest that share one. */
import type { ChartContext } from './context.ts'
import type { ResultRow } from './measure.ts'
import type { Colour } from './model.ts'
import { domainOf, others, valueLabel } from './words.ts'

export type Member = {
  id: string
  label: string
  colour: Colour
  /** One value, or all values of the rest. */
  values: string[]
  /** For the rest: the values that are shown apart. */
  besides: string[] | null
}

export type MemberOptions = {
  top: number
  /** Whether the rest may be added up. */ others: boolean
  worst?: 'high' | 'low'
  context: ChartContext
}

/** Largest first, equal ones by name; a closed dimension (severity, weekday) keeps its own order when all fit. */
export function rankMembers(
  dimension: string,
  rows: Iterable<readonly [value: string, row: ResultRow]>,
  options: MemberOptions,
): Member[] {
  const totals = new Map<string, number>()
  for (const [value, row] of rows) totals.set(value, (totals.get(value) ?? 0) + weight(row, options.others))
  const sign = options.worst === 'low' ? -1 : 1
  const ranked = [...totals].sort(([a, x], [b, y]) => sign * (y - x) || (a < b ? -1 : 1)).map(([value]) => value)
  const own = ranked.slice(0, options.top)
  const rest = ranked.slice(options.top)
  const domain = domainOf(dimension)
  if (domain && rest.length === 0) own.sort((a, b) => domain.indexOf(a) - domain.indexOf(b))
  const members = own.map((value): Member => member(dimension, value, options.context))
  if (rest.length === 0 || !options.others) return members
  return [
    ...members,
    {
      id: '…',
      label: `${others[options.context.language]} (${rest.length})`,
      colour: 'others',
      values: rest,
      besides: own,
    },
  ]
}

/** Members of a share or a duration are ranked by how much they were measured on. */
function weight(row: ResultRow, additive: boolean): number {
  return additive ? (row.value ?? 0) : row.n
}

function member(dimension: string, value: string, context: ChartContext): Member {
  return {
    id: value,
    label: valueLabel(dimension, value, context.language),
    colour: { dimension, value },
    values: [value],
    besides: null,
  }
}
