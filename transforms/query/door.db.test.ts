/** The door on two days of the simulated store: scope, marks and drills, hostile text. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { type TickResult, createTicker } from '../tick.ts'
import { definitions } from '../metrics/definitions.ts'
import { type Door, createDoor } from './door.ts'
import { hostileTexts } from './hostile-text.ts'
import type { Filter, RowScope } from './request.ts'
import { unrestricted } from './request.ts'
import { noFilters } from './search-filters.ts'

const START = Date.UTC(2026, 8, 1)
const DAY = 86_400_000
const now = new Date(START + 4 * DAY)
const folder = mkdtempSync(join(tmpdir(), 'orderlens-door-'))
let warehouse: Warehouse
let door: Door
let tick: TickResult | null

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse'), readers: 4 })
  const landing = await createLanding(warehouse)
  const project = readProject()
  const orders = [...createStore({ seed: 7, ordersPerDay: 120 }).ordersBetween(START, START + 2 * DAY)]
  const messages = orders
    .flatMap(({ events }) => events)
    .map(({ envelope }, index) => ({
      offset: BigInt(index),
      key: null,
      value: Buffer.from(JSON.stringify(envelope)),
      brokerAtMs: START,
    }))
  await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
  await landing.settled()
  tick = await createTicker(warehouse, project).tick(now.getTime())
  door = createDoor(warehouse, { now: () => now })
})

afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const filter = (dimension: string, ...values: string[]): Filter => ({ dimension, op: 'in', values })
const found = async (text: string, scope: RowScope = unrestricted) =>
  (await door.search({ text, filters: noFilters }, scope)).results
const week = { from: new Date(START - DAY).toISOString(), to: new Date(START + 6 * DAY).toISOString() }

describe('a mark and its drill', () => {
  const { metrics, dimensions } = definitions()
  // Every metric once, and on every dataset each of its dimensions.
  const splits = [...metrics.values()].flatMap((metric, index) => {
    const offered = [...dimensions.values()]
      .filter(({ on }) => metric.dataset in on || '*' in on)
      .map(({ name }) => name)
    const isFirst = [...metrics.values()].find(({ dataset }) => dataset === metric.dataset) === metric
    return (isFirst ? offered : [offered[index % offered.length] ?? '']).map((by) => [metric.name, by] as const)
  })

  test.each(splits)('of %s by %s agree', async (metric, by) => {
    const zone = 'Asia/Shanghai'
    const { rows, currency, unit } = await door.measure({ metric, by: [by], zone, order: 'value_desc' }, unrestricted)
    const row = rows[Math.floor(rows.length / 2)]
    if (row === undefined) return
    const where = [
      filter(by, row.keys[0] ?? ''),
      ...(unit === 'money' && currency !== null && by !== 'currency' ? [filter('currency', currency)] : []),
    ]
    const definition = metrics.get(metric)
    const part = definition?.kind === 'ratio' ? 'denominator' : 'numerator'
    const drill = await door.drill({ metric, where, zone, part, limit: 1_000 }, unrestricted)
    expect(drill.value).toBe(row.value)
    expect(drill.total).toBe(row.n)
    expect(drill.rows).toHaveLength(Math.min(row.n, 1_000))
    if (definition?.kind === 'count') expect(drill.total).toBe(row.value)
    if (definition?.kind === 'ratio') {
      const above = await door.drill({ metric, where, zone, limit: 1 }, unrestricted)
      expect(above.total / row.n).toBe(row.value)
      expect(above.value).toBe(row.value)
    }
  })

  test('of a bucket agree in any zone', async () => {
    for (const zone of ['UTC', 'Asia/Shanghai', 'America/Sao_Paulo', 'Asia/Kolkata']) {
      const { rows } = await door.measure({ metric: 'anomalies_opened', grain: 'day', zone, ...week }, unrestricted)
      const all = await door.measure({ metric: 'anomalies_opened', ...week }, unrestricted)
      expect(rows.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(all.rows[0]?.value)
      const [first, second] = rows
      const drill = await door.drill(
        { metric: 'anomalies_opened', from: first?.keys[0] ?? '', to: second?.keys[0] ?? '', zone },
        unrestricted,
      )
      expect(drill.total).toBe(first?.value)
    }
  })

  test('of a state over time agree at the end of each bucket, the last one at the present', async () => {
    const { rows } = await door.measure(
      { metric: 'open_backlog', grain: 'day', by: ['channel'], ...week },
      unrestricted,
    )
    expect(rows.length).toBeGreaterThan(4)
    for (const {
      keys: [bucket, channel],
      value,
    } of rows) {
      const end = new Date(Math.min(Date.parse(bucket ?? '') + DAY, now.getTime())).toISOString()
      const drill = await door.drill(
        { metric: 'open_backlog', as_of: end, where: [filter('channel', channel ?? '')] },
        unrestricted,
      )
      expect(drill.total).toBe(value)
    }
  })

  test('an order counts once in each of its values, and once in all', async () => {
    const { rows } = await door.measure({ metric: 'orders_placed', by: ['product_category'] }, unrestricted)
    const all = await door.measure(
      { metric: 'orders_placed', where: [filter('product_category', ...rows.map(({ keys: [key] }) => key ?? ''))] },
      unrestricted,
    )
    const placed = await door.measure({ metric: 'orders_placed' }, unrestricted)
    expect(all.rows).toEqual(placed.rows)
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBeGreaterThan(placed.rows[0]?.n ?? 0)
  })

  test('an empty list of values matches nothing, and its opposite everything', async () => {
    const count = async (op: Filter['op'], dimension: string) =>
      (await door.measure({ metric: 'orders_placed', where: [{ dimension, op, values: [] }] }, unrestricted)).rows[0]
        ?.value
    const placed = (await door.measure({ metric: 'orders_placed' }, unrestricted)).rows[0]?.value
    expect([await count('in', 'region'), await count('in', 'seller')]).toEqual([0, 0])
    expect([await count('not_in', 'region'), await count('not_in', 'seller')]).toEqual([placed, placed])
  })
})

describe('scope', () => {
  const regionOf = async (orderId: string) => (await door.order(orderId, unrestricted))?.region
  let region: string
  let scope: RowScope
  let foreign: { order_id: string; order_no: string; anomaly_order: string }

  beforeAll(async () => {
    const [first, other] = await door.dimensionValues('region', unrestricted)
    region = first?.value ?? ''
    scope = { ...unrestricted, regions: [region] }
    const pick = async (metric: string) =>
      (await door.drill({ metric, where: [filter('region', other?.value ?? '')], limit: 1 }, unrestricted)).rows[0]
    const order = await pick('orders_placed')
    foreign = {
      order_id: String(order?.['order_id']),
      order_no: String(order?.['order_no']),
      anomaly_order: String((await pick('anomalies_opened'))?.['order_id']),
    }
  })

  const perDataset = [...definitions().datasets.keys()].flatMap((name) =>
    [...definitions().metrics.values()].filter(({ dataset }) => dataset === name).slice(0, 3),
  )
  test.each([...perDataset.map(({ name }) => name), 'anomaly_rate'])('%s shows no other region', async (metric) => {
    const dataset = definitions().datasets.get(definitions().metrics.get(metric)?.dataset ?? '')
    const own =
      dataset?.scope === 'none'
        ? 0
        : (await door.measure({ metric, where: [filter('region', region)] }, unrestricted)).rows[0]?.n
    const { rows } = await door.measure({ metric }, scope)
    expect(rows[0]?.n ?? 0).toBe(own)
    const drill = await door.drill({ metric, limit: 1_000, part: 'denominator' }, scope)
    expect(drill.total).toBe(own)
    expect(new Set(drill.rows.map((row) => row['region'] ?? region)).size).toBeLessThanOrEqual(1)
    if (dataset?.scope !== 'none') expect(drill.rows.every((row) => row['region'] === region)).toBe(true)
  })

  test.each([...definitions().dimensions.keys()])('values of %s are those of the own rows', async (dimension) => {
    const all = await door.dimensionValues(dimension, unrestricted)
    const own = await door.dimensionValues(dimension, scope)
    const none = await door.dimensionValues(dimension, { ...unrestricted, channels: [] })
    const counts = new Map(all.map(({ value, n }) => [value, n]))
    expect(own.every(({ value, n }) => n <= (counts.get(value) ?? (all.length === 200 ? n : -1)))).toBe(true)
    expect(none).toEqual([])
    if (dimension === 'region') expect(own.map(({ value }) => value)).toEqual([region])
  })

  test('an export, the queue and the search show no other region', async () => {
    const table = await door.drillTable({ metric: 'orders_placed' }, scope)
    expect(table.rows.flat()).not.toContain(foreign.order_id)
    expect(table.rows.length).toBe((await door.measure({ metric: 'orders_placed' }, scope)).rows[0]?.value)
    for (const view of ['open', 'at_risk', 'money', 'logistics', 'escalated']) {
      const page = await door.queue({ view, limit: 200 }, scope)
      expect(page.rows.every((row) => row.region === region)).toBe(true)
      expect(page.total).toBe(page.rows.length)
    }
    expect((await found(foreign.order_no)).map(({ order_id }) => order_id)).toEqual([foreign.order_id])
    for (const text of [foreign.order_no, foreign.order_id, foreign.order_no.slice(0, 6), 'a']) {
      for (const { order_id } of await found(text, scope)) expect(await regionOf(order_id)).toBe(region)
    }
  })

  test('an order outside is as if it were not there', async () => {
    expect(await door.order(foreign.order_id, unrestricted)).not.toBeNull()
    expect(await door.order(foreign.order_id, scope)).toBeNull()
    expect([
      await door.orderEvents(foreign.order_id, scope),
      await door.rawEvents(foreign.order_id, scope),
      await door.orderAnomalies(foreign.anomaly_order, scope),
    ]).toEqual([[], [], []])
    expect((await door.orderAnomalies(foreign.anomaly_order, unrestricted)).length).toBeGreaterThan(0)
  })

  test('of what a tick worked on, only what is within is told; and its numbers find what its ids do', async () => {
    const worked = { tick: tick?.tickId ?? '', orders: tick?.orders ?? 0, order_ids: tick?.orderIds ?? [] }
    const [all, own] = await Promise.all([door.changesOf(worked, unrestricted), door.changesOf(worked, scope)])
    expect([all.orders.order_ids.length, all.orders.complete]).toEqual([worked.orders, true])
    expect(own.orders.order_ids.length).toBeGreaterThan(0)
    expect(own.anomalies.order_ids.length).toBeGreaterThan(0)
    expect(all.orders.order_ids.length).toBeGreaterThan(own.orders.order_ids.length)
    for (const id of [...own.orders.order_ids, ...own.anomalies.order_ids]) expect(await regionOf(id)).toBe(region)
    expect(await door.changesOf({ ...worked, order_ids: [] }, scope)).toEqual(own)
    expect(await door.changesOf({ tick: '1', orders: 3, order_ids: [] }, scope)).toEqual({
      orders: { order_ids: [], complete: true },
      anomalies: { order_ids: [], complete: true },
    })
  })

  test('an empty list of channels or regions sees nothing at all', async () => {
    for (const nobody of [
      { ...unrestricted, channels: [] },
      { ...unrestricted, regions: [] },
    ] satisfies RowScope[]) {
      expect((await door.measure({ metric: 'orders_placed' }, nobody)).rows).toEqual([{ keys: [], value: 0, n: 0 }])
      expect((await door.measure({ metric: 'money_at_risk', by: ['region'] }, nobody)).rows).toEqual([])
      expect((await door.drill({ metric: 'landed_records' }, nobody)).total).toBe(0)
    }
  })
})

describe('hostile text', () => {
  test.each(hostileTexts)('%j as a value finds nothing and breaks nothing', async (text) => {
    for (const dimension of ['region', 'seller', 'anomaly_type']) {
      const metric = dimension === 'anomaly_type' ? 'anomalies_opened' : 'orders_placed'
      expect((await door.measure({ metric, where: [filter(dimension, text)] }, unrestricted)).rows[0]?.value).toBe(0)
      expect((await door.drill({ metric, where: [filter(dimension, text)] }, unrestricted)).total).toBe(0)
    }
    expect(
      (await door.measure({ metric: 'orders_placed' }, { ...unrestricted, channels: [text], regions: [text] })).rows[0]
        ?.value,
    ).toBe(0)
    expect(await door.order(text, unrestricted)).toBeNull()
    expect(await door.orderEvents(text, unrestricted)).toEqual([])
    expect(await door.rawEvents(text, unrestricted)).toEqual([])
    expect((await door.queue({ view: 'open', type: text, limit: 5 }, unrestricted)).total).toBe(0)
    await found(text)
  })
})

describe('entities', () => {
  test('an order comes with its instants, amounts and parts as plain values', async () => {
    const { rows } = await door.drill({ metric: 'orders_delivered', limit: 1 }, unrestricted)
    const order = await door.order(String(rows[0]?.['order_id']), unrestricted)
    expect(order).toMatchObject({
      historic: false,
      currency: 'CNY',
      created_at: expect.stringMatching(/^2026-09-0\dT.*Z$/),
      amount_payable: expect.any(Number),
    })
    expect(order?.payments[0]).toMatchObject({ amount: expect.any(Number), at: expect.stringMatching(/Z$/) })
    expect(order?.lines[0]).toMatchObject({
      quantity: expect.any(Number),
      unit_price: expect.any(Number),
      freight: expect.any(Number),
    })
    expect(order?.parcels[0]?.delivered_at).toBe(order?.delivered_at)
  })

  test('its events come once each, with the number of copies and the bytes of every copy', async () => {
    const { rows } = await door.drill({ metric: 'orders_delivered', limit: 20 }, unrestricted)
    for (const { order_id } of rows) {
      const events = await door.orderEvents(String(order_id), unrestricted)
      const raw = await door.rawEvents(String(order_id), unrestricted)
      expect(new Set(events.map(({ source, event_id }) => `${source} ${event_id}`)).size).toBe(events.length)
      expect(raw).toHaveLength(events.reduce((sum, { copies }) => sum + copies, 0))
      expect(raw.every(({ value, event_id }) => (JSON.parse(value) as { id: string }).id === event_id)).toBe(true)
      expect(events.find(({ event_type }) => event_type === 'order.created')?.fields).toContainEqual({
        name: 'currency',
        value: 'CNY',
      })
    }
  })

  test('is found by number, buyer, payment, tracking number and product', async () => {
    const { rows } = await door.drill({ metric: 'orders_delivered', limit: 1 }, unrestricted)
    const order = await door.order(String(rows[0]?.['order_id']), unrestricted)
    const ways = {
      order_id: order?.order_id,
      order_no: order?.order_no,
      payment: order?.payments[0]?.payment_id,
      tracking: order?.parcels[0]?.tracking_no,
    }
    for (const [kind, text] of Object.entries(ways)) {
      expect(await found(` ${text} `)).toContainEqual(expect.objectContaining({ order_id: order?.order_id, kind }))
    }
    expect((await found(order?.buyer_name ?? ''))[0]?.kind).toBe('buyer_name')
    expect((await found(order?.lines[0]?.name ?? ''))[0]?.kind).toBe('product')
  })

  test('landed equals events plus dead letters, and the data’s clock is the last tick’s', async () => {
    expect(await door.data.health()).toMatchObject({
      data_as_of: now.toISOString(),
      balance: { balanced: true, dead_letters: 0, waiting: 0 },
    })
    expect(await door.dataAsOf()).toBe(now.toISOString())
  })
})

test('exact percentiles: the mean of the two middle values, and the nearest rank', async () => {
  const drill = await door.drill({ metric: 'purchase_to_approval_median', limit: 1_000 }, unrestricted)
  const seconds = drill.rows
    .map((row) => (Date.parse(String(row['confirmed_at'])) - Date.parse(String(row['created_at']))) / 1000)
    .sort((a, b) => a - b)
  const n = seconds.length
  const value = async (metric: string) => (await door.measure({ metric }, unrestricted)).rows[0]?.value
  expect(await value('purchase_to_approval_median')).toBeCloseTo(
    ((seconds[Math.ceil(n / 2) - 1] ?? 0) + (seconds[Math.floor(n / 2)] ?? 0)) / 2,
    9,
  )
  for (const percent of [90, 95, 99])
    expect(await value(`purchase_to_approval_p${percent}`)).toBe(seconds[Math.ceil((percent * n) / 100) - 1])
})
