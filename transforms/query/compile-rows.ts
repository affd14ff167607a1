/** Reads of entities (an order, its anomalies, the queue, the search): the caller's scope is added here, as for metrics. */
import type { Dataset } from '../metrics/definition.ts'
import { scopeConditions } from './fragments.ts'
import { from, raw, statementOf } from './knex.ts'
import type { RowScope } from './request.ts'

export type RowRead = {
  /** A relation, or a subquery in brackets. */
  readonly relation: string
  /** Columns that carry a row's channel, region and shop and, of an anomaly, its type. */
  readonly scope: Exclude<Dataset['scope'], 'none'>
  readonly columns: readonly string[]
  readonly conditions: readonly string[]
  readonly order?: string
  readonly tail?: string
}

export function compileRows(read: RowRead, scope: RowScope): string {
  const query = from(read.relation).select(...read.columns.map(raw))
  for (const condition of [...scopeConditions(read.scope, scope), ...read.conditions]) query.whereRaw(condition)
  if (read.order !== undefined) query.orderByRaw(read.order)
  return statementOf(query, read.tail)
}
