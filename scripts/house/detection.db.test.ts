/** Detection finds exactly what the simulator knows to be there: no more, no less, at every instant asked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectedTogether } from '#ingest/simulator/expected.ts'
import { gatewayOutage } from '#ingest/simulator/incident.ts'
import { anomalyTypes } from '#ingest/simulator/scenario.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { describeExpected, detectedAnomalies } from '../detect/score.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const start = Date.UTC(2026, 9, 1)
/** A gateway that is out when it is looked at after five days, and one that stumbles and is not. */
const planted = [
  gatewayOutage({ method: 'alipay', fromMs: start + 5 * DAY - 50 * MINUTE, toMs: start + 5 * DAY, orders: 48 }),
  gatewayOutage({
    method: 'wechat_pay',
    fromMs: start + 4.5 * DAY,
    toMs: start + 4.5 * DAY + 40 * MINUTE,
    orders: 36,
    share: 0.2,
  }),
]
const orders = [
  ...createStore({
    seed: 42,
    ordersPerDay: 400,
    incidents: planted.flatMap(({ incidents }) => incidents),
    rushes: planted.flatMap(({ rushes }) => rushes),
  }).ordersBetween(start, start + 5 * DAY),
]
const emitted = orders.flatMap((order) => order.events).sort((a, b) => a.emitAtMs - b.emitAtMs)

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline()
})
afterAll(() => pipeline.close())

test('a store of two thousand orders has every type of trouble', () => {
  expect(orders.length).toBeGreaterThan(1_500)
  const found = new Set(expectedTogether(orders, start + 12 * DAY).map((anomaly) => anomaly.type))
  expect([...found].sort()).toEqual([...anomalyTypes].sort())
})

test('a gateway that was out makes all it refused find it, one that stumbled does not', () => {
  const refusing = orders.flatMap(({ story }) => (story.incident === null ? [] : [story.incident.value]))
  expect(new Set(refusing)).toEqual(new Set(['alipay', 'tenpay']))
  const found = expectedTogether(orders, start + 5 * DAY).filter(
    ({ type, orderId, attachedTo }) => type === 'payment_failed_repeated' && attachedTo !== orderId,
  )
  expect(found.length).toBeGreaterThan(20)
  expect(new Set(found.map(({ attachedTo }) => attachedTo.split('@')[1]))).toEqual(new Set(['alipay']))
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
  const expected = expectedTogether(orders, asOf).map(describeExpected).sort()
  const found = (await detectedAnomalies(pipeline.warehouse)).map(([, line]) => line).sort()
  expect({
    missing: expected.filter((anomaly) => !found.includes(anomaly)),
    surplus: found.filter((anomaly) => !expected.includes(anomaly)),
  }).toEqual({ missing: [], surplus: [] })
  expect(found.length).toBeGreaterThan(100)
})
