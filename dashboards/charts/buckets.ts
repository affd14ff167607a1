/** The buckets of a window, whether or not anything happened in them. */
import type { Grain } from '#transforms/query/request.ts'
import type { SeriesTile } from '../board.ts'
import type { ChartContext } from './context.ts'
import { bucketLabels } from './format.ts'
import type { Bucket } from './model.ts'
import { instantOfLocal, nextStart, startOf } from './zone.ts'

const hourMs = 3_600_000
/** A window is never cut into more buckets than a screen can show. */
const mostBuckets = 400

export function grainOf(tile: Pick<SeriesTile, 'grain'>, context: Pick<ChartContext, 'window'>): Grain {
  const hours = (Date.parse(context.window.to) - Date.parse(context.window.from)) / hourMs
  const fit: Grain = hours <= 49 ? 'hour' : hours <= 24 * 62 ? 'day' : hours <= 24 * 400 ? 'week' : 'month'
  if (tile.grain === 'auto') return fit
  const size = { hour: 1, day: 24, week: 168, month: 720 }[tile.grain]
  return hours / size > mostBuckets ? fit : tile.grain
}

export function bucketsOf(context: Pick<ChartContext, 'window' | 'zone' | 'language'>, grain: Grain): Bucket[] {
  const { zone, language, window } = context
  const end = Date.parse(window.to)
  const buckets: Bucket[] = []
  let start = startOf(Date.parse(window.from), grain, zone)
  while (start < end && buckets.length <= mostBuckets) {
    const next = nextStart(start, grain, zone)
    buckets.push({
      from: new Date(start).toISOString(),
      to: new Date(next).toISOString(),
      ...bucketLabels(start, grain, zone, language),
    })
    start = next
  }
  return buckets
}

/** A bucket key of a result as an instant: with an offset as it is, without one as wall time of the zone. */
export function bucketInstant(key: string, zone: string): number {
  const text = key.replace(' ', 'T')
  if (/(Z|[+-]\d\d:?\d\d)$/.test(text)) return Date.parse(text)
  return instantOfLocal(Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}Z`), zone)
}
