/** One metric request as one statement. */
import { bucketOf, livedMoments, momentsOf } from './buckets.ts'
import { AS_OF, aggregateOf, conditionsOf, keyOf, place, relationOf, rowsOf } from './fragments.ts'
import type { Placing } from './fragments.ts'
import { type Builder, from, param, raw, statementOf } from './knex.ts'
import type { Plan } from './plan.ts'

/** Columns come out as: bucket, dimensions, currency, mature rows (each only where asked or needed), value, number of rows. */
export function compileMetric(plan: Plan): string {
  const { metric, dataset, request, by } = plan
  const isCourse = metric.snapshot && request.grain !== undefined
  const placing: Placing = { ...plan, asOf: isCourse ? 'moment.2' : AS_OF }
  const keys: [alias: string, expression: string, order: string][] = by.map((dimension, index) => [
    `k${index}`,
    keyOf(dimension, plan.where, placing),
    dimension.isNumeric ? `toInt64OrZero(k${index})` : `k${index}`,
  ])
  if (request.grain !== undefined)
    keys.unshift(['bucket', isCourse ? 'toUnixTimestamp(moment.1)' : bucketOf(request.grain, plan.time), 'bucket'])
  if (!plan.isOneCurrency && dataset.currency !== undefined)
    keys.push(['currency_key', place(dataset.currency, placing), 'currency_key'])

  const query = fromDataset(plan, isCourse)
  query.select(
    ...keys.map(([alias, expression]) => raw(`${expression} as ${alias}`)),
    ...(plan.maturity === undefined
      ? []
      : [raw(`countIf(${place(plan.maturity.expression, placing)} = 'mature') as mature`)]),
    raw(`${aggregateOf(metric, placing)} as v`),
    raw('count() as n'),
  )
  for (const condition of conditionsOf(plan, placing)) query.whereRaw(condition)
  if (keys.length === 0) return statementOf(query)
  query.groupByRaw(keys.map(([alias]) => alias).join(', '))
  query.orderByRaw([...valueOrder(plan), ...keys.map(([, , order]) => order)].join(', '))
  return statementOf(query, `limit ${param('limit', 'UInt32')}${plan.isOneCurrency ? '' : ' by currency_key'}`)
}

function valueOrder({ metric, request }: Plan): string[] {
  if (request.order === 'natural') return []
  return [`${metric.kind === 'ratio' ? 'v / n' : 'v'} ${request.order === 'value_desc' ? 'desc' : 'asc'}`]
}

function fromDataset({ dataset, request, scope, days, life }: Plan, isCourse: boolean): Builder {
  const picked = days.length === 0 ? '' : ` where ${days.join(' and ')}`
  const course =
    isCourse && request.grain !== undefined
      ? `(select *, arrayJoin(${life === undefined ? momentsOf(request.grain) : livedMoments(request.grain, life)}) as moment from ${rowsOf(dataset, scope)}${picked})`
      : undefined
  const { relation, unnest } = relationOf(dataset, scope, course)
  const query = from(relation)
  return unnest === null ? query : query.joinRaw(unnest)
}
