/** A count over time beside what is usual for each of its hours or days: the band that a chart draws, and the spikes above it. */
import type { Definitions } from '../metrics/definitions.ts'
import { QueryError } from './errors.ts'
import type { Measuring } from './measure.ts'
import { zoneName } from './plan.ts'
import { parse } from './read.ts'
import {
  type MetricRequestInput,
  type RowScope,
  type SpikeCourse,
  type SpikeCourseRequest,
  type SpikeCourseRequestInput,
  spikeCourseRequestSchema,
} from './request.ts'
import { scoreOf, wallMs, weeksBefore } from './spike.ts'
import { checkCount } from './spikes.ts'

export type SpikeCourses = {
  spikeCourse(request: SpikeCourseRequestInput, scope: RowScope): Promise<SpikeCourse>
}

/** Fewer weeks than these do not make a habit. */
const FEWEST_WEEKS = 4
const MOST_BUCKETS = 400
const DAY_MS = 86_400_000
const STEP_MS = { hour: 3_600_000, day: DAY_MS } as const

export function createSpikeCourses(
  definitions: Definitions,
  measure: Measuring['measure'],
  now: () => Date,
): SpikeCourses {
  return {
    async spikeCourse(input, scope) {
      const request = parse(spikeCourseRequestSchema, input)
      checkCount(definitions, request.metric)
      const zone = zoneName(request.zone)
      const buckets = bucketsOf(request, zone, now().getTime())
      const [first] = buckets
      if (first === undefined) return courseOf(request, null, [])
      const lookback = { from: iso(weeksBefore(first.fromMs, request.weeks, zone)), to: request.to, zone }
      const [counts, knownFrom] = await Promise.all([
        countsOf(request, measure, lookback, scope),
        knownSince(measure, lookback, scope),
      ])
      return courseOf(
        request,
        knownFrom,
        buckets.map(({ fromMs, toMs }) => ({ ...placed(fromMs, toMs), ...scoredAt(fromMs) })),
      )

      function scoredAt(fromMs: number) {
        const wall = startOnWall(fromMs, request.grain, zone)
        const known = weeksOf(request.weeks)
          .filter((week) => knownFrom !== null && weeksBefore(fromMs, week, zone) >= knownFrom)
          .map((week) => counts.get(wall - week * 7 * DAY_MS) ?? 0)
        return bucketScore(counts.get(wall) ?? 0, known, request)
      }
    },
  }
}

type Lookback = { readonly from: string; readonly to: string; readonly zone: string }

/** By the place on the wall: a week before is the same place, whatever clocks did between. */
async function countsOf(
  { metric, where, time, grain }: SpikeCourseRequest,
  measure: Measuring['measure'],
  lookback: Lookback,
  scope: RowScope,
): Promise<ReadonlyMap<number, number>> {
  const asked: MetricRequestInput = { metric, where, grain, ...lookback, limit: 10_000, ...(time && { time }) }
  const { rows } = await measure(asked, scope)
  return new Map(
    rows.map(({ keys: [start], value }) => [startOnWall(Date.parse(start ?? ''), grain, lookback.zone), value ?? 0]),
  )
}

/** When the data begins: a week before the first order is not a week of zeros. */
async function knownSince(measure: Measuring['measure'], lookback: Lookback, scope: RowScope): Promise<number | null> {
  const { rows } = await measure({ metric: 'orders_recorded', grain: 'day', ...lookback, limit: 1 }, scope)
  const start = rows[0]?.keys[0]
  return start === undefined || start === null ? null : Date.parse(start)
}

function bucketsOf({ from, to, grain }: SpikeCourseRequest, zone: string, nowMs: number) {
  const endMs = Math.min(Date.parse(to), nowMs)
  const buckets: { fromMs: number; toMs: number }[] = []
  let fromMs = Date.parse(from)
  fromMs -= wallMs(fromMs, zone) - startOnWall(fromMs, grain, zone)
  while (fromMs < endMs) {
    if (buckets.length === MOST_BUCKETS)
      throw new QueryError('INVALID_REQUEST', `the window has more than ${MOST_BUCKETS} buckets; choose "grain": "day"`)
    const toMs = grain === 'hour' ? fromMs + STEP_MS.hour : weeksBefore(fromMs, -1 / 7, zone)
    buckets.push({ fromMs, toMs })
    fromMs = toMs
  }
  return buckets
}

const startOnWall = (instantMs: number, grain: SpikeCourseRequest['grain'], zone: string): number =>
  Math.floor(wallMs(instantMs, zone) / STEP_MS[grain]) * STEP_MS[grain]

const weeksOf = (weeks: number): number[] => Array.from({ length: weeks }, (_, index) => index + 1)

function bucketScore(observed: number, weeksBefore: readonly number[], request: SpikeCourseRequest) {
  const weeks = weeksBefore.length
  if (weeks < FEWEST_WEEKS)
    return { observed, weeks, expected: null, low: null, high: null, score: null, is_spike: false }
  const { expected, spread, score, is_spike } = scoreOf(observed, weeksBefore, request)
  const reach = request.threshold * spread
  return {
    observed,
    weeks,
    expected,
    low: Math.max(0, expected - reach),
    high: Math.max(request.floor, expected + reach),
    score,
    is_spike,
  }
}

function courseOf(
  { metric, grain }: SpikeCourseRequest,
  knownFrom: number | null,
  buckets: SpikeCourse['buckets'],
): SpikeCourse {
  return { metric, grain, fewest_weeks: FEWEST_WEEKS, known_from: knownFrom === null ? null : iso(knownFrom), buckets }
}

const iso = (atMs: number): string => new Date(atMs).toISOString()
const placed = (fromMs: number, toMs: number) => ({ from: iso(fromMs), to: iso(toMs) })
