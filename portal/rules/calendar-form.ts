/** A calendar as it is looked at and filled in: the week of a day, its shifts drawn on a line of a day, days and periods to come. */
import type { Calendar, ChangeProposal, Promotion } from '#api/contract/calendars.ts'
import { localMs } from '#dashboards/charts/zone.ts'

export type CalendarDraft = Extract<ChangeProposal, { of: 'calendar' }>['draft']
type Shift = Calendar['hours'][number]['shifts'][number]
export type Times = { opens: string; closes: string }
/** Monday first. */
export type Week = Times[][]

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const
/** From when on a new calendar holds: nobody counts in its hours yet. */
export const ALWAYS_FROM = '2015-01-01'
const FOREVER = '2149-06-06'
const DAY_MIN = 1_440

/** What the calendar on the wall shows in a zone. */
export const todayIn = (zone: string, nowMs: number): string =>
  new Date(localMs(nowMs, zone)).toISOString().slice(0, 10)
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

const holdsOn = ({ first_day, last_day }: Calendar['hours'][number], day: string): boolean =>
  day >= first_day && day <= last_day

/** The shifts of the weeks that hold on a day, and where they come from; none where it has no hours then. */
export function weekOn({ hours }: Calendar, day: string): { hours: Calendar['hours'][number]; week: Week } | null {
  const held = hours.filter((one) => holdsOn(one, day))
  const [first] = held
  return first === undefined ? null : { hours: first, week: weekOf(held.flatMap(({ shifts }) => shifts)) }
}
/** Hours that begin later. */
export const comingHours = ({ hours }: Calendar, day: string): Calendar['hours'] =>
  hours.filter(({ first_day }) => first_day > day)

export const weekOf = (shifts: readonly Shift[]): Week =>
  WEEKDAYS.map((weekday) =>
    shifts
      .filter((shift) => shift.weekday === weekday)
      .map(({ opens, closes }) => ({ opens, closes }))
      .toSorted((a, b) => (a.opens < b.opens ? -1 : 1)),
  )
export const shiftsOf = (week: Week): Shift[] =>
  week.flatMap((times, index) => times.map((time) => ({ weekday: index + 1, ...time })))

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** What is worked on each day from midnight to midnight, in percent of it: a night goes on into the next day. */
export function segmentsOf(week: Week): { left: number; width: number }[][] {
  const found: [number, number][][] = week.map(() => [])
  for (const [index, times] of week.entries())
    for (const { opens, closes } of times) {
      const [from, to] = [minutesOf(opens), minutesOf(closes)]
      found[index]?.push([from, to <= from ? DAY_MIN : to])
      if (to <= from && to > 0) found[(index + 1) % 7]?.push([0, to])
    }
  const percent = (minutes: number): number => (minutes / DAY_MIN) * 100
  return found.map((spans) => spans.map(([from, to]) => ({ left: percent(from), width: percent(to - from) })))
}

export const endOf = (last_day: string): string | null => (last_day === FOREVER ? null : last_day)

export type Period = Promotion['periods'][number]
/** A promotion's state by the clock of its zone. */
export function stateOf({ periods, zone }: Promotion, nowMs: number): 'running' | 'coming' | 'over' | 'never' {
  if (periods.length === 0) return 'never'
  const now = new Date(localMs(nowMs, zone)).toISOString().slice(0, 16).replace('T', ' ')
  if (periods.some(({ begins, ends }) => begins <= now && now < ends)) return 'running'
  return periods.some(({ begins }) => begins > now) ? 'coming' : 'over'
}
/** As it is, but for what would come after now. */
export function endedNow({ periods, zone }: Promotion, nowMs: number): Period[] {
  const now = new Date(localMs(nowMs, zone)).toISOString().slice(0, 16).replace('T', ' ')
  return periods
    .filter(({ begins }) => begins < now)
    .map(({ begins, ends }) => ({ begins, ends: ends > now ? now : ends }))
}
