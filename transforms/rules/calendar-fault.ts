/** What is wrong with a proposed calendar or promotion, beyond its shape: found before anything is tried or saved. */
import type { CalendarDraft, PromotionDraft, Shift, SpecialDay } from './shop-calendar.ts'

export type Fault = {
  readonly reason:
    | 'calendar_unchanged'
    | 'calendar_without_hours'
    | 'shift_without_length'
    | 'shifts_overlap'
    | 'shifts_overlap_on'
    | 'day_twice'
    | 'workday_without_shifts'
    | 'holiday_works'
    | 'promotion_ends_first'
    | 'periods_overlap'
  readonly message: string
  readonly parts: Readonly<Record<string, string>>
}

/** Shifts of a week and the days for which they hold. */
export type Hours = { readonly first_day: string; readonly last_day: string; readonly shifts: readonly Shift[] }
/** A calendar as it is. */
export type Known = { readonly hours: readonly Hours[]; readonly days: readonly Omit<SpecialDay, 'name'>[] }

const DAY_MS = 86_400_000
const DAY_MIN = 1_440
const MIDNIGHT = '00:00'

const fault = (reason: Fault['reason'], message: string, parts: Fault['parts'] = {}): Fault => ({
  reason,
  message,
  parts,
})
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
const weekdayOf = (day: string): number => new Date(day).getUTCDay() || 7
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

export function faultOfCalendar(draft: CalendarDraft, known: Known): Fault | null {
  const { hours, days } = draft
  if (hours === null && days.length === 0)
    return fault('calendar_unchanged', 'nothing would change: give hours, or days, or both')
  if (hours === null && known.hours.length === 0)
    return fault('calendar_without_hours', `there is no calendar ${draft.calendar} yet; a new one needs hours`)
  return (hours === null ? null : faultOfWeek(hours.shifts)) ?? faultOfDays(days) ?? faultAtSeams(draft, known)
}

function faultOfWeek(shifts: readonly Shift[]): Fault | null {
  const still = shifts.find(({ opens, closes }) => opens === closes && opens !== MIDNIGHT)
  if (still !== undefined)
    return fault(
      'shift_without_length',
      `a shift opens and closes at ${still.opens}; expected two times, or 00:00 and 00:00 for a whole day`,
      { came: still.opens },
    )
  // A week follows itself, so the night of Sunday meets Monday.
  const twoWeeks = [0, 7].flatMap((ahead) => shifts.map((shift) => spanOf(shift, shift.weekday + ahead)))
  const found = overlapOf(twoWeeks)
  return found === null ? null : overlap('shifts_overlap', found, String(((found.at - 1) % 7) + 1))
}

function faultOfDays(days: readonly SpecialDay[]): Fault | null {
  const seen = new Set<string>()
  for (const { day, kind, works_as } of days) {
    if (seen.has(day)) return fault('day_twice', `${day} is named twice; say once what it is`, { day })
    seen.add(day)
    if (kind === 'workday' && works_as === 0)
      return fault(
        'workday_without_shifts',
        `${day} is to be worked; say like which weekday (works_as, 1 for Monday)`,
        {
          day,
        },
      )
    if (kind !== 'workday' && works_as !== 0)
      return fault('holiday_works', `${day} has works_as ${works_as} and is no workday; leave works_as out`, { day })
  }
  return null
}

/** Where other hours begin, and around single days, nights of one day may reach into the shifts of the next. */
function faultAtSeams({ hours, days }: CalendarDraft, known: Known): Fault | null {
  const after: Known = { hours: hoursAfter(known.hours, hours), days: daysAfter(known.days, days) }
  const seams = new Set([...(hours === null ? [] : [hours.valid_from]), ...days.map(({ day }) => day)])
  for (const seam of seams) {
    const around = [-1, 0, 1].map((step) => dayAfter(seam, step))
    for (const one of days)
      if (one.day === seam && one.kind === 'workday' && shiftsOn(after, seam).length === 0)
        return fault(
          'workday_without_shifts',
          `${seam} is to be worked like weekday ${one.works_as}, on which nobody works; choose another`,
          { day: seam },
        )
    const spans = around.flatMap((day, index) => shiftsOn(after, day).map((shift) => spanOf(shift, index)))
    const found = overlapOf(spans)
    if (found !== null) return overlap('shifts_overlap_on', found, around[found.at] ?? seam)
  }
  return null
}

/** The shifts that a calendar has on a day. */
export function shiftsOn({ hours, days }: Known, day: string): Shift[] {
  const special = days.find((one) => one.day === day)
  const weekday = special === undefined || special.kind === 'regular' ? weekdayOf(day) : special.works_as
  return hours
    .filter(({ first_day, last_day }) => day >= first_day && day <= last_day)
    .flatMap(({ shifts }) => shifts.filter((shift) => shift.weekday === weekday))
}

function hoursAfter(known: readonly Hours[], next: CalendarDraft['hours']): Hours[] {
  if (next === null) return [...known]
  const { valid_from: first_day, shifts } = next
  const before = dayAfter(first_day, -1)
  const ended = known.map((one) => (one.last_day > before ? { ...one, last_day: before } : one))
  return [...ended, { first_day, last_day: '2149-06-06', shifts }]
}

function daysAfter(known: Known['days'], next: readonly SpecialDay[]): Known['days'] {
  const changed = new Set(next.map(({ day }) => day))
  return [...known.filter(({ day }) => !changed.has(day)), ...next]
}

type Span = { readonly at: number; readonly from: number; readonly to: number; readonly shift: Shift }
type Overlap = Span & { readonly other: Shift }
function spanOf(shift: Shift, at: number): Span {
  const [opens, closes] = [minutesOf(shift.opens), minutesOf(shift.closes)]
  return { at, from: at * DAY_MIN + opens, to: at * DAY_MIN + (closes <= opens ? closes + DAY_MIN : closes), shift }
}

function overlapOf(spans: readonly Span[]): Overlap | null {
  const ordered = spans.toSorted((a, b) => a.from - b.from || a.to - b.to)
  for (const [index, one] of ordered.entries()) {
    const before = ordered[index - 1]
    if (before !== undefined && before.to > one.from) return { ...one, other: before.shift }
  }
  return null
}

const told = ({ opens, closes }: Shift): string => `${opens}–${closes}`
const overlap = (reason: 'shifts_overlap' | 'shifts_overlap_on', { shift, other }: Overlap, on: string): Fault => {
  const [first, second] = [told(other), told(shift)]
  const where = reason === 'shifts_overlap' ? { weekday: on } : { day: on }
  const place = reason === 'shifts_overlap' ? `weekday ${on}` : on
  return fault(reason, `the shifts ${first} and ${second} overlap on ${place}; let one begin when the other ends`, {
    first,
    second,
    ...where,
  })
}

/** Promotions may run at the same time; the periods of one may not. */
export function faultOfPromotion({ periods }: PromotionDraft): Fault | null {
  const ordered = periods.toSorted((a, b) => (a.begins < b.begins ? -1 : 1))
  for (const [index, { begins, ends }] of ordered.entries()) {
    if (ends <= begins)
      return fault(
        'promotion_ends_first',
        `a period ends at ${ends} and begins at ${begins}; expected an end after it`,
        {
          begins,
          ends,
        },
      )
    const before = ordered[index - 1]
    if (before !== undefined && before.ends > begins)
      return fault('periods_overlap', `one period ends at ${before.ends}, after the next begins at ${begins}`, {
        begins,
        ends: before.ends,
      })
  }
  return null
}
