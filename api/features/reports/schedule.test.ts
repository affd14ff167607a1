import { expect, test } from 'vitest'
import { checkSchedule, nextDue, slotsBetween } from './schedule.ts'

const at = (text: string) => new Date(text)
const due = (cron: string, zone: string, from: string, to: string) =>
  slotsBetween(cron, zone, at(from), at(to)).map(
    (slot) => `${slot.localDate} ${slot.slot} = ${slot.dueAt.toISOString()}`,
  )

test('a wall time that the clock skips is due at the first instant after the gap', () => {
  expect(due('30 0 * * *', 'Africa/Cairo', '2026-04-22T12:00:00Z', '2026-04-25T12:00:00Z')).toEqual([
    '2026-04-23 00:30 = 2026-04-22T22:30:00.000Z',
    '2026-04-24 00:30 = 2026-04-23T22:00:00.000Z',
    '2026-04-25 00:30 = 2026-04-24T21:30:00.000Z',
  ])
  expect(due('30 2 * * *', 'America/New_York', '2026-03-08T00:00:00Z', '2026-03-09T00:00:00Z')).toEqual([
    '2026-03-08 02:30 = 2026-03-08T07:00:00.000Z',
  ])
})

test('a wall time that happens twice is due at its first pass only', () => {
  expect(due('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', '2026-04-06T00:00:00Z')).toEqual([
    '2026-04-05 01:45 = 2026-04-04T14:45:00.000Z',
    '2026-04-06 01:45 = 2026-04-05T15:15:00.000Z',
  ])
  expect(due('30 1 * * *', 'America/New_York', '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')).toEqual([
    '2026-11-01 01:30 = 2026-11-01T05:30:00.000Z',
  ])
})

test('several wall times of one gap are one occurrence', () => {
  expect(due('*/30 * * * *', 'America/New_York', '2026-03-08T06:29:00Z', '2026-03-08T07:30:00Z')).toEqual([
    '2026-03-08 01:30 = 2026-03-08T06:30:00.000Z',
    '2026-03-08 02:00 = 2026-03-08T07:00:00.000Z',
    '2026-03-08 03:30 = 2026-03-08T07:30:00.000Z',
  ])
})

const zones = [
  'UTC',
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Santiago',
  'America/Havana',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Asia/Jerusalem',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Europe/Berlin',
  'Europe/Lisbon',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Antarctica/Troll',
]

test('over two years and twenty zones each daily wall time comes exactly once and in order, however the time is cut into passes', () => {
  for (const zone of zones) {
    for (const cron of ['0 0 * * *', '30 0 * * *', '45 1 * * *', '30 2 * * *']) {
      const from = at('2026-01-01T00:00:00Z').getTime()
      const to = at('2028-01-01T00:00:00Z').getTime()
      const dates: string[] = []
      let last = 0
      for (let start = from; start < to; start += 91.3 * 86_400_000) {
        for (const slot of slotsBetween(
          cron,
          zone,
          new Date(start),
          new Date(Math.min(to, start + 91.3 * 86_400_000)),
        )) {
          if (slot.dueAt.getTime() <= last)
            throw new Error(`${zone} ${cron}: ${slot.dueAt.toISOString()} is not after the one before`)
          last = slot.dueAt.getTime()
          dates.push(slot.localDate)
        }
      }
      const days = dates.map((date) => Date.parse(`${date}T00:00:00Z`) / 86_400_000)
      expect(days).toEqual(Array.from({ length: days.length }, (_, i) => (days[0] ?? 0) + i))
      expect(days.length).toBeGreaterThanOrEqual(729)
    }
  }
})

test('rare and endless rhythms', () => {
  expect(nextDue('0 8 29 2 *', 'Asia/Shanghai', at('2026-01-01T00:00:00Z'))?.toISOString()).toBe(
    '2028-02-29T00:00:00.000Z',
  )
  expect(due('0 8 L * *', 'Asia/Shanghai', '2026-01-01T00:00:00Z', '2026-03-02T00:00:00Z')).toEqual([
    '2026-01-31 08:00 = 2026-01-31T00:00:00.000Z',
    '2026-02-28 08:00 = 2026-02-28T00:00:00.000Z',
  ])
})

test.each([
  '0 8 31 2 *',
  'a b c d e',
  '* * * *',
  '@daily',
  '0 0 8 * * *',
  '60 8 * * *',
  'H 8 * * *',
  '',
  ' 0 8 * * *',
  '0 8 * * *\r\nX',
  '*/5 * * * *',
])('the rhythm %j is refused with what is expected', (cron) => {
  expect(() => checkSchedule(cron, 'UTC', at('2026-11-22T00:00:00Z'))).toThrow(/^cron: /)
})

test('an unknown zone is refused', () => {
  expect(() => checkSchedule('0 8 * * *', 'Mars/Olympus', at('2026-11-22T00:00:00Z'))).toThrow(
    /expected an IANA time zone/,
  )
  expect(() => checkSchedule('0 8 * * *', 'Asia/Shanghai', at('2026-11-22T00:00:00Z'))).not.toThrow()
})
