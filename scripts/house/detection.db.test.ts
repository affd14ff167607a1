/** Detection finds exactly what the simulator knows to be there: no more, no less, at every instant asked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectedAnomalies } from '#ingest/simulator/expected.ts'
import { anomalyTypes } from '#ingest/simulator/scenario.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { describeExpected, detectedAnomalies } from '../detect/score.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const DAY = 86_400_000
const start = Date.UTC(2026, 9, 1)
const orders = [...createStore({ seed: 42, ordersPerDay: 400 }).ordersBetween(start, start + 5 * DAY)]
const emitted = orders.flatMap((order) => order.events).sort((a, b) => a.emitAtMs - b.emitAtMs)

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline()
})
afterAll(() => pipeline.close())

test('a store of two thousand orders has every type of trouble', () => {
  expect(orders.length).toBeGreaterThan(1_500)
  const found = new Set(
    orders.flatMap((order) => expectedAnomalies(order, start + 12 * DAY)).map((anomaly) => anomaly.type),
  )
  expect([...found].sort()).toEqual([...anomalyTypes].sort())
})

test.each([2.2, 5, 8, 12])('after %s days detection equals what is expected', { timeout: 120_000 }, async (days) => {
  const asOf = start + days * DAY
  const landed = Number((await pipeline.warehouse.queryRows('select count() as n from raw_events'))[0]?.['n'])
  const due = emitted.slice(landed).filter((event) => event.emitAtMs <= asOf)
  await pipeline.land(
    'simulator',
    due.map((event) => event.envelope),
  )
  await pipeline.ticker.tick(asOf)
  const expected = orders
    .flatMap((order) => expectedAnomalies(order, asOf))
    .map(describeExpected)
    .sort()
  const found = (await detectedAnomalies(pipeline.warehouse)).map(([, line]) => line).sort()
  expect({
    missing: expected.filter((anomaly) => !found.includes(anomaly)),
    surplus: found.filter((anomaly) => !expected.includes(anomaly)),
  }).toEqual({ missing: [], surplus: [] })
  expect(found.length).toBeGreaterThan(100)
})
