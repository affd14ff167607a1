/**
 * A metric with what is told beside its groups: the total of them all, and the largest values of a dimension with the others
 * together. Each is measured as such, never added up: a median of all is no sum, and every number opens as its rows.
 */
import { type Definitions, versionOf } from '../metrics/definitions.ts'
import { QueryError } from './errors.ts'
import type { Measuring } from './measure.ts'
import { parse } from './read.ts'
import {
  type Filter,
  type MetricAnswer,
  type MetricQueryInput,
  type MetricRequest,
  type MetricResult,
  type RowScope,
  type MetricQuery,
  metricQuerySchema,
} from './request.ts'

export type Asking = { ask(query: MetricQueryInput, scope: RowScope): Promise<MetricAnswer> }

export function createAsking(definitions: Definitions, measure: Measuring['measure'], now: () => Date): Asking {
  return {
    async ask(input, scope) {
      const { total, top, compare, ...asked } = parse(metricQuerySchema, input)
      if (top !== undefined && !asked.by.includes(top.dimension))
        throw new QueryError('INVALID_REQUEST', `"top" is about ${top.dimension}, which "by" does not name`)
      const isState = definitions.metrics.get(asked.metric)?.snapshot === true
      // All parts of an answer are as of one instant.
      const request =
        isState && asked.as_of === undefined ? { ...asked, as_of: asked.known_at ?? now().toISOString() } : asked
      const over = (by: readonly string[], where: readonly Filter[] = []): MetricRequest => ({
        ...request,
        by: [...by],
        where: [...request.where, ...where],
      })
      const whole = (by: readonly string[], where?: readonly Filter[]): MetricRequest => {
        const { grain, from, to, ...rest } = over(by, where)
        // The window of a state is that of its course.
        if (isState && grain !== undefined) return rest
        return { ...rest, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
      }

      const ranked =
        top === undefined
          ? undefined
          : await measure({ ...whole([top.dimension]), order: 'value_desc', limit: top.n + 1 }, scope)
      // One currency for all: that of the ranking, or of the groups.
      const pinOf = ({ unit, currency }: MetricResult): Filter[] =>
        unit === 'money' && currency !== null && !request.by.includes('currency')
          ? [{ dimension: 'currency', op: 'in', values: [currency] }]
          : []
      const pin = ranked === undefined ? [] : pinOf(ranked)
      const kept = ranked?.rows.slice(0, top?.n).map(({ keys }) => keys[0] ?? '') ?? []
      const besides = (op: Filter['op']): Filter[] =>
        top === undefined ? [] : [{ dimension: top.dimension, op, values: kept }]

      const compared = async (time: OtherTime, where: readonly Filter[]): Promise<MetricAnswer['compared']> => {
        const [{ rows, as_of }, sums] = await Promise.all([
          measure({ ...over(request.by, where), ...time }, scope),
          // The total of a state's course is the state at its end.
          total
            ? measure({ ...whole([], pinned), ...(isState && time.to ? { as_of: time.to } : time) }, scope)
            : undefined,
        ])
        const [all] = sums?.rows ?? []
        return { ...time, as_of, rows, ...(all && { total: { value: all.value, n: all.n } }) }
      }

      const other = compare === undefined ? undefined : otherTime(request, compare, isState)
      const ofGroups = measure(over(request.by, [...besides('in'), ...pin]), scope)
      const isMoney = definitions.metrics.get(asked.metric)?.unit === 'money'
      // Nothing waits for the groups but what is told in their currency.
      const pinned = isMoney && pin.length === 0 ? pinOf(await ofGroups) : pin
      const [result, all, others, before] = await Promise.all([
        ofGroups,
        total ? measure(whole([], pinned), scope) : undefined,
        top === undefined || ranked === undefined || ranked.rows.length <= top.n
          ? undefined
          : measure(
              over(
                request.by.filter((name) => name !== top.dimension),
                [...besides('not_in'), ...pinned],
              ),
              scope,
            ),
        other && compared(other, [...besides('in'), ...pinned]),
      ])
      const [sum] = all?.rows ?? []
      return {
        ...result,
        ...definitionOf(definitions, asked.metric),
        ...(sum && { total: { value: sum.value, n: sum.n } }),
        ...(before && { compared: before }),
        ...(others &&
          top && { others: { dimension: top.dimension, besides: kept, keys: others.keys, rows: others.rows } }),
      }
    },
  }
}

type OtherTime = { readonly from?: string; readonly to?: string; readonly as_of?: string }

/** The time that an answer is compared with. */
function otherTime(request: MetricRequest, compare: NonNullable<MetricQuery['compare']>, isState: boolean): OtherTime {
  if (compare !== 'previous') {
    if ('as_of' in compare && !isState)
      throw new QueryError('INVALID_REQUEST', `metric ${request.metric} is no state: compare it with "from" and "to"`)
    return compare
  }
  const { from, to } = request
  if (from === undefined || to === undefined)
    throw new QueryError('INVALID_REQUEST', '"compare": "previous" needs "from" and "to": the window before is as long')
  const begins = Date.parse(from)
  return { from: new Date(begins - (Date.parse(to) - begins)).toISOString(), to: from }
}

function definitionOf({ metrics, datasets }: Definitions, name: string): Pick<MetricAnswer, 'definition' | 'version'> {
  const metric = metrics.get(name)
  // Measured already, so that it is known.
  if (metric === undefined) throw new QueryError('UNKNOWN_METRIC', `there is no metric ${name}`)
  return { definition: metric.description, version: versionOf(metric, datasets.get(metric.dataset)) }
}
