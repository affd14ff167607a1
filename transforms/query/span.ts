/** The time between two instants of a row, less its pauses: by the calendar, or counting business hours only. */
import type { Span } from '../metrics/definition.ts'
import type { TimeBasis } from './request.ts'

const DAY_MS = 86_400_000
/** Read once per statement, whatever number of times it is named. */
const CALENDAR = '(select (first_day, per_day, opens, closes) from business_calendar)'
const [FIRST_DAY, PER_DAY, OPENS, CLOSES] = [`${CALENDAR}.1`, `${CALENDAR}.2`, `${CALENDAR}.3`, `${CALENDAR}.4`]

/** Milliseconds, as an expression over the columns that the span names. Negative where the span runs backwards. */
export function millisecondsOf({ since, until, pauses }: Span, basis: TimeBasis): string {
  const [from, to] = [epochMs(since), epochMs(until)]
  const elapsed = basis === 'calendar' ? `${to} - ${from}` : signedBusinessMs(from, to)
  if (pauses === undefined) return elapsed
  const [paused, resumed] = [`greatest(${epochMs('pause.1')}, ${from})`, `least(${epochMs('pause.2')}, ${to})`]
  const inPause = basis === 'calendar' ? `greatest(0, ${resumed} - ${paused})` : businessMs(paused, resumed)
  return `${elapsed} - arraySum(pause -> ifNull(${inPause}, 0), ${pauses})`
}

const epochMs = (instant: string): string => `toUnixTimestamp64Milli(${instant})`

function signedBusinessMs(from: string, to: string): string {
  return `if(${to} < ${from}, -1, 1) * ${businessMs(`least(${from}, ${to})`, `greatest(${from}, ${to})`)}`
}

/**
 * What the shifts between two instants have in common with the span, exactly. Only the shifts of the days around it are
 * looked at: a shift may begin two days of UTC before an instant it covers (its zone, and over midnight).
 */
function businessMs(from: string, to: string): string {
  const [day, lastDay] = [`intDiv(${known(from)}, ${DAY_MS})`, `intDiv(${known(to)}, ${DAY_MS})`]
  const first = `greatest(0, ${day} - 2 - ${FIRST_DAY}) * ${PER_DAY} + 1`
  const count = `greatest(0, ${lastDay} - ${day} + 4) * ${PER_DAY}`
  const around = (edges: string): string => `arraySlice(${edges}, ${first}, ${count})`
  return `if(${from} is null or ${to} is null, null, arraySum((opens_ms, closes_ms) -> greatest(0, least(${known(to)}, closes_ms) - greatest(${known(from)}, opens_ms)), ${around(OPENS)}, ${around(CLOSES)}))`
}

const known = (ms: string): string => `assumeNotNull(${ms})`
