/** Calendar arithmetic in an IANA zone on nothing but Intl, so that browser, e-mail and scheduler agree. */
import type { Grain } from '#transforms/query/request.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const formats = new Map<string, Intl.DateTimeFormat>()

export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** Local wall time as if it were UTC: 08:30 in Shanghai gives Date.UTC(…, 8, 30). */
export function localMs(instant: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const rest = ((instant % 1000) + 1000) % 1000
  return Date.UTC(year, month - 1, day, hour, minute, second) + rest
}

/** The instant of a local wall time: in an overlap the first pass, in a gap the first instant after it. */
export function instantOfLocal(local: number, zone: string): number {
  const before = offsetAt(local - dayMs, zone)
  const after = offsetAt(local + dayMs, zone)
  if (offsetAt(local - before, zone) === before) return local - before
  if (offsetAt(local - after, zone) === after) return local - after
  return transition(local - dayMs, local + dayMs, before, zone)
}

export function startOf(instant: number, grain: Grain, zone: string): number {
  const local = localMs(instant, zone)
  // Not through the wall clock: an hour that happens twice has two starts.
  if (grain === 'hour') return instant - (local % hourMs)
  return instantOfLocal(localStart(local, grain), zone)
}

export function nextStart(start: number, grain: Grain, zone: string): number {
  if (grain === 'hour') return startOf(start + hourMs, grain, zone)
  const local = new Date(localStart(localMs(start, zone), grain))
  if (grain === 'month') local.setUTCMonth(local.getUTCMonth() + 1)
  else local.setUTCDate(local.getUTCDate() + (grain === 'week' ? 7 : 1))
  return instantOfLocal(local.getTime(), zone)
}

function localStart(local: number, grain: Grain): number {
  const date = new Date(local)
  if (grain === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  const daysBack = grain === 'week' ? (date.getUTCDay() + 6) % 7 : 0
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - daysBack)
}

function offsetAt(instant: number, zone: string): number {
  return localMs(instant, zone) - instant
}

/** First instant in (low, high] whose offset is no longer `before`. */
function transition(low: number, high: number, before: number, zone: string): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle, zone) === before) low = middle
    else high = middle
  }
  return high
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    const numeric = 'numeric'
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
    formats.set(zone, format)
  }
  return format
}
