/** Buckets of time in the engine's own calendar. A bucket is known by the instant it starts at. */
import { AS_OF, INSTANT, ZONE } from './fragments.ts'
import { param } from './knex.ts'
import type { Life } from './plan.ts'
import type { Grain } from './request.ts'

const START: Readonly<Record<Grain, (time: string) => string>> = {
  hour: (time) => `toDateTime(toStartOfHour(${time}, ${ZONE}), ${ZONE})`,
  day: (time) => `toDateTime(toStartOfDay(${time}, ${ZONE}), ${ZONE})`,
  week: (time) => `toDateTime(toMonday(${time}, ${ZONE}), ${ZONE})`,
  month: (time) => `toDateTime(toStartOfMonth(${time}, ${ZONE}), ${ZONE})`,
}

const NEXT: Readonly<Record<Grain, string>> = { hour: 'addHours', day: 'addDays', week: 'addWeeks', month: 'addMonths' }

/** Start of the bucket that a time falls into, in seconds since the epoch. */
export function bucketOf(grain: Grain, time: string): string {
  return `toUnixTimestamp(${START[grain](time)})`
}

/**
 * Of the moments of a course those that a row may be alive at, with one or two to spare on either side: what is asked of a row
 * at a moment decides, this only saves asking it at all others.
 */
export function livedMoments(grain: Grain, { since, until }: Life): string {
  const bucketsTo = (time: string): string => `dateDiff('${grain}', ${param('from', INSTANT)}, ${time}, ${ZONE})`
  const first = `greatest(ifNull(${bucketsTo(since)}, ${MOST_MOMENTS}) - 2, 0)`
  const last = `ifNull(${bucketsTo(until)}, ${MOST_MOMENTS}) + 2`
  return `arraySlice(${momentsOf(grain)}, ${first} + 1, greatest(${last} - ${first} + 1, 0))`
}

/** More than any course has. */
const MOST_MOMENTS = 100_000

/** The moments of a course: pairs of bucket start and the instant its state is taken at, its end or, in the last one, the present. */
export function momentsOf(grain: Grain): string {
  const from = param('from', INSTANT)
  const to = param('to', INSTANT)
  const nth = (offset: string): string => `${NEXT[grain]}(${START[grain](from)}, n${offset})`
  const pairs = `arrayMap(n -> (${nth('')}, least(toDateTime64(${nth(' + 1')}, 3, 'UTC'), ${AS_OF})), range(toUInt32(dateDiff('${grain}', ${from}, ${to}, ${ZONE}) + 1)))`
  return `arrayFilter(moment -> moment.1 < ${to} and moment.1 < ${AS_OF}, ${pairs})`
}
