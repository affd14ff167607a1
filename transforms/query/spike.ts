/**
 * Whether a count is unusual for its hour of the week. What is usual is the median of the same hour in the weeks before;
 * how far off it is, is told in spreads: the spread of those weeks, but at least what a count of that size varies by
 * itself (its square root), and at least one, so that a quiet hour does not make a spike of two.
 */
export type Score = {
  readonly observed: number
  readonly expected: number
  readonly spread: number
  readonly score: number
  readonly is_spike: boolean
}

/** The median absolute deviation of a normal spread, as a share of its standard deviation. */
const MAD_OF_NORMAL = 0.6745

export function scoreOf(
  observed: number,
  weeksBefore: readonly number[],
  limits: { floor: number; threshold: number },
): Score {
  const expected = median(weeksBefore)
  const deviation = median(weeksBefore.map((count) => Math.abs(count - expected)))
  const spread = Math.max(deviation / MAD_OF_NORMAL, Math.sqrt(expected), 1)
  const score = (observed - expected) / spread
  return { observed, expected, spread, score, is_spike: observed >= limits.floor && score >= limits.threshold }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const n = sorted.length
  return ((sorted[Math.ceil(n / 2) - 1] ?? 0) + (sorted[Math.floor(n / 2)] ?? 0)) / 2
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The same time on the wall, a number of weeks before: where clocks changed between, not a multiple of 24 hours. */
export function weeksBefore(instantMs: number, weeks: number, zone: string): number {
  const shifted = instantMs - weeks * 7 * DAY_MS
  return shifted + offsetMs(instantMs, zone) - offsetMs(shifted, zone)
}

/** The start of the hour on the zone's own clock. */
export function startOfHour(instantMs: number, zone: string): number {
  const offset = offsetMs(instantMs, zone)
  return Math.floor((instantMs + offset) / HOUR_MS) * HOUR_MS - offset
}

/** The time on the wall, as if it were UTC. */
export const wallMs = (instantMs: number, zone: string): number => instantMs + offsetMs(instantMs, zone)

function offsetMs(instantMs: number, zone: string): number {
  const wall = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(instantMs)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign = '+', hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(wall ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
