/** What is refused about hours, days and promotions, and what is let through although it looks odd. */
import { expect, test } from 'vitest'
import { type Known, faultOfCalendar, faultOfPromotion } from './calendar-fault.ts'
import { type CalendarDraft, calendarDraftSchema, promotionDraftSchema } from './shop-calendar.ts'

const shift = (weekday: number, opens: string, closes: string) => ({ weekday, opens, closes })
const known: Known = {
  hours: [
    {
      first_day: '2015-01-01',
      last_day: '2149-06-06',
      shifts: [shift(5, '22:00', '06:00'), shift(1, '09:00', '17:00')],
    },
  ],
  days: [{ day: '2026-10-01', kind: 'holiday', works_as: 0 }],
}
const draft = (change: Partial<CalendarDraft>): CalendarDraft =>
  calendarDraftSchema.parse({ calendar: 'shop', note: 'why', ...change })
const week = (...shifts: ReturnType<typeof shift>[]) => ({
  hours: { zone: 'UTC', valid_from: '2026-10-05', shifts },
})
const day = (on: string, kind: 'holiday' | 'workday' | 'regular', works_as = 0) => ({
  day: on,
  kind,
  works_as,
  name: '',
})

test.each([
  ['nothing', {}, 'calendar_unchanged'],
  ['two shifts at once', week(shift(1, '09:00', '12:00'), shift(1, '11:59', '18:00')), 'shifts_overlap'],
  ['a night into the next morning', week(shift(1, '22:00', '06:00'), shift(2, '05:00', '09:00')), 'shifts_overlap'],
  ['the night of Sunday into Monday', week(shift(7, '22:00', '06:00'), shift(1, '05:00', '09:00')), 'shifts_overlap'],
  ['a shift without length', week(shift(1, '09:00', '09:00')), 'shift_without_length'],
  ['a day twice', { days: [day('2026-12-25', 'holiday'), day('2026-12-25', 'regular')] }, 'day_twice'],
  ['a workday like no weekday', { days: [day('2026-12-26', 'workday')] }, 'workday_without_shifts'],
  ['a workday like a day nobody works', { days: [day('2026-12-26', 'workday', 3)] }, 'workday_without_shifts'],
  ['a holiday with shifts', { days: [day('2026-12-26', 'holiday', 3)] }, 'holiday_works'],
  // Friday's night reaches into Saturday the 10th, which is to be worked like Friday: that is no overlap. Like Monday from nine, neither.
  ['a workday after a night', { days: [day('2026-10-10', 'workday', 1)] }, null],
  ['a workday in a row of nights', { days: [day('2026-10-10', 'workday', 5)] }, null],
  ['other hours that begin in a night', week(shift(6, '05:00', '09:00')), null],
  [
    'other hours that begin in the night before',
    { hours: { ...week(shift(6, '05:00', '09:00')).hours, valid_from: '2026-10-10' } },
    'shifts_overlap_on',
  ],
  ['hours that meet', week(shift(1, '00:00', '12:00'), shift(1, '12:00', '00:00'), shift(2, '00:00', '00:00')), null],
])('%s', (_, change, reason) => {
  expect(faultOfCalendar(draft(change), known)?.reason ?? null).toBe(reason)
})

test('a new calendar needs hours', () => {
  const nothing = { hours: [], days: [] }
  expect(faultOfCalendar(draft({ days: [day('2026-12-25', 'holiday')] }), nothing)?.reason).toBe(
    'calendar_without_hours',
  )
})

test.each([
  [[['2026-11-11 00:00', '2026-11-10 00:00']], 'promotion_ends_first'],
  [
    [
      ['2026-11-11 00:00', '2026-11-13 00:00'],
      ['2026-11-12 00:00', '2026-11-14 00:00'],
    ],
    'periods_overlap',
  ],
  [
    [
      ['2026-11-12 00:00', '2026-11-14 00:00'],
      ['2026-11-11 00:00', '2026-11-12 00:00'],
    ],
    null,
  ],
])('a promotion that runs %j', (periods, reason) => {
  const given = {
    promotion: 'sale',
    name: 'Sale',
    zone: 'UTC',
    note: 'why',
    periods: periods.map(([begins, ends]) => ({ begins, ends })),
  }
  expect(faultOfPromotion(promotionDraftSchema.parse(given))?.reason ?? null).toBe(reason)
})
