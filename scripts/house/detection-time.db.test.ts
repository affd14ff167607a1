/**
 * When an anomaly was detected survives a rebuild: what the evidence says is what ticks noted down, but for the wait for
 * the next tick, and every rebuild says the same.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStore } from '#ingest/simulator/store.ts'
import { buildSelected } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const HOUR = 3_600_000
const STEP = 24 * HOUR
const start = Date.UTC(2026, 9, 1)
const end = start + 6 * 24 * HOUR
const emitted = [...createStore({ seed: 5, ordersPerDay: 100 }).ordersBetween(start, start + 48 * HOUR)]
  .flatMap(({ events }) => events)
  .sort((a, b) => a.emitAtMs - b.emitAtMs)

let clock = start
let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline({ now: () => clock })
})
afterAll(() => pipeline.close())

async function detectedAt(): Promise<Map<string, number>> {
  const rows = await pipeline.warehouse.queryRows(
    'select anomaly_id, toString(toUnixTimestamp64Milli(detected_at)) as at from anomaly_current',
  )
  return new Map(rows.map((row) => [String(row['anomaly_id']), Number(row['at'])]))
}

const rebuild = (nowMs: number) => buildSelected(pipeline.warehouse, readProject(), { isFullRefresh: true, nowMs })

test('a rebuild dates detection as the ticks did', { timeout: 240_000 }, async () => {
  for (let at = start + STEP; at <= end; at += STEP) {
    // What is emitted within a step lands at its beginning at the earliest, and is looked at at its end.
    clock = at - HOUR
    const due = emitted.filter(({ emitAtMs }) => emitAtMs > at - STEP && emitAtMs <= at)
    await pipeline.land(
      'simulator',
      due.map(({ envelope }) => envelope),
    )
    await pipeline.ticker.tick(at)
  }
  const ticked = await detectedAt()
  await rebuild(end)
  const rebuilt = await detectedAt()
  await rebuild(end + 24 * HOUR)
  const again = await detectedAt()
  expect(rebuilt.size).toBe(ticked.size)
  expect(ticked.size).toBeGreaterThan(50)
  const early = [...ticked].filter(([id, at]) => (rebuilt.get(id) ?? NaN) > at)
  const late = [...ticked].filter(([id, at]) => (rebuilt.get(id) ?? NaN) <= at - STEP)
  // An event that came late may have taken the place of the evidence that a look had seen before it.
  expect(early.length + late.length).toBeLessThan(ticked.size / 20)
  expect([...rebuilt].filter(([id, at]) => again.get(id) !== at)).toEqual([])
})
