/** What a drill asks, in the reader's words. */
import type { Filter } from '#api/contract/metrics.ts'

export interface FilterWords {
  name: string
  values: string
  negated: boolean
}

/** One entry per dimension and direction; a mark's own value stands after the board's filters and is the narrower. */
export function describeFilters(
  where: readonly Filter[],
  words: { label(dimension: string): string; value(dimension: string, value: string): string; separator: string },
): FilterWords[] {
  const found = new Map<string, Filter>()
  for (const filter of where) {
    const key = `${filter.op} ${filter.dimension}`
    const before = found.get(key)
    const both =
      before && filter.op === 'in' ? filter.values.filter((value) => before.values.includes(value)) : filter.values
    found.set(key, { ...filter, values: both.length > 0 ? both : filter.values })
  }
  return [...found.values()].map(({ dimension, op, values }) => ({
    name: words.label(dimension),
    values: values.map((value) => words.value(dimension, value)).join(words.separator),
    negated: op === 'not_in',
  }))
}

/** Columns worth a reader's eye: keys of machines stay in the export, and a currency stands with its amounts. */
export function shownColumns<T extends { name: string }>(columns: readonly T[]): T[] {
  const numbered = columns.some(({ name }) => name === 'order_no')
  return columns.filter(
    ({ name }) => name !== 'anomaly_id' && name !== 'currency' && !(numbered && name === 'order_id'),
  )
}
