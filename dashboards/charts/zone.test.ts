import { expect, test } from 'vitest'
import { instantOfLocal, isZone, localMs, nextStart, startOf } from './zone.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const local = (text: string) => Date.parse(`${text}Z`)

test('wall time and instant are inverse away from changes of the clock', () => {
  for (const zone of ['UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia']) {
    const instant = Date.parse('2026-06-15T10:20:30.400Z')
    expect(instantOfLocal(localMs(instant, zone), zone)).toBe(instant)
  }
})

test('a wall time inside a gap is the first instant after it', () => {
  expect(iso(instantOfLocal(local('2026-03-08T02:30:00'), 'America/New_York'))).toBe('2026-03-08T07:00:00.000Z')
  expect(iso(instantOfLocal(local('2026-04-24T00:30:00'), 'Africa/Cairo'))).toBe('2026-04-23T22:00:00.000Z')
})

test('a wall time that happens twice is its first pass', () => {
  expect(iso(instantOfLocal(local('2026-11-01T01:30:00'), 'America/New_York'))).toBe('2026-11-01T05:30:00.000Z')
  expect(iso(instantOfLocal(local('2026-04-05T01:45:00'), 'Australia/Lord_Howe'))).toBe('2026-04-04T14:45:00.000Z')
})

test('days of 23 and 25 hours are one day each, and weeks begin on Monday', () => {
  const zone = 'America/New_York'
  const spring = startOf(Date.parse('2026-03-08T16:00:00Z'), 'day', zone)
  expect((nextStart(spring, 'day', zone) - spring) / 3_600_000).toBe(23)
  const autumn = startOf(Date.parse('2026-11-01T16:00:00Z'), 'day', zone)
  expect((nextStart(autumn, 'day', zone) - autumn) / 3_600_000).toBe(25)
  expect(iso(startOf(Date.parse('2026-11-22T03:00:00Z'), 'week', 'Asia/Shanghai'))).toBe('2026-11-15T16:00:00.000Z')
  expect(iso(nextStart(startOf(Date.parse('2026-01-31T12:00:00Z'), 'month', 'UTC'), 'month', 'UTC'))).toBe(
    '2026-02-01T00:00:00.000Z',
  )
})

test('an hour that happens twice has two starts', () => {
  const zone = 'America/New_York'
  const first = startOf(Date.parse('2026-11-01T05:30:00Z'), 'hour', zone)
  expect(iso(nextStart(first, 'hour', zone))).toBe('2026-11-01T06:00:00.000Z')
})

test('unknown zones are recognised', () => {
  expect(isZone('Asia/Shanghai')).toBe(true)
  expect(isZone('Asia/Atlantis')).toBe(false)
})
