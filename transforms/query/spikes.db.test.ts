/** Spikes among anomalies written straight into the warehouse, nine weeks of one hour, over a change of clocks. */
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

const folder = mkdtempSync(join(tmpdir(), 'orderlens-spikes-'))
let warehouse: Warehouse
let door: Door

/** 09:00 in Berlin on nine Mondays, the latest first; clocks went forward after the fourth of them, counted back. */
const mondays = [
  '2026-04-20T07:00:00Z',
  '2026-04-13T07:00:00Z',
  '2026-04-06T07:00:00Z',
  '2026-03-30T07:00:00Z',
  '2026-03-23T08:00:00Z',
  '2026-03-16T08:00:00Z',
  '2026-03-09T08:00:00Z',
  '2026-03-02T08:00:00Z',
  '2026-02-23T08:00:00Z',
]
const counts: Readonly<Record<string, readonly number[]>> = {
  Bayern: [40, 9, 10, 11, 10, 10, 9, 12, 10],
  Hessen: [12, 9, 10, 11, 10, 10, 9, 12, 10],
  Sachsen: [3, 0, 0, 0, 0, 0, 0, 0, 0],
  Hamburg: [6, 0, 0, 0, 0, 0, 0, 0, 0],
  Berlin: [0, 30, 28, 31, 33, 30, 27, 29, 30],
}

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  const rows = Object.entries(counts).flatMap(([region, weeks]) =>
    weeks.flatMap((n, week) =>
      // Besides the hour itself, as many in the hours next to it, which must not count.
      [-3_600_000, 0, 3_600_000].flatMap((off) =>
        Array.from({ length: off === 0 ? n : 25 }, (_, index) => {
          const opened_at = new Date(Date.parse(mondays[week] ?? '') + off + index * 60_000)
            .toISOString()
            .replace('T', ' ')
            .replace('Z', '')
          const id = `${region}-${week}-${off}-${index}`
          return {
            anomaly_id: id,
            order_id: id,
            anomaly_type: 'not_shipped',
            region,
            channel: 'shop',
            opened_at,
            version: 1,
            is_void: 0,
          }
        }),
      ),
    ),
  )
  await warehouse.insertRows('anomaly_state', rows)
  await rebuildTables(warehouse, readProject(), ['anomalies_by_day'])
  door = createDoor(warehouse)
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const asked = { metric: 'anomalies_opened', by: ['region'], at: '2026-04-20T07:40:00Z', zone: 'Europe/Berlin' }

test('the hour is held against the same hour on the wall of the weeks before, slice by slice', async () => {
  const found = await door.spikes(asked, unrestricted)
  const told = found.map(({ keys: [region], observed, expected, is_spike }) => ({
    region,
    observed,
    expected,
    is_spike,
  }))
  expect(told).toEqual([
    { region: 'Bayern', observed: 40, expected: 10, is_spike: true },
    { region: 'Hamburg', observed: 6, expected: 0, is_spike: true },
    { region: 'Sachsen', observed: 3, expected: 0, is_spike: false },
    { region: 'Hessen', observed: 12, expected: 10, is_spike: false },
    { region: 'Berlin', observed: 0, expected: 30, is_spike: false },
  ])
  expect(found.every(({ from, to }) => from === '2026-04-20T07:00:00.000Z' && to === '2026-04-20T08:00:00.000Z')).toBe(
    true,
  )
})

test('every slice drills to what was counted', async () => {
  for (const { observed, drill } of await door.spikes(asked, unrestricted))
    expect((await door.drill(drill, unrestricted)).total).toBe(observed)
})

test('a floor of one lets small counts in, and nobody sees spikes outside their scope', async () => {
  const lower = await door.spikes({ ...asked, floor: 1 }, unrestricted)
  expect(lower.find(({ keys }) => keys[0] === 'Sachsen')?.is_spike).toBe(true)
  const own = await door.spikes(asked, { ...unrestricted, regions: ['Hessen'] })
  expect(own.map(({ keys }) => keys)).toEqual([['Hessen']])
  expect(await door.spikes(asked, { ...unrestricted, channels: [] })).toEqual([])
})

test.each([
  ['a share', { metric: 'anomaly_rate' }, /only counts/],
  ['a state', { metric: 'open_backlog' }, /only counts/],
  ['an unknown metric', { metric: 'anomalies_openend' }, /anomalies_opened/],
  ['a zone that does not exist', { zone: 'Berlin' }, /zone/],
])('%s is refused', async (_name, change, message) => {
  await expect(door.spikes({ ...asked, ...change }, unrestricted)).rejects.toThrow(message)
})
