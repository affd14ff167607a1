/**
 * What was known at an instant, asked of a warehouse that has learnt more since, is what a warehouse says at that instant
 * that has only ever received the events known by then. The store's events land late, early, repeated and in backlogs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { definitions } from '../metrics/definitions.ts'
import { type Door, createDoor } from '../query/door.ts'
import type { MetricRequestInput } from '../query/request.ts'
import { unrestricted } from '../query/request.ts'
import { createDeeds } from '../query/test-deeds.ts'
import { returnedOrder } from '../query/test-returned-order.ts'
import type { OpenAnomaly } from '../query/test-store.ts'
import { createTicker } from '../tick.ts'
import { createKnowledge } from './knowledge.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const start = Date.UTC(2026, 8, 1)
/** When agents deal with what is found. */
const middle = start + 3 * DAY
const end = start + 9 * DAY
/** Another history each time; one is a hundred orders, a warehouse that goes on and one that does not. */
const RUNS = 1

const folder = mkdtempSync(join(tmpdir(), 'orderlens-known-'))
const open: Stand[] = []
afterAll(async () => {
  for (const { close } of open) await close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

type Stand = {
  readonly warehouse: Warehouse
  /** Lands envelopes in the order and at the instants given. */
  land(told: readonly Landed[]): Promise<void>
  tick(atMs: number): Promise<void>
  door(nowMs: number): Door
  close(): Promise<void>
}
type Landed = { readonly envelope: Envelope; readonly landedMs: number }

async function openStand(): Promise<Stand> {
  const warehouse = await openBuiltWarehouse({
    path: join(folder, 'warehouse'),
    readers: 4,
    ...(open.length > 0 && { database: `stand_${open.length}` }),
  })
  let clockMs = start
  const landing = await createLanding(warehouse, { now: () => clockMs })
  const ticker = createTicker(warehouse, readProject())
  let offset = 0n
  const stand: Stand = {
    warehouse,
    async land(told) {
      for (const landedMs of new Set(told.map((one) => one.landedMs))) {
        clockMs = landedMs
        const batch = told.filter((one) => one.landedMs === landedMs)
        const messages = batch.map(({ envelope }) => ({
          offset: offset++,
          key: null,
          value: Buffer.from(JSON.stringify(envelope)),
          brokerAtMs: landedMs,
        }))
        await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
      }
      await landing.settled()
    },
    async tick(atMs) {
      // Sources keep no rhythm here, so that none is waited for: when a tick looks decides about that.
      for (const table of ['source_minutes', 'source_hours']) await warehouse.command(`truncate table ${table}`)
      await ticker.tick(atMs)
    },
    door: (nowMs) => createDoor(warehouse, { now: () => new Date(nowMs), waitMs: 300_000 }),
    async close() {
      await landing.close()
      await warehouse.close()
    },
  }
  open.push(stand)
  return stand
}

const aHistory = fc.record({
  seed: fc.nat(1_000),
  cutMs: fc.integer({ min: middle + 9 * HOUR, max: start + 6 * DAY }),
  /** Turn by turn of the events: how long after it happened each is recorded, and how long after that it lands. */
  recorded: fc.array(fc.constantFrom(null, 0, MINUTE, 50 * MINUTE), { minLength: 5, maxLength: 9 }),
  lands: fc.array(fc.constantFrom(0, 0, 20 * MINUTE, 7 * HOUR, 2 * DAY), { minLength: 4, maxLength: 8 }),
  /** Sources beside the shop's that are first heard when they bring along everything so far. */
  joinsMs: fc.integer({ min: start + 12 * HOUR, max: middle - HOUR }),
})
type History = typeof aHistory extends fc.Arbitrary<infer T> ? T : never

/** More of what other orders and what happens again decide about. */
const anomalyShares = { duplicate_order: 0.06, coupon_anomaly: 0.06, fraud_review_stuck: 0.06 }

const SLOT = 8 * HOUR
/** Landing comes in batches of eight hours, so that a run is short. */
const slotOf = (atMs: number): number => Math.ceil(atMs / SLOT) * SLOT
const isJoining = ({ source }: Envelope): boolean => source.endsWith('/carrier') || source.endsWith('/payment')

function landedOf(history: History): Landed[] {
  const { seed, recorded, lands, joinsMs } = history
  const store = createStore({ seed, ordersPerDay: 25, anomalyShares })
  const orders = [...store.ordersBetween(start, start + 5 * DAY)]
  const events = [...orders.flatMap((order) => order.events), ...returnedOrder(start + DAY)]
  const sources = [...new Set([...events.map(({ envelope }) => envelope.source), '/orderlens/portal'])]
  const greetings = sources.map((source) => greeting(source, joinsMs))
  const told = events.map(({ envelope }, index) => {
    const { recordedtime: _, ...rest } = envelope
    const occurredMs = Date.parse(envelope.time)
    const lag = recorded[index % recorded.length] ?? null
    const recordedMs = occurredMs + (lag ?? 0)
    const onTime = slotOf(recordedMs + (lands[index % lands.length] ?? 0))
    const landedMs = isJoining(envelope) ? Math.max(onTime, slotOf(joinsMs)) : onTime
    // A clock that is ahead, once nothing more is dealt with: recorded later than it landed.
    const isAhead = index % 11 === 0 && landedMs > middle + SLOT
    const stampedMs = isAhead ? landedMs + 5 * HOUR : recordedMs
    const stamp = lag === null && !isAhead ? {} : { recordedtime: new Date(stampedMs).toISOString() }
    return { envelope: { ...rest, ...stamp }, landedMs }
  })
  return [...greetings, ...told]
}

/** Every source is heard for the first time well before the cut: the past of a new one arrives in its first hour. */
function greeting(source: string, joinsMs: number): Landed {
  const atMs = source.endsWith('/carrier') || source.endsWith('/payment') ? slotOf(joinsMs) : start - SLOT
  const envelope: Envelope = {
    specversion: '1.0',
    id: `greeting-${source}`,
    source,
    type: 'order.updated.v1',
    subject: `order/GREETING${source.replaceAll('/', '-')}`,
    time: new Date(atMs).toISOString(),
    data: { region: 'Bayern' },
  }
  return { envelope, landedMs: atMs }
}

/** The rule in plain words, apart from the model's. */
function knownSince(landed: readonly Landed[]): (one: Landed) => number {
  const firsts = new Map<string, number>()
  for (const { envelope, landedMs } of landed)
    firsts.set(envelope.source, Math.min(landedMs, firsts.get(envelope.source) ?? Infinity))
  return ({ envelope: { source, time, recordedtime }, landedMs }) => {
    const isBacklog = landedMs < (firsts.get(source) ?? 0) + HOUR
    if (isBacklog) return recordedtime == null ? Math.min(Date.parse(time), landedMs) : Date.parse(recordedtime)
    return Math.max(landedMs, recordedtime == null ? landedMs : Date.parse(recordedtime))
  }
}

async function openAnomalies({ warehouse }: Stand): Promise<OpenAnomaly[]> {
  const sql = `select anomaly_id, anomaly_type, order_id from anomaly_current where status = 'open' order by anomaly_id`
  return (await warehouse.queryRows(sql)) as OpenAnomaly[]
}

const { metrics, dimensions } = definitions()
/** Known of the present only. */
const OF_NOW = 'incident'
const ofOrders = [...metrics.values()].filter(({ dataset }) => !['records', 'dead_letters'].includes(dataset))
const questions = ofOrders.map((metric, index): MetricRequestInput => {
  const offered = [...dimensions.values()].filter(
    ({ name, on }) => name !== OF_NOW && (metric.dataset in on || '*' in on),
  )
  const by = offered[index % offered.length]?.name
  return { metric: metric.name, by: by === undefined ? [] : [by], zone: 'Asia/Shanghai' }
})

/** Every metric as a whole with its drill, and every third by one of its dimensions: which ones is the turn's matter. */
async function answers(stand: Stand, nowMs: number, turn: number, known_at?: string): Promise<Record<string, unknown>> {
  const door = stand.door(nowMs)
  const given = known_at === undefined ? {} : { known_at }
  const told: Record<string, unknown> = {}
  for (const [index, question] of questions.entries()) {
    const whole = await door.measure({ ...question, by: [], ...given }, unrestricted)
    const isSplit = index % 3 === turn % 3
    const split = isSplit ? [await door.measure({ ...question, ...given }, unrestricted)] : []
    const isRatio = metrics.get(question.metric)?.kind === 'ratio'
    const drill = await door.drill(
      { metric: question.metric, limit: 20, ...(isRatio && { part: 'denominator' as const }), ...given },
      unrestricted,
    )
    expect({ metric: question.metric, total: drill.total, value: drill.value }).toEqual({
      metric: question.metric,
      total: whole.rows[0]?.n,
      value: whole.rows[0]?.value,
    })
    told[question.metric] = [whole, ...split, drill].map(({ known_at: _, ...rest }) => rest)
  }
  return told
}

const TABLES = ['order_state', 'expectations', 'anomalies', 'anomaly_handling', 'anomaly_state', 'refunds']
const OF_THE_RUN = ['version', 'state_version', 'updated_at', 'is_void']

async function rowsOf({ warehouse }: Stand, relation: string): Promise<string[]> {
  const rows = await warehouse.queryRows(`select * from ${relation} final`)
  return rows.map((row) => JSON.stringify(Object.entries(row).filter(([name]) => !OF_THE_RUN.includes(name)))).sort()
}

/** Every table row by row, as it was known. */
function knownRows(stand: Stand, knownAt: string): Promise<Record<string, string[]>> {
  const project = readProject()
  const knowledge = createKnowledge(stand.warehouse, {
    project: () => project,
    relations: ['orders', 'anomaly_current', 'refund_current', 'expectation_current'],
    now: () => new Date(end),
    waitMs: 300_000,
  })
  return knowledge.at(knownAt, async ({ relation }) => {
    const rows: Record<string, string[]> = {}
    for (const table of TABLES) rows[table] = await rowsOf(stand, relation(table))
    return rows
  })
}

const same = { surplus: [], missing: [] }

/** At most a few rows of each, so that a failure can be read. */
function difference(found: readonly string[] = [], expected: readonly string[]) {
  const [has, wants] = [new Set(found), new Set(expected)]
  const surplus = found.filter((row) => !wants.has(row))
  const missing = expected.filter((row) => !has.has(row))
  return { surplus: surplus.slice(0, 2), missing: missing.slice(0, 2) }
}

test('any history, cut anywhere, is known as if nothing had come after', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(aHistory, async (history) => {
      const { cutMs } = history
      const knownAt = new Date(cutMs).toISOString()
      const [main, fresh] = [await openStand(), await openStand()]
      const all = landedOf(history).sort((a, b) => a.landedMs - b.landedMs)
      const twice = all.filter((_, index) => index % 13 === 0).map((one) => ({ ...one, landedMs: one.landedMs + SLOT }))

      const first = [...all, ...twice].filter(({ landedMs }) => landedMs <= middle)
      await main.land(first)
      await main.tick(middle)
      const deeds = createDeeds()(await openAnomalies(main), middle).map((envelope) => ({
        envelope,
        landedMs: slotOf(Date.parse(envelope.time)),
      }))
      expect(deeds.length).toBeGreaterThan(3)
      const landed = [...all, ...twice, ...deeds].sort((a, b) => a.landedMs - b.landedMs)
      const [then, later] = [
        landed.filter(({ landedMs }) => landedMs > middle && landedMs <= cutMs),
        landed.filter(({ landedMs }) => landedMs > cutMs),
      ]
      await main.land(then)
      await main.tick(cutMs)
      const before = await knownRows(main, knownAt)
      await main.land(later)
      await main.tick(end)

      const since = knownSince(landed)
      const known = landed.filter((one) => since(one) <= cutMs)
      expect(known.length).toBeLessThan(landed.length)
      const early = known.filter((one) => since(one) <= middle)
      await fresh.land(early.toReversed().map((one) => ({ ...one, landedMs: middle })))
      await fresh.tick(middle)
      await fresh.land(known.filter((one) => !early.includes(one)).map((one) => ({ ...one, landedMs: cutMs })))
      await fresh.tick(cutMs)

      const after = await knownRows(main, knownAt)
      for (const table of TABLES) {
        const expected = await rowsOf(fresh, table)
        expect({ table, at: 'the end', ...difference(after[table], expected) }).toEqual({
          ...same,
          table,
          at: 'the end',
        })
        expect({ table, at: 'the cut', ...difference(before[table], expected) }).toEqual({
          ...same,
          table,
          at: 'the cut',
        })
      }
      expect(after['anomalies']?.length).toBeGreaterThan(5)
      expect(await answers(main, end, history.seed, knownAt)).toEqual(await answers(fresh, cutMs, history.seed))

      const doors = { main: main.door(end), fresh: fresh.door(cutMs) }
      const ids = await fresh.warehouse.queryRows(
        'select order_id from orders order by order_id in (select order_id from linked_orders) desc, cityHash64(order_id) limit 4',
      )
      for (const orderId of ids.map((row) => String(row['order_id']))) {
        const order = await doors.main.orderKnownAt(orderId, knownAt, unrestricted)
        expect(order?.order).toEqual(await doors.fresh.order(orderId, unrestricted))
        expect(order?.anomalies).toEqual(await doors.fresh.orderAnomalies(orderId, unrestricted))
        const untimed = (events: readonly { landed_at: string }[] = []) =>
          events.map(({ landed_at: _, ...event }) => event)
        expect(untimed(order?.events)).toEqual(untimed(await doors.fresh.orderEvents(orderId, unrestricted)))
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})
