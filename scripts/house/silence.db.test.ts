/**
 * A feed that dies raises one `source_silent` and nothing about orders; when it is back, what is truly late is found and
 * nothing else. Told by two shops of four systems each, of which one carrier falls silent.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import { createDoor } from '#transforms/query/door.ts'
import { unrestricted } from '#transforms/query/request.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The carrier of shop a is heard for the last time. */
const death = Date.UTC(2026, 10, 18, 10)
const CARRIER = '/shop/a/carrier'

const project = readProject()
let clock = death
let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline({ now: () => clock })
})
afterAll(() => pipeline.close())

const told: Record<string, string[]> = {
  oms: ['order.created', 'order.canceled'],
  psp: ['payment.captured'],
  wms: ['shipment.handed_over', 'fulfillment.label_created'],
  carrier: ['shipment.checkpoint', 'shipment.delivered'],
}

/** A source speaks once in so many minutes about orders of no interest, as its landed events would have it. */
async function speak(source: string, fromMs: number, untilMs: number, everyMinutes = 1, lagMs = 3_000): Promise<void> {
  const types = told[source.split('/').at(-1) ?? ''] ?? ['operation.performed']
  const rows = Math.floor((untilMs - fromMs) / (everyMinutes * MINUTE))
  await pipeline.warehouse.command(
    `insert into events (order_id, occurred_at, source, event_id, topic, event_type, landed_at)
     select 'filler', landed_at - interval {lag:UInt32} millisecond, {source:String}, toString(landed_at), 'filler',
       arrayElement({types:Array(String)}, number % length({types:Array(String)}) + 1),
       fromUnixTimestamp64Milli({from:Int64} + toInt64(number) * {every:Int64}, 'UTC') as landed_at
     from numbers({rows:UInt32})`,
    { source, types, rows, from: String(fromMs), every: String(everyMinutes * MINUTE), lag: lagMs },
  )
}

const alive = [
  '/shop/a/oms',
  '/shop/a/psp',
  '/shop/a/wms',
  '/shop/b/oms',
  '/shop/b/psp',
  '/shop/b/wms',
  '/shop/b/carrier',
]
async function everybodyElseSpeaks(fromMs: number, untilMs: number): Promise<void> {
  for (const source of alive) await speak(source, fromMs, untilMs)
}

function event(orderId: string, shop: string, system: string, type: string, atMs: number, data: object = {}): Envelope {
  return {
    specversion: '1.0',
    id: `${orderId}-${type}-${atMs}`,
    source: `/shop/${shop}/${system}`,
    type: `${type}.v1`,
    subject: `order/${orderId}`,
    time: new Date(atMs).toISOString(),
    data: { ...data },
  }
}

/** A paid order of a shop whose parcel was last scanned so many hours before the silence; null: not handed over. */
function order(orderId: string, shop: string, scannedHoursBefore: number | null, paidHoursBefore: number): Envelope[] {
  const paidAt = death - paidHoursBefore * HOUR
  const start = [
    event(orderId, shop, 'oms', 'order.created', paidAt - MINUTE, {
      channel: shop,
      buyer_id: 'buyer',
      currency: 'CNY',
      amount_payable: 10_000,
    }),
    event(orderId, shop, 'psp', 'payment.captured', paidAt, {
      payment_id: `${orderId}-p`,
      amount: 10_000,
      currency: 'CNY',
    }),
  ]
  if (scannedHoursBefore === null) return start
  const parcel = { shipment_id: `${orderId}-s` }
  return [
    ...start,
    event(orderId, shop, 'wms', 'shipment.handed_over', paidAt + HOUR, parcel),
    event(orderId, shop, 'carrier', 'shipment.checkpoint', paidAt + 2 * HOUR, { ...parcel, status: 'picked_up' }),
    event(orderId, shop, 'carrier', 'shipment.checkpoint', death - scannedHoursBefore * HOUR, {
      ...parcel,
      status: 'in_transit',
    }),
  ]
}

const scanOf = (orderId: string, atMs: number): Envelope =>
  event(orderId, 'a', 'carrier', 'shipment.checkpoint', atMs, { shipment_id: `${orderId}-s`, status: 'in_transit' })

/** Every tick is that of a new process: what waits for whom is known from the warehouse. */
async function tickAt(ms: number, warehouse: Warehouse = pipeline.warehouse): Promise<void> {
  clock = ms
  await createTicker(warehouse, project).tick(ms)
}

async function anomalies(level = ['at_risk', 'breached', 'escalated']): Promise<string[]> {
  const rows = await pipeline.warehouse.queryRows(
    `select concat(order_id, ' ', anomaly_type, ' ', level) as found from anomaly_current where level in {level:Array(String)} order by found`,
    { level },
  )
  return rows.map((row) => String(row['found']))
}

const silences = () =>
  pipeline.warehouse.queryRows(
    'select source, severity, toString(silent_since) as since, resolved_at is not null as is_over, rules, channels from source_silences final order by source',
  )

test('while every source speaks, promises are judged by the clock', { timeout: 120_000 }, async () => {
  await speak(CARRIER, death - 3 * DAY, death)
  await everybodyElseSpeaks(death - 3 * DAY, death)
  clock = death - 1
  await pipeline.land('shops', [
    ...order('moves', 'a', 38, 60),
    ...order('late', 'a', 37, 60),
    ...order('found-before', 'a', 40, 60),
    ...order('unshipped', 'a', null, 38),
    ...order('elsewhere', 'b', 37, 60),
  ])
  await tickAt(death)
  expect(await silences()).toEqual([])
  expect(await anomalies()).toEqual([
    'found-before logistics_stalled at_risk',
    'unshipped ship_promise_at_risk breached',
  ])
})

test(
  'a silent carrier is one source_silent and nothing about parcels; other rules and other shops go on',
  { timeout: 120_000 },
  async () => {
    const until = death + 12 * HOUR
    await everybodyElseSpeaks(death, until + MINUTE)
    for (const minutes of [5, 20, 60, 120, 720]) await tickAt(death + minutes * MINUTE)
    expect(await silences()).toEqual([
      {
        source: CARRIER,
        severity: 's1',
        since: '2026-11-18 09:59:59.999',
        is_over: 0,
        rules: [
          'customs_held',
          'delivery_late',
          'label_no_pickup',
          'logistics_stalled',
          'parcel_lost_suspected',
          'pickup_expiring',
          'tracking_invalid',
        ],
        channels: ['a'],
      },
    ])
    expect(await anomalies()).toEqual([
      'elsewhere logistics_stalled breached',
      'found-before logistics_stalled at_risk',
      'unshipped not_shipped breached',
      'unshipped ship_promise_at_risk breached',
    ])
  },
)

test('the API says what is paused, about which order, since when', async () => {
  const door = createDoor(pipeline.warehouse)
  expect(await door.orderPauses('late', unrestricted)).toMatchObject([
    { rule_id: 'logistics_stalled', source: CARRIER, state: 'silent', silent_since: '2026-11-18T09:59:59.999Z' },
    { rule_id: 'parcel_lost_suspected', source: CARRIER, state: 'silent' },
  ])
  expect(await door.orderPauses('elsewhere', unrestricted)).toEqual([])
  expect(await door.orderPauses('late', { ...unrestricted, channels: ['b'] })).toEqual([])
  expect(await door.silentSources(unrestricted)).toMatchObject([
    { source: CARRIER, state: 'silent', gap_p99_s: 60, limit_s: 600, channels: ['a'] },
  ])
  expect(await door.silentSources({ ...unrestricted, channels: ['b'] })).toEqual([])
})

test('an order that something else happens to is not judged either', { timeout: 60_000 }, async () => {
  clock = death + 12 * HOUR
  await pipeline.land('shops', [event('late', 'a', 'oms', 'order.updated', clock, { region: '浙江' })])
  await tickAt(clock + MINUTE)
  expect(await anomalies()).not.toContain('late logistics_stalled breached')
})

test('the beginning of a backlog does not release the rules', { timeout: 60_000 }, async () => {
  const back = death + 13 * HOUR
  await everybodyElseSpeaks(death + 12 * HOUR, back + 10 * MINUTE)
  clock = back
  await pipeline.land('carrier', [scanOf('found-before', death + 10 * MINUTE)])
  await tickAt(back + 5_000)
  expect(await createDoor(pipeline.warehouse).silentSources(unrestricted)).toMatchObject([{ state: 'catching_up' }])
  expect((await anomalies()).filter((found) => found.startsWith('late') || found.startsWith('moves'))).toEqual([])
})

test('when it has caught up, the truly late ones are found, and only they', { timeout: 60_000 }, async () => {
  const back = death + 13 * HOUR + MINUTE
  clock = back
  await pipeline.land('carrier', [scanOf('moves', death + 20 * MINUTE)])
  await speak(CARRIER, back + 2 * MINUTE, back + 8 * MINUTE)
  // The tick that lets the rules go dies before it has worked the orders out; the next one does.
  const dying: Warehouse = {
    ...pipeline.warehouse,
    command: (sql, params) =>
      sql.startsWith('insert into anomalies')
        ? Promise.reject(new Error('the process died'))
        : pipeline.warehouse.command(sql, params),
  }
  await expect(tickAt(back + 8 * MINUTE - 10_000, dying)).rejects.toThrow('died')
  await tickAt(back + 8 * MINUTE)
  expect(await silences()).toMatchObject([{ source: CARRIER, is_over: 1 }])
  expect(await anomalies()).toEqual([
    'elsewhere logistics_stalled breached',
    'found-before logistics_stalled at_risk',
    'late logistics_stalled breached',
    'unshipped not_shipped breached',
    'unshipped ship_promise_at_risk breached',
  ])
  expect(await createDoor(pipeline.warehouse).orderPauses('late', unrestricted)).toEqual([])
  const [late] = await pipeline.warehouse.queryRows(
    "select toString(opened_at) as at from anomaly_current where order_id = 'late'",
  )
  expect(late).toEqual({ at: '2026-11-18 21:00:00.000' })
})

test('a source that keeps no rhythm is never silent, and history is nobody speaking', { timeout: 60_000 }, async () => {
  const now = death + DAY
  await speak('/shop/c/rare', now - 10 * DAY, now - 2 * DAY, 300)
  await speak('/shop/c/young', now - 10 * HOUR, now - 5 * HOUR)
  await speak('/shop/c/few', now - 3 * DAY, now - 3 * DAY + 20 * MINUTE)
  await pipeline.warehouse.command(
    `insert into events (order_id, occurred_at, source, event_id, topic, event_type, landed_at, historic)
     select 'old', landed_at, '/import', toString(number), 'import/old', 'order.created', fromUnixTimestamp64Milli({from:Int64} + toInt64(number) * 60000, 'UTC') as landed_at, 1 from numbers(4000)`,
    { from: String(now - 4 * DAY) },
  )
  await everybodyElseSpeaks(death + 13 * HOUR, now + MINUTE)
  await speak(CARRIER, death + 13 * HOUR, now + MINUTE)
  await tickAt(now)
  const rows = await pipeline.warehouse.queryRows(
    "select source, state from source_health where state != 'live' order by source",
  )
  expect(rows).toEqual([
    { source: '/shop/c/few', state: 'learning' },
    { source: '/shop/c/rare', state: 'learning' },
    { source: '/shop/c/young', state: 'learning' },
  ])
  expect(await silences()).toHaveLength(1)
})

test(
  'nights are no silence; a source that is silent for a week is waited for no longer',
  { timeout: 60_000 },
  async () => {
    const midnight = Date.UTC(2026, 10, 20)
    await everybodyElseSpeaks(death + DAY + MINUTE, midnight + DAY)
    for (let day = -6; day < 0; day += 1)
      await speak('/shop/d/days', midnight + day * DAY + 8 * HOUR, midnight + day * DAY + 18 * HOUR)
    await tickAt(midnight + 7 * HOUR)
    expect((await silences()).map((row) => row['source'])).toEqual([CARRIER, CARRIER])
    await tickAt(midnight + 8 * HOUR + 20 * MINUTE)
    expect((await silences()).map((row) => row['source'])).toEqual([CARRIER, CARRIER, '/shop/d/days'])
    const week = midnight + 8 * DAY
    await everybodyElseSpeaks(week - HOUR, week + MINUTE)
    await tickAt(week)
    const states = await pipeline.warehouse.queryRows(
      "select source, state, toString(length(rules_paused)) as paused from source_health where source in ('/shop/a/carrier', '/shop/d/days') order by source",
    )
    expect(states).toEqual([
      { source: CARRIER, state: 'given_up', paused: '0' },
      { source: '/shop/d/days', state: 'given_up', paused: '0' },
    ])
  },
)
