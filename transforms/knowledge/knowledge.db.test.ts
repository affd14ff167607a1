/** What may be asked about the past, who shares the work, what is left behind, and who was waited for then. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { type Door, createDoor } from '../query/door.ts'
import { unrestricted } from '../query/request.ts'
import { createTicker } from '../tick.ts'
import { createKnowledge } from './knowledge.ts'

const HOUR = 3_600_000
const start = Date.UTC(2026, 8, 1)
const now = start + 4 * 24 * HOUR
const hour = (n: number): string => new Date(start + n * HOUR).toISOString()
const folder = mkdtempSync(join(tmpdir(), 'orderlens-knowledge-'))
const project = readProject()
let warehouse: Warehouse
let door: Door
let landedMs: number[]

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse'), readers: 4 })
  let clockMs = start
  const landing = await createLanding(warehouse, { now: () => clockMs })
  const events = [...createStore({ seed: 3, ordersPerDay: 60 }).ordersBetween(start, start + 24 * HOUR)]
    .flatMap((order) => order.events)
    .filter(({ emitAtMs }) => emitAtMs < now)
  landedMs = events.map(({ emitAtMs }) => Math.ceil(emitAtMs / HOUR) * HOUR)
  let offset = 0n
  for (const slot of [...new Set(landedMs)].sort((a, b) => a - b)) {
    clockMs = slot
    const messages = events
      .filter((_, index) => landedMs[index] === slot)
      .map(({ envelope }) => ({
        offset: offset++,
        key: null,
        value: Buffer.from(JSON.stringify(envelope)),
        brokerAtMs: slot,
      }))
    await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
  }
  await landing.settled()
  await landing.close()
  await createTicker(warehouse, project).tick(now)
  door = createDoor(warehouse, { now: () => new Date(now), waitMs: 120_000 })
}, 120_000)
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function sets(): Promise<string[]> {
  const rows = await warehouse.queryRows(
    `select distinct extract(name, '__known_[0-9a-z_]+$') as ending from system.tables where database = 'orderlens' and ending != '' order by ending`,
  )
  return rows.map(({ ending }) => String(ending))
}

const setsBesides = async (known: readonly string[]): Promise<string[]> =>
  (await sets()).filter((one) => !known.includes(one))

const valueOf = async (metric: string, known_at?: string): Promise<number | null> =>
  (await door.measure({ metric, ...(known_at && { known_at }) }, unrestricted)).rows[0]?.value ?? null

test('who asks about the same instant shares the work, however the instant is written', async () => {
  const told = await Promise.all([
    ...Array.from({ length: 6 }, () => valueOf('orders_placed', hour(20))),
    valueOf('orders_placed', hour(20).replace('T20:00:00.000Z', 'T22:00:00+02:00')),
  ])
  expect(new Set(told).size).toBe(1)
  expect(told[0]).toBeGreaterThan(20)
  expect(told[0]).toBeLessThan((await valueOf('orders_placed')) ?? 0)
  expect(await sets()).toHaveLength(1)
})

test('an answer says as of when it is, and its drill has exactly its orders', async () => {
  const result = await door.measure({ metric: 'orders_standing', known_at: hour(30) }, unrestricted)
  expect(result).toMatchObject({ known_at: hour(30), as_of: hour(30) })
  const drill = await door.drill({ metric: 'orders_standing', known_at: hour(30), limit: 1_000 }, unrestricted)
  expect(drill).toMatchObject({ known_at: hour(30), as_of: hour(30), total: result.rows[0]?.value })
  expect(drill.rows).toHaveLength(drill.total)
  expect(drill.rows.every((row) => String(row['created_at']) <= hour(30))).toBe(true)
  const table = await door.drillTable({ metric: 'orders_standing', known_at: hour(30) }, unrestricted)
  expect(table.rows).toHaveLength(drill.total)
  expect(table.facts['known_at']).toBe(hour(30))
})

test('a course of states ends with the knowledge; its bucket opens as the state at the end of the bucket', async () => {
  const window = { from: hour(0), to: hour(48), known_at: hour(30), grain: 'hour' } as const
  const { rows } = await door.measure({ metric: 'orders_standing', ...window }, unrestricted)
  expect(rows.at(-1)?.keys[0]).toBe(hour(29))
  const earlier = { metric: 'orders_standing', as_of: hour(11), known_at: hour(30) }
  expect((await door.drill(earlier, unrestricted)).total).toBe(rows[10]?.value)
})

test('landed messages are known since they landed', async () => {
  const until = (at: string): number => landedMs.filter((ms) => ms <= Date.parse(at)).length
  expect(await valueOf('landed_records', hour(20))).toBe(until(hour(20)))
  expect(until(hour(20))).toBeLessThan(landedMs.length)
})

test('nobody sees more of the past than of the present', async () => {
  const scope = { ...unrestricted, regions: ['Bayern'] } as const
  const drill = await door.drill(
    { metric: 'orders_placed', known_at: hour(20), limit: 1_000 },
    { ...scope, regions: ['Bayern'] },
  )
  expect(drill.total).toBeGreaterThan(0)
  expect(new Set(drill.rows.map((row) => row['region']))).toEqual(new Set(['Bayern']))
  const [other] = await warehouse.queryRows(
    `select order_id from orders where region != 'Bayern' and created_at < '2026-09-01 12:00:00' limit 1`,
  )
  const orderId = String(other?.['order_id'])
  expect(await door.orderKnownAt(orderId, hour(20), { ...scope, regions: ['Bayern'] })).toBeNull()
  expect(await door.orderInstants(orderId, { ...scope, regions: ['Bayern'] })).toEqual([])
  expect(await door.orderKnownAt(orderId, hour(20), unrestricted)).not.toBeNull()
  expect(await door.orderKnownAt('no-such-order', hour(20), unrestricted)).toBeNull()
})

test('an order is known event by event', async () => {
  const [row] = await warehouse.queryRows(
    `select order_id from orders where event_count > 8 and created_at < '2026-09-01 12:00:00' order by order_id limit 1`,
  )
  const orderId = String(row?.['order_id'])
  const instants = await door.orderInstants(orderId, unrestricted)
  expect(instants.length).toBeGreaterThan(3)
  let seen = 0
  for (const instant of instants.slice(0, 3)) {
    const known = await door.orderKnownAt(orderId, instant, unrestricted)
    expect(known?.events.length).toBeGreaterThan(seen)
    seen = known?.events.length ?? 0
    expect(known?.events.every(({ occurred_at }) => occurred_at <= instant)).toBe(true)
    const bytes = await door.rawEvents(orderId, unrestricted, instant)
    expect(new Set(bytes.map(({ event_id }) => event_id)).size).toBe(seen)
  }
  const before = new Date(Date.parse(instants[0] ?? '') - 1).toISOString()
  await expect(door.orderKnownAt(orderId, before, unrestricted)).rejects.toMatchObject({
    code: 'NOTHING_KNOWN',
    message: expect.stringContaining(`its first event is known since ${instants[0]}`) as string,
  })
})

test.each([
  ['an instant that has not come', { known_at: new Date(now + 1).toISOString() }, /is in the future; the latest/],
  [
    'an instant before anything was known',
    { known_at: hour(-24) },
    /nothing was known at .* the first event is known since 2026-09-01/,
  ],
  ['a state later than the knowledge', { known_at: hour(20), as_of: hour(21) }, /"as_of" is after "known_at"/],
  ['a time without its offset', { known_at: '2026-09-01T20:00:00' }, /known_at: Invalid ISO datetime/],
] as const)('%s is refused, and nothing is left of it', async (_name, instants, message) => {
  const before = await sets()
  await expect(door.measure({ metric: 'orders_standing', ...instants }, unrestricted)).rejects.toMatchObject({
    code: expect.stringMatching(/^(INVALID_REQUEST|NOTHING_KNOWN)$/) as string,
    message: expect.stringMatching(message) as string,
  })
  expect(await setsBesides(before)).toEqual([])
})

const knowledgeOf = (limits: { waitMs?: number; mostEvents?: number }) =>
  createKnowledge(warehouse, {
    project: () => project,
    relations: ['orders', 'anomaly_current'],
    now: () => new Date(now),
    ...limits,
  })

test('too much to work out is refused with what to do', async () => {
  const before = await sets()
  await expect(knowledgeOf({ mostEvents: 100 }).at(hour(20), async () => 0)).rejects.toMatchObject({
    code: 'TOO_MUCH_KNOWN',
    message: expect.stringMatching(
      /\d+ events were known .* at most 100 .* an earlier instant, or for one order/,
    ) as string,
  })
  expect(await setsBesides(before)).toEqual([])
})

test('who does not wait is told how far it is, and finds it done later; three instants stay', async () => {
  const impatient = knowledgeOf({ waitMs: 0 })
  await expect(impatient.at(hour(21), async () => 0)).rejects.toMatchObject({
    code: 'PREPARING',
    retryable: true,
    message: expect.stringMatching(/\d+ % done; ask again/) as string,
  })
  const again = () => impatient.at(hour(21), async () => 'there').catch(() => 'not yet')
  await expect.poll(again, { timeout: 60_000 }).toBe('there')
  const patient = knowledgeOf({ waitMs: 120_000 })
  const others = (await sets()).length
  for (const n of [22, 23, 24, 25, 26]) expect(await patient.at(hour(n), async ({ at }) => at)).toBe(hour(n))
  await patient.at(hour(26), async () => 0)
  expect((await sets()).length - others).toBeLessThanOrEqual(3)
})

test('what waited for a quiet source then is waited for again', async () => {
  const at = start + 40 * HOUR
  const promised = await warehouse.queryRows('select distinct rule_id from expectations')
  const rules = promised.map(({ rule_id }) => String(rule_id))
  const found = async (known: string): Promise<string[]> =>
    knowledgeOf({ waitMs: 120_000 }).at(known, async ({ relation }) => {
      const rows = await warehouse.queryRows(
        `select anomaly_id from ${relation('anomaly_current')} where anomaly_type in {rules:Array(String)} order by anomaly_id`,
        { rules },
      )
      return rows.map(({ anomaly_id }) => String(anomaly_id))
    })
  const judged = await found(new Date(at - 1).toISOString())
  expect(judged.length).toBeGreaterThan(0)
  const [shop] = await warehouse.queryRows(
    `select arrayDistinct(arrayFlatten(groupArray(sources))) as sources from orders`,
  )
  const hold = (source: string, state: string, atMs: number) => ({
    source,
    severity: 's1',
    state,
    is_releasing: 0,
    held_until: '2026-09-01 00:00:00.000',
    quiet_since: '2026-09-01 00:00:00.000',
    raised_at: null,
    gap_p99_s: 60,
    limit_s: 600,
    needs: rules.map((rule) => ({ rule, shop: '', tellers: [] })),
    version: String(atMs * 10),
  })
  const sources = shop?.['sources'] as string[]
  await warehouse.insertRows(
    'source_holds',
    sources.map((source) => hold(source, 'quiet', at)),
  )
  await warehouse.insertRows(
    'source_holds',
    sources.map((source) => hold(source, 'free', at + HOUR)),
  )
  expect(await found(new Date(at).toISOString())).toEqual([])
  expect((await found(new Date(at + HOUR).toISOString())).length).toBeGreaterThan(0)
  // What was said of it since changes nothing.
  expect(await found(new Date(at - 1).toISOString())).toEqual(judged)
})

test('what another process left behind is cleared away', async () => {
  await warehouse.command('create table orders__known_dead_1 (order_id String)\nengine = MergeTree\norder by order_id')
  await warehouse.command('create view events__known_dead_1 as select 1 as one')
  await warehouse.queryRows('select sleep(1.1)')
  await knowledgeOf({ waitMs: 120_000 }).at(hour(20), async () => 0)
  expect(await sets()).not.toContain('__known_dead_1')
})
