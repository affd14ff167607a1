/** The rows behind a mark: what they add up to, and one page of them. */
import type { Column } from '../metrics/definition.ts'
import { unknownName } from './errors.ts'
import { AS_OF, INSTANT, aggregateOf, conditionsOf, place, relationOf } from './fragments.ts'
import type { Placing } from './fragments.ts'
import { type SortKey, keyColumns, orderOf } from './keyset.ts'
import { type Builder, from, param, raw, statementOf } from './knex.ts'
import type { Plan } from './plan.ts'
import type { DrillRequest } from './request.ts'

export type DrillPart = DrillRequest['part']

/** One row, or one per currency: rows of the part, their orders, the metric's value and the number of rows it rests on. */
export function compileDrillTotals(plan: Plan, part: DrillPart): string {
  const { metric, dataset } = plan
  const placing: Placing = { ...plan, asOf: AS_OF }
  const behind = metric.kind === 'ratio' && part === 'numerator' ? place(metric.numerator, placing) : null
  const query = fromDataset(plan, placing)
  const isSplit = !plan.isOneCurrency && dataset.currency !== undefined
  if (isSplit) query.select(raw(`${place(dataset.currency ?? "''", placing)} as currency_key`))
  query.select(
    raw(behind === null ? 'count() as total' : `countIf(${behind}) as total`),
    raw(
      behind === null
        ? `uniqExact(${dataset.order_id}) as orders`
        : `uniqExactIf(${dataset.order_id}, ${behind}) as orders`,
    ),
    raw(`${aggregateOf(metric, placing)} as v`),
    raw('count() as n'),
  )
  return isSplit ? statementOf(query.groupByRaw('currency_key')) : statementOf(query)
}

/** What rows of a drill are sorted by, as far as it takes to find a place among them again. */
export function keysOfDrill(plan: Plan, { sort, descending }: Pick<DrillRequest, 'sort' | 'descending'>): SortKey[] {
  const placing: Placing = { ...plan, asOf: AS_OF }
  const byTime: SortKey = { expression: plan.time, type: INSTANT, descending }
  const sorted = sort === undefined ? byTime : { ...keyOf(sortColumn(plan, sort), placing), descending }
  return [sorted, ...plan.dataset.columns.slice(0, 3).map((column) => keyOf(column, placing))]
}

const KEY_TYPE = { text: 'String', code: 'String', instant: INSTANT, money: 'Int64', number: 'Float64' } as const

function keyOf(column: Column, placing: Placing): SortKey {
  const expression = expressionOf(column, placing)
  return { expression: column.type === 'number' ? `toFloat64(${expression})` : expression, type: KEY_TYPE[column.type] }
}

/**
 * Columns come out in the dataset's order, and then what the row is sorted by. `isCurrencyChosen` adds the currency that
 * the totals were taken in; `beyond` is the condition that a page begins with; unless `isPage` it is all rows.
 */
export function compileDrillRows(
  plan: Plan,
  options: {
    part: DrillPart
    keys: readonly SortKey[]
    isCurrencyChosen: boolean
    beyond: string | null
    isPage: boolean
  },
): string {
  const { metric, dataset } = plan
  const placing: Placing = { ...plan, asOf: AS_OF }
  const query = fromDataset(plan, placing)
  // Numbered aliases: a named one would stand in for a column of the same name in the conditions.
  query.select(
    ...dataset.columns.map((column, index) => raw(`${expressionOf(column, placing)} as c${index}`)),
    ...keyColumns(options.keys).map(raw),
  )
  if (metric.kind === 'ratio' && options.part === 'numerator') query.whereRaw(place(metric.numerator, placing))
  if (options.isCurrencyChosen && dataset.currency !== undefined)
    query.whereRaw(`${place(dataset.currency, placing)} = ${param('currency', 'String')}`)
  if (options.beyond !== null) query.whereRaw(options.beyond)
  // The other columns only decide between rows that are the same in all keys.
  query.orderByRaw([orderOf(options.keys), ...dataset.columns.slice(3).map((_, index) => `c${index + 3}`)].join(', '))
  const page = `limit ${param('limit', 'UInt32')} offset ${param('offset', 'UInt32')}`
  return statementOf(query, options.isPage ? page : '')
}

function fromDataset(plan: Plan, placing: Placing): Builder {
  const { relation, unnest } = relationOf(plan.dataset, plan.scope)
  const query = from(relation)
  if (unnest !== null) query.joinRaw(unnest)
  for (const condition of conditionsOf(plan, placing)) query.whereRaw(condition)
  return query
}

function sortColumn({ dataset, metric }: Plan, sort: string): Column {
  const column = dataset.columns.find(({ name }) => name === sort)
  if (column === undefined)
    throw unknownName(
      'UNKNOWN_NAME',
      `column in the drill of ${metric.name}`,
      sort,
      dataset.columns.map(({ name }) => name),
    )
  return column
}

function expressionOf(column: Column, placing: Placing): string {
  return column.expression === undefined ? column.name : place(column.expression, placing)
}
