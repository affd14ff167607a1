/** What is usual for each bucket of a series, and which buckets stand out. */
import type { SpikeCourse, SpikeCourseRequestInput } from '#transforms/query/request.ts'
import type { SeriesTile } from '../board.ts'
import { grainOf } from './buckets.ts'
import { cardOf, whereOf, type ChartContext } from './context.ts'
import type { Bucket, SeriesModel } from './model.ts'

export type Spike = { bucket: Bucket; index: number; observed: number; expected: number }
export type UsualModel = {
  /** One per bucket of the series; null where too few weeks are known. */
  band: ({ low: number; high: number; expected: number } | null)[]
  spikes: Spike[]
  /** Nothing is usual yet: the data is younger than this many weeks. */
  isLearning: boolean
  fewest_weeks: number
  /** From when on enough weeks are known; null while nothing is. */
  learnt_at: string | null
}
const WEEK_MS = 604_800_000

/** Null for a series that has no spikes: a share, a state, weeks or months. */
export function usualRequestOf(tile: SeriesTile, context: ChartContext): SpikeCourseRequestInput | null {
  const card = cardOf(context, tile.metric)
  const grain = grainOf(tile, context)
  if (!card.spiking || grain === 'week' || grain === 'month') return null
  const { zone, window } = context
  return { metric: tile.metric, where: whereOf(card, tile, context), zone, grain, ...window }
}

/** A bucket is judged by what the series itself shows, so that a mark that grows becomes a spike while it is looked at. */
export function prepareUsual(course: SpikeCourse, model: SeriesModel): UsualModel {
  const known = new Map(course.buckets.map((bucket) => [Date.parse(bucket.from), bucket]))
  const band = model.buckets.map((bucket) => {
    const { low = null, high = null, expected = null } = known.get(Date.parse(bucket.from)) ?? {}
    return low === null || high === null || expected === null ? null : { low, high, expected }
  })
  const spikes = model.buckets.flatMap((bucket, index): Spike[] => {
    const usual = band[index]
    const observed = model.lines.reduce((sum, line) => sum + (line.marks[index]?.value ?? 0), 0)
    return usual && observed >= usual.high ? [{ bucket, index, observed, expected: usual.expected }] : []
  })
  const { fewest_weeks, known_from } = course
  const learnt_at = known_from === null ? null : new Date(Date.parse(known_from) + fewest_weeks * WEEK_MS).toISOString()
  return { band, spikes, isLearning: band.every((one) => one === null), fewest_weeks, learnt_at }
}
