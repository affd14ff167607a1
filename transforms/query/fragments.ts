/** Pieces of statements that several compilations share. Scope is applied here and nowhere else. */
import type { Dataset, Metric, ScopeColumns, Span } from '../metrics/definition.ts'
import { param } from './knex.ts'
import type { Plan, PlannedDimension, PlannedFilter } from './plan.ts'
import { type RowScope, seesAll } from './request.ts'
import { millisecondsOf } from './span.ts'

export const INSTANT = "DateTime64(3, 'UTC')"
const TEXTS = 'Array(String)'
export const AS_OF = param('as_of', INSTANT)
export const ZONE = param('zone', 'String')

/** What a row must satisfy to be seen by the caller; always to be added, to every relation that is read. */
export function scopeConditions(columns: ScopeColumns, scope: RowScope): string[] {
  if (seesAll(scope)) return []
  if (columns === 'none') return ['false']
  const { channel, region, shop, anomaly_type } = columns
  return [
    ...(scope.channels === 'all' ? [] : [`${channel} in ${param('scope_channels', TEXTS)}`]),
    ...(scope.regions === 'all' ? [] : [`${region} in ${param('scope_regions', TEXTS)}`]),
    ...(scope.shops === 'all' ? [] : [`${shop} in ${param('scope_shops', TEXTS)}`]),
    ...(scope.anomaly_types === 'all' || anomaly_type === undefined
      ? []
      : [`${anomaly_type} in ${param('scope_anomaly_types', TEXTS)}`]),
  ]
}

export type Placing = Pick<Plan, 'sets' | 'scope' | 'time' | 'timeBasis'> & { readonly asOf: string }

/** Fills the placeholders of a definition's expression. */
export function place(expression: string, { sets, scope, time, asOf }: Placing): string {
  return expression.replaceAll(/\{([a-z_]+)\}/g, (text, name: string) => {
    if (name === 'as_of') return asOf
    if (name === 'time') return time
    if (name === 'zone') return ZONE
    const set = sets.get(name)
    if (set === undefined) return text
    const conditions = [`(${set.filter})`, ...scopeConditions(set.scope, scope)]
    return `(select ${set.column} from ${set.relation} where ${conditions.join(' and ')})`
  })
}

/** The number of a row that a metric sums, averages or ranks. */
function measureOf(value: string | Span, placing: Placing): string {
  return place(typeof value === 'string' ? value : millisecondsOf(value, placing.timeBasis), placing)
}

/** A missing value is the empty text, so that it has a mark and its mark a drill. */
function members(dimension: PlannedDimension, placing: Placing): string {
  const array = place(dimension.expression, placing)
  return `if(empty(${array}), [''], arrayDistinct(${array}))`
}

/** The key column of a dimension. An array filtered by the same dimension is split into the asked values only. */
export function keyOf(dimension: PlannedDimension, where: readonly PlannedFilter[], placing: Placing): string {
  if (!dimension.isArray) return place(dimension.expression, placing)
  const asked = where.flatMap((filter, index) =>
    filter.dimension === dimension.name && filter.op === 'in' ? [`has(${param(`f${index}`, TEXTS)}, value)`] : [],
  )
  const all = members(dimension, placing)
  return `arrayJoin(${asked.length === 0 ? all : `arrayFilter(value -> ${asked.join(' and ')}, ${all})`})`
}

function filterCondition({ on, op }: PlannedFilter, index: number, placing: Placing): string {
  const values = param(`f${index}`, TEXTS)
  if (on.isArray) return `${op === 'in' ? '' : 'not '}hasAny(${members(on, placing)}, ${values})`
  return `${place(on.expression, placing)} ${op === 'in' ? 'in' : 'not in'} ${values}`
}

/** Everything a row must satisfy to be behind the metric's value. */
export function conditionsOf(plan: Plan, placing: Placing): string[] {
  const { metric, dataset, scope, request, time, where, days } = plan
  const isCourse = metric.snapshot && request.grain !== undefined
  return [
    // Those of a course are picked where its moments are made.
    ...(isCourse ? [] : days),
    ...scopeConditions(dataset.scope, scope),
    ...(metric.filter === undefined ? [] : [`(${place(metric.filter, placing)})`]),
    ...('value' in metric ? [`(${measureOf(metric.value, placing)}) is not null`] : []),
    ...(isCourse || request.from === undefined ? [] : [`${time} >= ${param('from', INSTANT)}`]),
    ...(isCourse || request.to === undefined ? [] : [`${time} < ${param('to', INSTANT)}`]),
    ...(!isCourse && request.grain !== undefined ? [`${time} is not null`] : []),
    ...where.map((filter, index) => filterCondition(filter, index, placing)),
  ]
}

/** The value over a group of rows. Of a ratio only the upper part: the lower is the number of rows. */
export function aggregateOf(metric: Metric, placing: Placing): string {
  switch (metric.kind) {
    case 'count':
      return 'count()'
    case 'ratio':
      return `countIf(${place(metric.numerator, placing)})`
    case 'uniq':
      return `uniqExact(${measureOf(metric.value, placing)})`
    case 'mean':
      return `avg(${measureOf(metric.value, placing)})`
    case 'sum':
    case 'min':
    case 'max':
      return `${metric.kind}(${measureOf(metric.value, placing)})`
    case 'quantile': {
      const value = measureOf(metric.value, placing)
      if (metric.percent === 50) return `quantileExactInclusive(0.5)(${value})`
      // The engine takes the element after the rank rounded down. A level smaller by less than any two ranks can differ makes
      // that the nearest rank, for up to a thousand million rows.
      return `quantileExact(${metric.percent / 100 - 1e-12})(${value})`
    }
  }
}

/** The rows of a dataset, with the columns that are made of those the caller may see. */
export function rowsOf({ relation, over, scope: columns }: Dataset, scope: RowScope): string {
  if (over === undefined) return relation
  const windows = Object.entries(over).map(([name, expression]) => `${expression} as ${name}`)
  const own = scopeConditions(columns, scope)
  return `(select *, ${windows.join(', ')} from ${relation}${own.length === 0 ? '' : ` where ${own.join(' and ')}`})`
}

export function relationOf(
  dataset: Dataset,
  scope: RowScope,
  relation = rowsOf(dataset, scope),
): { relation: string; unnest: string | null } {
  return {
    relation,
    unnest: dataset.unnest === undefined ? null : `array join ${dataset.unnest.column} as ${dataset.unnest.as}`,
  }
}
