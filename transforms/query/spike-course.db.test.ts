/** A course beside what is usual: eleven weeks of anomalies over a change of clocks, with a spike in the last. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { rebuildTables } from '../engine/build.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { type Door, createDoor } from './door.ts'
import { unrestricted } from './request.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-course-'))
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Monday in Berlin; clocks went forward on 29 March, four weeks in. */
const monday = Date.parse('2026-04-26T22:00:00Z')
let warehouse: Warehouse
let door: Door

const instant = (atMs: number): string => new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  const rows = Array.from({ length: 10 }, (_, week) => week).flatMap((week) =>
    [0, 1, 2].flatMap((weekday) => {
      // Before the clocks went forward, nine in the morning was an hour later in UTC.
      const start = monday - week * 7 * DAY + weekday * DAY + 9 * HOUR
      const at = start < Date.parse('2026-03-29T01:00:00Z') ? start + HOUR : start
      const n = week === 0 && weekday === 1 ? 60 : 10 + (week % 3)
      return Array.from({ length: n }, (_, index) => ({
        anomaly_id: `${week}-${weekday}-${index}`,
        order_id: `${week}-${weekday}-${index}`,
        anomaly_type: 'not_shipped',
        region: index % 2 === 0 ? 'Bayern' : 'Hessen',
        channel: 'shop',
        opened_at: instant(at + index * 1_000),
        version: 1,
        is_void: 0,
      }))
    }),
  )
  await warehouse.insertRows('anomaly_state', rows)
  await rebuildTables(warehouse, readProject(), ['anomalies_by_day'])
  const orders = Array.from({ length: 9 }, (_, week) => ({
    order_id: `first of ${week + 1}`,
    channel: 'shop',
    region: 'Bayern',
    created_at: instant(monday - (week + 1) * 7 * DAY + 2 * HOUR),
    state_version: 1,
  }))
  await warehouse.insertRows('order_state', orders)
  door = createDoor(warehouse, { now: () => new Date(monday + 3 * DAY + HOUR) })
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const asked = {
  metric: 'anomalies_opened',
  zone: 'Europe/Berlin',
  grain: 'day' as const,
  from: new Date(monday).toISOString(),
  to: new Date(monday + 7 * DAY).toISOString(),
}

test('each day stands beside the same weekday of the weeks before, and what is far above is a spike', async () => {
  const { buckets, fewest_weeks } = await door.spikeCourse(asked, unrestricted)
  expect(fewest_weeks).toBe(4)
  expect(buckets.map(({ observed, expected, is_spike }) => [observed, expected, is_spike])).toEqual([
    [10, 11, false],
    [60, 11, true],
    [10, 11, false],
    [0, 0, false],
  ])
  expect(buckets[1]).toMatchObject({ from: '2026-04-27T22:00:00.000Z', to: '2026-04-28T22:00:00.000Z', weeks: 8 })
  for (const { observed, high, is_spike } of buckets) expect(observed >= (high ?? Infinity)).toBe(is_spike)
})

test('hours are held against the same hour on the wall, over a change of clocks', async () => {
  const { buckets } = await door.spikeCourse(
    { ...asked, grain: 'hour', to: asked.from.replace('26T22', '27T22') },
    unrestricted,
  )
  expect(buckets).toHaveLength(24)
  const nine = buckets.find(({ from }) => from === '2026-04-27T07:00:00.000Z')
  expect([nine?.observed, nine?.expected]).toEqual([10, 11])
  expect(buckets.filter(({ expected }) => expected !== 0)).toHaveLength(1)
})

test('before there were four weeks of data nothing is usual, so nothing is a spike', async () => {
  const early = {
    ...asked,
    from: new Date(monday - 6 * 7 * DAY).toISOString(),
    to: new Date(monday - 5 * 7 * DAY).toISOString(),
  }
  const { buckets } = await door.spikeCourse(early, unrestricted)
  expect(buckets[1]).toMatchObject({ observed: 10, expected: null, high: null, is_spike: false, weeks: 3 })
})

test('it is drawn within the scope, and a filter is a slice', async () => {
  const own = await door.spikeCourse(asked, { ...unrestricted, regions: ['Bayern'] })
  expect(own.buckets[1]).toMatchObject({ observed: 30, is_spike: true })
  const where = [{ dimension: 'region', values: ['Hessen'] }]
  expect((await door.spikeCourse({ ...asked, where }, unrestricted)).buckets[1]).toMatchObject({ observed: 30 })
})

test.each([
  ['a share', { metric: 'anomaly_rate' }, /only counts/],
  ['a state', { metric: 'open_backlog' }, /only counts/],
  ['a window with too many hours', { grain: 'hour' as const, from: '2026-01-01T00:00:00Z' }, /400 buckets/],
])('%s is refused', async (_name, change, message) => {
  await expect(door.spikeCourse({ ...asked, ...change }, unrestricted)).rejects.toThrow(message)
})
