import { expect, test } from 'vitest'
import type { Calendar, Promotion } from '#api/contract/calendars.ts'
import { endedNow, segmentsOf, shiftsOf, stateOf, weekOf, weekOn } from './calendar-form.ts'

const night = { weekday: 7, opens: '22:00', closes: '06:00' }
const saved = { version: 1, saved_by_name: 'Ann', saved_at: '2026-11-01T00:00:00Z' }

test('a night goes on into the next day, that of Sunday into Monday', () => {
  const segments = segmentsOf(weekOf([night, { weekday: 1, opens: '12:00', closes: '00:00' }]))
  expect(segments[6]).toEqual([{ left: (22 / 24) * 100, width: (2 / 24) * 100 }])
  expect(segments[0]).toEqual([
    { left: 50, width: 50 },
    { left: 0, width: 25 },
  ])
  expect(shiftsOf(weekOf([night]))).toEqual([night])
})

test('a week is made of all hours that hold on the day', () => {
  const hours = (first_day: string, last_day: string, weekday: number) => ({
    zone: 'UTC',
    first_day,
    last_day,
    shifts: [{ weekday, opens: '09:00', closes: '17:00' }],
    hours_source: '',
    ...saved,
  })
  const calendar: Calendar = {
    calendar: 'c',
    version: 1,
    hours: [hours('2015-01-01', '2026-11-30', 1), hours('2026-01-01', '2026-12-31', 6)],
    days: [],
    rules: [],
    is_of_metrics: false,
  }
  const worked = (day: string) => weekOn(calendar, day)?.week.map((times) => times.length)
  expect(worked('2025-06-01')).toEqual([1, 0, 0, 0, 0, 0, 0])
  expect(worked('2026-11-30')).toEqual([1, 0, 0, 0, 0, 1, 0])
  expect(worked('2026-12-01')).toEqual([0, 0, 0, 0, 0, 1, 0])
  expect(weekOn(calendar, '2027-01-01')).toBeNull()
})

test('a promotion runs by the clock of its zone, and ends now where it is ended', () => {
  const promotion: Promotion = {
    promotion: 'sale',
    name: 'Sale',
    zone: 'Asia/Shanghai',
    periods: [
      { begins: '2026-11-11 00:00', ends: '2026-11-12 00:00' },
      { begins: '2026-12-11 00:00', ends: '2026-12-12 00:00' },
    ],
    note: '',
    rules: [],
    ...saved,
  }
  const inIt = Date.parse('2026-11-10T17:30:00Z')
  expect(stateOf(promotion, inIt)).toBe('running')
  expect(stateOf(promotion, Date.parse('2026-11-11T16:00:00Z'))).toBe('coming')
  expect(stateOf(promotion, Date.parse('2026-12-11T16:00:00Z'))).toBe('over')
  expect(endedNow(promotion, inIt)).toEqual([{ begins: '2026-11-11 00:00', ends: '2026-11-11 01:30' }])
})
