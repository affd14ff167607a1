/**
 * The rows by day are those that the anomalies have, after every tick of a store that is told in shuffled batches and dealt
 * with by people, also where a tick died at any statement; and what is answered from them is what the anomalies answer.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import { type Landing, createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { buildSelected } from '../engine/build.ts'
import { relationOf } from '../engine/compile.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { definitions } from '../metrics/definitions.ts'
import { placedByDay } from '../query/by-day.ts'
import { compileMetric } from '../query/compile-metric.ts'
import { parametersOf } from '../query/parameters.ts'
import { type Plan, planOf } from '../query/plan.ts'
import { readCells } from '../query/read.ts'
import { type MetricRequestInput, type RowScope, metricRequestSchema, unrestricted } from '../query/request.ts'
import { createDeeds } from '../query/test-deeds.ts'
import type { OpenAnomaly } from '../query/test-store.ts'
import { type Ticker, createTicker } from '../tick.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const start = Date.UTC(2026, 9, 1)
const end = start + 6 * DAY
const project = readProject()
const folder = mkdtempSync(join(tmpdir(), 'orderlens-days-'))
const dice = createDice(5)
let warehouse: Warehouse
let landing: Landing
let offset = 0n

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  landing = await createLanding(warehouse)
})
afterAll(async () => {
  await landing.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

/** The same numbers in every run, so that a failure can be looked at again. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

async function land(envelopes: readonly Envelope[]): Promise<void> {
  const messages = envelopes.map((envelope) => ({
    offset: offset++,
    key: null,
    value: Buffer.from(JSON.stringify(envelope)),
    brokerAtMs: Date.parse(envelope.time),
  }))
  if (messages.length === 0) return
  await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
  await landing.settled()
}

/** The rows that either side has and the other has not. */
async function differing(): Promise<number> {
  const [row] = await warehouse.queryRows(
    `select count() as n from (
       select tuple(* except side) as found from (
         select *, 1 as side from anomalies_by_day
         union all
         select *, -1 as side from ${relationOf(project, 'int_anomaly_days')}
       ) group by found having sum(side) != 0)`,
  )
  return Number(row?.['n'])
}

/** A warehouse that dies when it is asked for its nth change. */
function dyingAt(nth: number): Warehouse {
  let left = nth
  return {
    ...warehouse,
    command: (sql, params) => ((left -= 1) < 0 ? Promise.reject(new Error('died')) : warehouse.command(sql, params)),
  }
}

test('after every tick the rows by day are those of the anomalies', { timeout: 300_000 }, async () => {
  const events = [...createStore({ seed: 11, ordersPerDay: 40 }).ordersBetween(start, start + 3 * DAY)]
    .flatMap((order) => order.events)
    .filter(({ emitAtMs }) => emitAtMs < end)
    .sort((a, b) => a.emitAtMs - b.emitAtMs)
  const dealWith = createDeeds()
  let ticker: Ticker = createTicker(warehouse, project)
  let [ticks, deaths] = [0, 0]
  for (let at = 0, nowMs = start; at < events.length || nowMs < end; ) {
    const batch = events.slice(at, at + 40 + dice(events.length / 5))
    at += batch.length
    nowMs = batch.at(-1)?.emitAtMs ?? nowMs + DAY
    await land(batch.reverse().map(({ envelope }) => envelope))
    if (dice(3) === 0) {
      deaths += 1
      await expect(createTicker(dyingAt(4 + dice(20)), project).tick(nowMs)).rejects.toThrow('died')
      ticker = createTicker(warehouse, project)
    }
    if ((await ticker.tick(nowMs)) === null) continue
    ticks += 1
    expect(await differing(), `after tick ${ticks}`).toBe(0)
    // safe because the columns are those that the statement names
    const open = (await warehouse.queryRows(
      `select anomaly_id, anomaly_type, order_id from anomaly_current where status = 'open' order by anomaly_id`,
    )) as OpenAnomaly[]
    await land(dealWith(open, nowMs))
  }
  expect(ticks).toBeGreaterThan(4)
  expect(deaths).toBeGreaterThan(1)
  const axes = await warehouse.queryRows('select axis, uniqExact(axis_day) as days from anomalies_by_day group by axis')
  expect(axes.filter(({ days }) => Number(days) > 3)).toHaveLength(3)
  const left = await warehouse.queryRows('select * from day_changes final where state < 2')
  expect(left).toEqual([])
})

const WINDOWS: readonly Partial<MetricRequestInput>[] = [
  { from: iso(start + 1.37 * DAY), to: iso(start + 5.61 * DAY) },
  { from: iso(start - 400 * DAY) },
  { to: iso(start + 4 * DAY), from: iso(start) },
]
const GRAINS = [undefined, 'hour', 'day', 'week', 'month'] as const
const ZONES = ['UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'America/Sao_Paulo'] as const
const SCOPES: readonly RowScope[] = [
  unrestricted,
  { ...unrestricted, channels: ['tmall', 'jd'] },
  { ...unrestricted, regions: ['浙江', '广东'] },
]

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

// safe because dice count from zero to one less than they have sides
const oneOf = <T>(items: readonly T[]): T => items[dice(items.length)] as T

/** A question about a metric: every dimension comes up, alone, in pairs and as a filter. */
function question(metric: string, times: readonly string[], dimensions: readonly string[]): Plan {
  const by = [...new Set([oneOf(dimensions), oneOf(dimensions)])].slice(dice(3))
  const values = [
    's1',
    's2',
    'tmall',
    'jd',
    '浙江',
    'not_shipped',
    'logistics_stalled',
    'CNY',
    'breached',
    'open',
    'sf',
    '',
  ]
  const where = dice(2) === 0 ? [] : [{ dimension: oneOf(dimensions), op: oneOf(['in', 'not_in'] as const), values }]
  const [time, grain] = [oneOf([undefined, ...times]), oneOf(GRAINS)]
  const { snapshot = false } = definitions().metrics.get(metric) ?? {}
  const window = snapshot && grain === undefined ? {} : oneOf(snapshot ? [WINDOWS[0], WINDOWS[2]] : WINDOWS)
  const request = metricRequestSchema.parse({
    metric,
    by,
    where: where.filter(({ dimension }) => !/^(hour|day|month|week|hour_of_day|weekday)$/.test(dimension)),
    zone: oneOf(ZONES),
    as_of: iso(start + 2 * DAY + dice(6 * DAY)),
    ...window,
    ...(time !== undefined && !(snapshot && grain === undefined) && { time }),
    ...(grain !== undefined && { grain }),
    limit: 10_000,
  })
  return planOf(definitions(), request, oneOf(SCOPES))
}

async function compareAnswers(): Promise<{ asked: number; rows: number; wrong: unknown[] }> {
  const { metrics, dimensions } = definitions()
  const names = [...dimensions.values()].filter(({ on }) => 'anomalies' in on || '*' in on).map(({ name }) => name)
  const told = { asked: 0, rows: 0, wrong: [] as unknown[] }
  for (const { name, times, dataset } of metrics.values()) {
    if (dataset !== 'anomalies') continue
    for (let turn = 0; turn < 8; turn += 1) {
      const plan = question(name, times, names)
      const byDay = placedByDay(plan)
      if (byDay === plan) continue
      const ask = (asked: Plan) =>
        readCells(warehouse, compileMetric(asked), {
          ...parametersOf(asked, asked.request.as_of ?? iso(end)),
          limit: 10_001,
        })
      const [found, expected] = [await ask(byDay), await ask(plan)]
      told.asked += 1
      told.rows += expected.length
      if (JSON.stringify(found) !== JSON.stringify(expected)) told.wrong.push(plan.request)
    }
  }
  return told
}

test('what is answered by day is what the anomalies answer', { timeout: 120_000 }, async () => {
  const { asked, rows, wrong } = await compareAnswers()
  expect(wrong).toEqual([])
  expect(asked).toBeGreaterThan(60)
  expect(rows).toBeGreaterThan(1_000)
})

test('a tick of another process while the rows are rebuilt is not forgotten', { timeout: 120_000 }, async () => {
  const ticker = createTicker(warehouse, project)
  const [open] = (await warehouse.queryRows(
    `select anomaly_id, anomaly_type, order_id from anomaly_current where status = 'open' and opened_at is not null order by anomaly_id limit 1`,
  )) as OpenAnomaly[]
  const say = (type: string, atMs: number): Envelope => ({
    specversion: '1.0',
    id: `${type}-${atMs}`,
    source: '/orderlens/portal',
    type: `${type}.v1`,
    subject: `order/${open?.order_id}`,
    time: iso(atMs),
    authtype: 'user',
    authid: 'agent-1',
    data: { anomaly_id: open?.anomaly_id, anomaly_type: open?.anomaly_type },
  })
  const interrupted: Warehouse = {
    ...warehouse,
    async command(sql, params) {
      if (sql.startsWith('exchange tables anomalies_by_day')) {
        await land([say('anomaly.dismissed', end + HOUR)])
        await ticker.tick(end + HOUR)
      }
      await warehouse.command(sql, params)
    },
  }
  await buildSelected(interrupted, project, { names: ['anomalies_by_day'], isFullRefresh: true, nowMs: end })
  expect(await differing()).toBeGreaterThan(0)
  await land([say('anomaly.acknowledged', end + 2 * HOUR)])
  await ticker.tick(end + 2 * HOUR)
  expect(await differing()).toBe(0)
  expect((await compareAnswers()).wrong).toEqual([])
})
