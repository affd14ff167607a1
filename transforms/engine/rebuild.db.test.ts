/**
 * Rebuilding everything from what landed gives row for row what incremental building gave. A simulated store is told in
 * batches of random size with ticks in between, its latest events first within a batch, some of them twice.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import { type Landing, createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { createTicker } from '../tick.ts'
import { buildSelected } from './build.ts'
import { compileTests, runTest } from './data-tests.ts'
import { readProject } from './project.ts'
import { openBuiltWarehouse } from './test-built.ts'

const DAY = 86_400_000
const start = Date.UTC(2026, 9, 1)
const end = start + 9 * DAY
const project = readProject()
const incremental = project.models.filter(({ config }) => config.materialized === 'incremental')
const folder = mkdtempSync(join(tmpdir(), 'orderlens-rows-'))
let warehouse: Warehouse
let landing: Landing

/**
 * What depends on when a row was worked out instead of on the events: the version of the evaluation, when it was written
 * down, and when a tick first saw the anomaly (a rebuild is the first to see all of them).
 */
const OF_THE_RUN = ['version', 'state_version', 'updated_at', 'detected_at']

/** Tables that the simulated store fills for certain. */
const FULL = ['order_state', 'expectations', 'anomalies', 'anomalies_by_day', 'order_links']

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  landing = await createLanding(warehouse)
})
afterAll(async () => {
  await landing.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

let offset = 0n
async function land(envelopes: readonly Envelope[]): Promise<void> {
  const messages = envelopes.map((envelope) => ({
    offset: offset++,
    key: null,
    value: Buffer.from(JSON.stringify(envelope)),
    brokerAtMs: Date.parse(envelope.time),
  }))
  await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
  await landing.settled()
}

/** The same numbers in every run, so that a failure can be looked at again. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Live rows as sorted JSON, without what is of the run. */
async function rowsOf(table: string): Promise<string[]> {
  const isMerged = incremental.some(({ name, config }) => name === table && config.engine?.startsWith('Replacing'))
  const rows = await warehouse.queryRows(`select * from ${table}${isMerged ? ' final' : ''}`)
  return rows.map((row) => JSON.stringify(Object.entries(row).filter(([name]) => !OF_THE_RUN.includes(name)))).sort()
}

async function allRows(): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {}
  for (const { name } of incremental) tables[name] = await rowsOf(name)
  return tables
}

test('a store told in random batches with ticks in between', { timeout: 300_000 }, async () => {
  const dice = createDice(7)
  // More of what other orders and what happens again decide about.
  const anomalyShares = { duplicate_order: 0.04, coupon_anomaly: 0.04, fraud_review_stuck: 0.04 }
  const store = createStore({ seed: 11, ordersPerDay: 120, anomalyShares })
  const events = [...store.ordersBetween(start, start + 4 * DAY)]
    .flatMap((order) => order.events)
    .filter((event) => event.emitAtMs < end)
    .sort((a, b) => a.emitAtMs - b.emitAtMs)
  const ticker = createTicker(warehouse, project)
  let ticks = 0
  for (let at = 0; at < events.length; ) {
    const batch = events.slice(at, at + 20 + dice(events.length / 7))
    at += batch.length
    const twice = batch.filter(() => dice(10) === 0)
    await land([...batch, ...twice].reverse().map((event) => event.envelope))
    if (dice(3) === 0) continue
    const clockMs = batch.at(-1)?.emitAtMs ?? start
    if ((await ticker.tick(clockMs)) !== null) ticks += 1
  }
  await ticker.tick(end)
  expect(ticks).toBeGreaterThan(5)
  expect(await rowsOf('anomalies')).not.toHaveLength(0)
})

test('what the cards promise holds of the rows', { timeout: 300_000 }, async () => {
  const tests = compileTests(project)
  const broken = []
  for (const compiled of tests) {
    const { name, failures, sample, error } = await runTest(warehouse, compiled, end)
    if (failures > 0 || error !== null) broken.push({ name, failures, sample, error })
  }
  expect(tests.length).toBeGreaterThan(60)
  expect(broken).toEqual([])
})

test('the rebuild has the same rows in every incremental table', { timeout: 300_000 }, async () => {
  const before = await allRows()
  const steps = await buildSelected(warehouse, project, { isFullRefresh: true, nowMs: end })
  expect(steps.filter(({ outcome }) => outcome !== 'built')).toEqual([])
  const after = await allRows()
  expect(after['linked_orders']?.length).toBeGreaterThan(5)
  for (const { name } of incremental) {
    const rows = after[name] ?? []
    if (FULL.includes(name)) expect(rows.length, name).toBeGreaterThan(100)
    const lost = (before[name] ?? []).filter((row) => !rows.includes(row))
    expect({ name, lost: lost.slice(0, 3), rows: rows.length }).toEqual({ name, lost: [], rows: before[name]?.length })
  }
})

test('an order has rows of a model that ticks may leave out only if it has events of the kind that the model says', async () => {
  const asked = incremental.filter(({ config }) => config.meta?.only_for !== undefined)
  expect(asked.length).toBeGreaterThan(0)
  for (const { name, config } of asked) {
    const [row] = await warehouse.queryRows(
      `select count() as n from ${name} where order_id not in (select order_id from events where ${config.meta?.only_for ?? ''})`,
    )
    expect({ name, rows: Number(row?.['n']) }).toEqual({ name, rows: 0 })
  }
})

test('a row that is not what the events say is found by the comparison, and mended by a rebuild', async () => {
  const before = await rowsOf('order_state')
  await warehouse.command(
    `insert into order_state select * replace(amount_paid + 1 as amount_paid, state_version + 1000000 as state_version)
     from (select * from order_state final limit 1)`,
  )
  expect(await rowsOf('order_state')).not.toEqual(before)
  await buildSelected(warehouse, project, { names: ['order_state'], isFullRefresh: true, nowMs: end })
  expect(await rowsOf('order_state')).toEqual(before)
})
