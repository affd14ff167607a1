/** Answers as tables, the same whatever file they are written to. */
import type { DrillResult, MetricResult } from '../query/request.ts'

/** `text` and `code` are text; `money` is in minor units of the row's `currency`; `instant` is RFC 3339 in UTC. */
export type ColumnType = DrillResult['columns'][number]['type']
export type Column = { readonly name: string; readonly type: ColumnType }
export type Cell = string | number | null
export type Table = {
  readonly name: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** What is true of all of it: the metric, its unit, as of when it is. */
  readonly facts: Readonly<Record<string, string>>
}

/** One row per entity behind the mark. */
export function drillTable(result: DrillResult): Table {
  const { metric, columns, rows } = result
  return {
    name: metric,
    columns,
    rows: rows.map((row) => columns.map(({ name }) => row[name] ?? null)),
    facts: factsOf(result),
  }
}

/** One row per group: its keys, the value, how many rows it was measured over; amounts with their currency. */
export function metricTable(result: MetricResult): Table {
  const { metric, unit, keys, rows } = result
  const isMoney = unit === 'money'
  const currencyAt = keys.indexOf('currency')
  const hasMaturity = rows.some(({ mature }) => mature !== undefined)
  return {
    name: metric,
    columns: [
      ...keys.map((name): Column => ({ name, type: name === 'bucket' ? 'instant' : 'text' })),
      { name: 'value', type: isMoney ? 'money' : 'number' },
      ...(isMoney && currencyAt < 0 ? [{ name: 'currency', type: 'code' } as const] : []),
      { name: 'n', type: 'number' },
      ...(hasMaturity ? [{ name: 'mature', type: 'number' } as const] : []),
    ],
    rows: rows.map(({ keys: own, value, n, mature }) => [
      ...own,
      value,
      ...(isMoney && currencyAt < 0 ? [result.currency] : []),
      n,
      ...(hasMaturity ? [mature ?? null] : []),
    ]),
    facts: { ...factsOf(result), truncated: String(result.truncated) },
  }
}

function factsOf({ metric, unit, currency, as_of, known_at }: DrillResult | MetricResult): Record<string, string> {
  return { metric, unit, as_of, ...(currency !== null && { currency }), ...(known_at !== undefined && { known_at }) }
}

/** How to read the currency of a row; none where the table has no such column. */
export function currencyOf({ columns }: Pick<Table, 'columns'>): (row: readonly Cell[]) => string {
  const at = columns.findIndex(({ name }) => name === 'currency')
  return (row) => String(row[at] ?? '')
}
