/** The simulated store while one of its carriers is silent: detection finds what is expected of that, before, meanwhile and after. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmission } from '#ingest/simulator/emission.ts'
import { expectedTogether } from '#ingest/simulator/expected.ts'
import type { Outage } from '#ingest/simulator/outage.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const start = Date.UTC(2026, 10, 10)
const silentFrom = start + 4 * DAY + 4 * HOUR
const silentTo = silentFrom + 8 * HOUR
const outages = [{ source: '/shop/tmall/carrier', fromMs: silentFrom, toMs: silentTo }]
const store = createStore({ seed: 42, ordersPerDay: 400, outages })
const orders = [...store.ordersBetween(start, silentTo + HOUR)]
const emission = createEmission(store, start)

let clock = start
let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline({ now: () => clock })
})
afterAll(() => pipeline.close())

/** Lands what was delivered since, as if it arrived at this instant. */
async function landUntil(atMs: number) {
  clock = atMs
  const emitted = emission.advance(atMs)
  await pipeline.land(
    'simulator',
    emitted.map(({ event }) => event.envelope),
  )
  return emitted
}

const say = (...parts: unknown[]): string => parts.map((part) => part ?? '-').join(' ')
const expectedAt = (asOfMs: number, known: readonly Outage[] = outages): string[] =>
  expectedTogether(
    // An event delivered at the very instant belongs to what comes after it.
    orders.map((order) => ({ ...order, events: order.events.filter((event) => event.emitAtMs < asOfMs) })),
    asOfMs,
    known,
  )
    .map((one) => say(one.type, one.orderId, one.attachedTo, one.level, one.openedAtMs, one.resolvedAtMs))
    .sort()

async function foundAt(asOfMs: number): Promise<string[]> {
  await pipeline.ticker.tick(asOfMs)
  const rows = await pipeline.warehouse.queryRows(
    'select anomaly_type, order_id, attached_to_id, level, toString(toUnixTimestamp64Milli(opened_at)) as opened, toString(toUnixTimestamp64Milli(resolved_at)) as resolved from anomaly_current',
  )
  return rows
    .map((row) =>
      say(row['anomaly_type'], row['order_id'], row['attached_to_id'], row['level'], row['opened'], row['resolved']),
    )
    .sort()
}

async function compareAt(asOfMs: number): Promise<void> {
  const [found, expected] = [await foundAt(asOfMs), expectedAt(asOfMs)]
  expect({
    missing: expected.filter((one) => !found.includes(one)),
    surplus: found.filter((one) => !expected.includes(one)),
  }).toEqual({ missing: [], surplus: [] })
}

const silences = () =>
  pipeline.warehouse.queryRows('select source, resolved_at is not null as is_over from source_silences final')

test('until the carrier falls silent', { timeout: 180_000 }, async () => {
  const emitted = await landUntil(silentFrom)
  // The minutes in which each source was heard, as landing it live would have left them.
  const heard = new Set(
    emitted.map(({ event }) => `${event.envelope.source} ${new Date(event.emitAtMs).toISOString().slice(0, 16)}`),
  )
  await pipeline.warehouse.insertRows(
    'source_minutes',
    [...heard].map((each) => {
      const [source, minute] = each.split(' ')
      return { source, minute: `${minute?.replace('T', ' ')}:00`, events: 1, lag_ms: 1_000 }
    }),
  )
  await compareAt(silentFrom)
  expect(await silences()).toEqual([])
})

test.each([3, 5, 7.5])('%s hours into the silence', { timeout: 120_000 }, async (hours) => {
  await landUntil(silentFrom + hours * HOUR)
  await compareAt(silentFrom + hours * HOUR)
  expect(await silences()).toEqual([{ source: '/shop/tmall/carrier', is_over: 0 }])
  // By the clock alone, parcels nobody heard of would have been found.
  const waiting = expectedAt(silentFrom + hours * HOUR)
  expect(expectedAt(silentFrom + hours * HOUR, []).filter((one) => !waiting.includes(one)).length).toBeGreaterThan(0)
})

test('after it has told everything', { timeout: 120_000 }, async () => {
  await landUntil(silentTo + 10 * MINUTE)
  await pipeline.ticker.tick(silentTo + 10 * MINUTE)
  expect(await silences()).toEqual([{ source: '/shop/tmall/carrier', is_over: 0 }])
  await landUntil(silentTo + 50 * MINUTE)
  await landUntil(silentTo + HOUR)
  await compareAt(silentTo + HOUR)
  expect(await silences()).toEqual([{ source: '/shop/tmall/carrier', is_over: 1 }])
})
