/** From a row of an answer to the question that lists exactly its rows, for whoever asks without a chart. */
import type { DrillRequestInput, MetricRequest, MetricResult } from '#transforms/query/request.ts'
import { bucketInstant } from './buckets.ts'
import type { MetricCard } from './context.ts'
import { drillOfMark } from './drill-of-mark.ts'
import { nextStart } from './zone.ts'

const HOUR_MS = 3_600_000

export type RowPlace = {
  readonly card: MetricCard
  readonly request: Pick<MetricRequest, 'where' | 'from' | 'to' | 'time' | 'grain' | 'zone' | 'time_basis' | 'known_at'>
  /** The answer the row stands in: `keys` names what the row's keys are. */
  readonly answer: Pick<MetricResult, 'keys' | 'as_of' | 'currency'>
  readonly keys: readonly (string | null)[]
  /** The row stands for everything but these values of a dimension. */
  readonly others?: { readonly dimension: string; readonly besides: readonly string[] }
}

export function drillOfRow({ card, request, answer, keys, others }: RowPlace): DrillRequestInput {
  const { where, from, to, time, grain, zone, time_basis, known_at } = request
  const named = new Map(answer.keys.map((name, index) => [name, keys[index] ?? '']))
  const bucket = grain === undefined ? undefined : bucketOf(named.get('bucket') ?? '', grain, zone)
  named.delete('bucket')
  const window = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  return {
    ...drillOfMark({
      card,
      where,
      zone,
      window,
      known_at,
      as_of: answer.as_of,
      at: Object.fromEntries(named),
      currency: answer.currency,
      ...(time_basis && { time_basis }),
      ...(bucket && { bucket }),
      ...(others && { others }),
    }),
    // A state in a window is about another time, which the window is on.
    ...(card.snapshot && grain === undefined && window),
    ...(time !== undefined && { time }),
  }
}

function bucketOf(key: string, grain: NonNullable<MetricRequest['grain']>, zone: string): { from: string; to: string } {
  const start = bucketInstant(key, zone)
  // An hour is as the engine cut it, which is not on the hour where a clock once moved by half of one.
  const end = grain === 'hour' ? start + HOUR_MS : nextStart(start, grain, zone)
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() }
}
