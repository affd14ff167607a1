/** What a filter may offer: the values of a dimension that the caller's own rows have. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Definitions } from '../metrics/definitions.ts'
import { QueryError, unknownName } from './errors.ts'
import { AS_OF, keyOf, relationOf, scopeConditions } from './fragments.ts'
import { from, raw, statementOf } from './knex.ts'
import { engineInstant, scopeParameters } from './parameters.ts'
import { planDimension } from './plan.ts'
import { readCells } from './read.ts'
import type { RowScope } from './request.ts'

export type DimensionValue = { value: string; n: number }

const MOST_VALUES = 200
/** Where a dimension of every dataset is looked at. */
const MAIN_DATASET = 'orders'

export function createDimensionValues(warehouse: Warehouse, definitions: Definitions, now: () => Date) {
  return async (name: string, scope: RowScope): Promise<DimensionValue[]> => {
    const sql = compileDimensionValues(definitions, name, scope)
    const rows = await readCells(warehouse, sql, {
      ...scopeParameters(scope),
      as_of: engineInstant(now().toISOString()),
      zone: 'UTC',
    })
    return rows.map(([value, n]) => ({ value: String(value), n: Number(n) }))
  }
}

export function compileDimensionValues(definitions: Definitions, name: string, scope: RowScope): string {
  const dimension = definitions.dimensions.get(name)
  if (dimension === undefined)
    throw unknownName('UNKNOWN_DIMENSION', 'dimension', name, [...definitions.dimensions.keys()])
  const [first = '*'] = Object.keys(dimension.on)
  const dataset = definitions.datasets.get(first === '*' ? MAIN_DATASET : first)
  if (dataset === undefined) throw new QueryError('INVALID_DEFINITION', `dimension ${name} is on no known dataset`)
  const { relation, unnest } = relationOf(dataset, scope)
  const key = keyOf(planDimension(definitions, dataset, name), [], {
    sets: definitions.sets,
    scope,
    time: dataset.time,
    asOf: AS_OF,
    timeBasis: 'calendar',
  })
  const query = from(relation).select(raw(`${key} as k0`), raw('count() as n'))
  if (unnest !== null) query.joinRaw(unnest)
  for (const condition of scopeConditions(dataset.scope, scope)) query.whereRaw(condition)
  return statementOf(query.groupByRaw('k0').havingRaw("k0 != ''").orderByRaw('n desc, k0'), `limit ${MOST_VALUES}`)
}
