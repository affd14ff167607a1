/** The rows behind a mark: what they add up to, and one page of them. */
import type { Column } from '../metrics/definition.ts'
import { unknownName } from './errors.ts'
import { AS_OF, aggregateOf, conditionsOf, place, relationOf } from './fragments.ts'
import type { Placing } from './fragments.ts'
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

/** Columns come out in the dataset's order. `isCurrencyChosen` adds the currency that the totals were taken in. */
export function compileDrillRows(
  plan: Plan,
  options: { part: DrillPart; sort: string | undefined; descending: boolean; isCurrencyChosen: boolean },
): string {
  const { metric, dataset } = plan
  const placing: Placing = { ...plan, asOf: AS_OF }
  const query = fromDataset(plan, placing)
  // Numbered aliases: a named one would stand in for a column of the same name in the conditions.
  query.select(...dataset.columns.map((column, index) => raw(`${expressionOf(column, placing)} as c${index}`)))
  if (metric.kind === 'ratio' && options.part === 'numerator') query.whereRaw(place(metric.numerator, placing))
  if (options.isCurrencyChosen && dataset.currency !== undefined)
    query.whereRaw(`${place(dataset.currency, placing)} = ${param('currency', 'String')}`)
  const sorted = options.sort === undefined ? plan.time : sortColumn(plan, options.sort, placing)
  query.orderByRaw(
    [
      `${sorted} ${options.descending ? 'desc' : 'asc'} nulls last`,
      ...dataset.columns.slice(0, 3).map((_, index) => `c${index}`),
    ].join(', '),
  )
  return statementOf(query, `limit ${param('limit', 'UInt32')} offset ${param('offset', 'UInt32')}`)
}

function fromDataset(plan: Plan, placing: Placing): Builder {
  const { relation, unnest } = relationOf(plan.dataset, plan.scope)
  const query = from(relation)
  if (unnest !== null) query.joinRaw(unnest)
  for (const condition of conditionsOf(plan, placing)) query.whereRaw(condition)
  return query
}

function sortColumn({ dataset, metric }: Plan, sort: string, placing: Placing): string {
  const column = dataset.columns.find(({ name }) => name === sort)
  if (column === undefined)
    throw unknownName(
      'UNKNOWN_NAME',
      `column in the drill of ${metric.name}`,
      sort,
      dataset.columns.map(({ name }) => name),
    )
  return expressionOf(column, placing)
}

function expressionOf(column: Column, placing: Placing): string {
  return column.expression === undefined ? column.name : place(column.expression, placing)
}
