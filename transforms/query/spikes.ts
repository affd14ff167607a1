/** Counts of one hour, by slice, against the same hour of the weeks before. Asked through the metrics, within the scope. */
import { type Definitions, hasSpikes } from '../metrics/definitions.ts'
import { QueryError } from './errors.ts'
import type { Measuring } from './measure.ts'
import { zoneName } from './plan.ts'
import { parse } from './read.ts'
import {
  type DrillRequest,
  type MetricResult,
  type RowScope,
  type SpikesRequest,
  type SpikesRequestInput,
  drillRequestSchema,
  spikesRequestSchema,
} from './request.ts'
import { type Score, scoreOf, startOfHour, weeksBefore } from './spike.ts'

export type SliceScore = Score & {
  readonly keys: readonly (string | null)[]
  readonly from: string
  readonly to: string
  readonly drill: DrillRequest
}
export type Spikes = {
  /** Every slice seen in the hour or in the same hour of a week before, the most unusual first. */
  spikes(request: SpikesRequestInput, scope: RowScope): Promise<SliceScore[]>
}

const HOUR_MS = 3_600_000
const MOST_SLICES = 10_000

export function createSpikes(definitions: Definitions, measure: Measuring['measure']): Spikes {
  return {
    async spikes(input, scope) {
      const request = parse(spikesRequestSchema, input)
      checkCount(definitions, request.metric)
      const zone = zoneName(request.zone)
      const startMs = startOfHour(Date.parse(request.at), zone)
      const starts = Array.from({ length: request.weeks + 1 }, (_, week) => weeksBefore(startMs, week, zone))
      const [now = [], ...before] = await Promise.all(
        starts.map(async (fromMs) => {
          const { metric, by, where, time } = request
          const window = windowOf(fromMs)
          const asked = { metric, by, where, zone, ...window, limit: MOST_SLICES, ...(time !== undefined && { time }) }
          return rowsOf(await measure(asked, scope))
        }),
      )
      const slices = new Map([...before.flat(), ...now].map(({ keys }) => [sliceName(keys), keys]))
      return [...slices]
        .map(([name, keys]): SliceScore => {
          const countIn = (rows: typeof now): number => rows.find((row) => sliceName(row.keys) === name)?.value ?? 0
          const score = scoreOf(countIn(now), before.map(countIn), request)
          return { keys, ...windowOf(startMs), ...score, drill: drillOf(request, keys, windowOf(startMs)) }
        })
        .sort((a, b) => b.score - a.score || (sliceName(a.keys) < sliceName(b.keys) ? -1 : 1))
    },
  }
}

export function checkCount({ metrics }: Definitions, name: string): void {
  const metric = metrics.get(name)
  // An unknown metric is refused by the question itself, with the closest names.
  if (metric !== undefined && !hasSpikes(metric))
    throw new QueryError('INVALID_REQUEST', `metric ${name} has no spikes: only counts of what happened have`)
}

function rowsOf({ rows, truncated }: MetricResult): MetricResult['rows'] {
  if (truncated)
    throw new QueryError('INVALID_REQUEST', `there are more than ${MOST_SLICES} slices; narrow them with "where"`)
  return rows
}

const windowOf = (fromMs: number) => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(fromMs + HOUR_MS).toISOString(),
})
const sliceName = (keys: readonly (string | null)[]): string => JSON.stringify(keys)

function drillOf(
  { metric, by, where, zone, time }: SpikesRequest,
  keys: readonly (string | null)[],
  window: ReturnType<typeof windowOf>,
): DrillRequest {
  const slice = by.map((dimension, index) => ({ dimension, values: [keys[index] ?? ''] }))
  return drillRequestSchema.parse({
    metric,
    zone,
    ...window,
    where: [...where, ...slice],
    ...(time !== undefined && { time }),
  })
}
