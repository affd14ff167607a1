/** Business time between two instants, against minutes counted one by one, over shifts, holidays, zones and changes of clocks. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { rebuildTables } from '../engine/build.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { millisecondsOf } from './span.ts'
import { type Hours, type Shift, createSlowBusinessMs } from './test-business-hours.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-span-'))
const project = readProject()
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse'), readers: 1 })
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const weekly = (opens: string, closes: string, days: readonly number[], from = '2015-01-01', until = ''): Shift[] =>
  days.map((weekday) => ({ weekday, opens, closes, valid_from: from, valid_until: until }))
const workdays = [1, 2, 3, 4, 5]

const calendars: Readonly<Record<string, Hours>> = {
  'two shifts and a holiday': {
    zone: 'Asia/Shanghai',
    shifts: [...weekly('09:00', '12:00', workdays), ...weekly('13:30', '18:00', workdays)],
    holidays: ['2026-03-27', '2026-10-26'],
  },
  'one to three shifts a day, other hours from a date on, a zone whose clocks change': {
    zone: 'Europe/Berlin',
    shifts: [
      ...weekly('08:15', '12:00', workdays, '2015-01-01', '2026-03-30'),
      ...weekly('07:00', '10:20', workdays, '2026-03-31'),
      ...weekly('13:00', '16:45', [1, 2, 3]),
      ...weekly('17:00', '20:00', [1]),
      ...weekly('10:00', '14:00', [6], '2026-01-01'),
    ],
    holidays: ['2026-04-03'],
  },
  'nights over midnight while clocks change': {
    zone: 'America/New_York',
    shifts: weekly('22:00', '06:00', [1, 2, 5, 6, 7]),
    holidays: ['2026-11-01'],
  },
  'all day until midnight, half an hour off the hour': {
    zone: 'Asia/Kolkata',
    shifts: weekly('00:00', '00:00', [1, 3, 4, 7]),
    holidays: [],
  },
}

async function openHours({ zone, shifts, holidays }: Hours): Promise<void> {
  await warehouse.command('truncate table business_hours')
  await warehouse.command('truncate table holidays')
  const rows = shifts.map((shift) => ({ calendar: 'default', zone, ...shift, origin: 'test' }))
  const other = { ...rows[0], calendar: 'other', opens: '00:00', closes: '23:59', weekday: 7 }
  await warehouse.insertRows('business_hours', [...rows, other])
  await warehouse.insertRows(
    'holidays',
    holidays.map((day) => ({ calendar: 'default', day, name: 'test' })),
  )
  await rebuildTables(warehouse, project, ['business_calendar'])
}

/** Around both changes of clocks, with ends in a day, some days and some weeks. */
const interval = fc
  .tuple(
    fc.constantFrom(Date.UTC(2026, 2, 5), Date.UTC(2026, 2, 25), Date.UTC(2026, 9, 22), Date.UTC(2026, 9, 30)),
    fc.integer({ min: 0, max: 8 * 86_400_000 }),
    fc.oneof(fc.integer({ min: -86_400_000, max: 86_400_000 }), fc.integer({ min: 0, max: 25 * 86_400_000 })),
  )
  .map(([start, offset, length]) => ({ since: start + offset, until: start + offset + length }))
const pausesOf = ({ since, until }: { since: number; until: number }, cuts: readonly number[]): [number, number][] => {
  const ends = cuts.map((cut) => since + Math.floor((cut / 100) * (until - since))).sort((a, b) => a - b)
  return ends.flatMap((from, n): [number, number][] =>
    n % 2 === 0 ? [[from - 3_600_000, ends[n + 1] ?? until + 1]] : [],
  )
}

test.each(Object.entries(calendars))('%s', { timeout: 60_000 }, async (_name, hours) => {
  await openHours(hours)
  const slow = createSlowBusinessMs(hours)
  const sql = `select ${millisecondsOf({ since: 's', until: 'u' }, 'business')} as business,
      ${millisecondsOf({ since: 's', until: 'u' }, 'calendar')} as calendar
    from (select fromUnixTimestamp64Milli(p.1, 'UTC') as s, fromUnixTimestamp64Milli(p.2, 'UTC') as u
      from (select arrayJoin(arrayZip({since:Array(Int64)}, {until:Array(Int64)})) as p))`
  await fc.assert(
    fc.asyncProperty(fc.array(interval, { minLength: 150, maxLength: 150 }), async (intervals) => {
      const parameters = { since: intervals.map(({ since }) => since), until: intervals.map(({ until }) => until) }
      const rows = await warehouse.queryRows(sql, parameters)
      expect(rows.map(({ business }) => Number(business) + 0)).toEqual(
        intervals.map(({ since, until }) => slow(since, until) + 0),
      )
      expect(rows.map(({ calendar }) => Number(calendar))).toEqual(intervals.map(({ since, until }) => until - since))
    }),
    { numRuns: 2, endOnFailure: true },
  )
})

test('pauses are taken off as far as they lie within, in either kind of time', async () => {
  const hours = calendars['two shifts and a holiday']
  if (hours === undefined) throw new TypeError('no such calendar')
  await openHours(hours)
  const slow = createSlowBusinessMs(hours)
  const span = { since: 's', until: 'u', pauses: 'pauses' }
  const sql = `select ${millisecondsOf(span, 'business')} as business, ${millisecondsOf(span, 'calendar')} as calendar
    from (select fromUnixTimestamp64Milli({since:Int64}, 'UTC') as s, fromUnixTimestamp64Milli({until:Int64}, 'UTC') as u,
      arrayMap((f, t) -> (fromUnixTimestamp64Milli(f, 'UTC'), fromUnixTimestamp64Milli(t, 'UTC')), {from:Array(Int64)}, {to:Array(Int64)}) as pauses)`
  await fc.assert(
    fc.asyncProperty(interval, fc.array(fc.integer({ min: 5, max: 100 }), { maxLength: 4 }), async (drawn, cuts) => {
      const { since, until } = { since: Math.min(drawn.since, drawn.until), until: Math.max(drawn.since, drawn.until) }
      const pauses = pausesOf({ since, until }, [...new Set(cuts)])
      const inside = pauses.map(([from, to]) => [Math.max(from, since), Math.min(to, until)] as const)
      const off = (elapsed: (a: number, b: number) => number): number =>
        inside.reduce((sum, [from, to]) => sum + (to > from ? elapsed(from, to) : 0), 0)
      const [row] = await warehouse.queryRows(sql, {
        since,
        until,
        from: pauses.map(([from]) => from),
        to: pauses.map(([, to]) => to),
      })
      expect(Number(row?.['business'])).toBe(slow(since, until) - off(slow))
      expect(Number(row?.['calendar'])).toBe(until - since - off((a, b) => b - a))
    }),
    { numRuns: 30, endOnFailure: true },
  )
})
