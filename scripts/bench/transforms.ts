/**
 * Transforms: what a tick costs with many orders stored, beside ten times as many and beside evaluating everything; whether
 * a tick misses what came due; what a rebuild from landed bytes costs; what boards ask of millions of anomalies; how long
 * reading one order takes, and how long an event needs until its anomaly can be seen. `ORDERS=` and `ANOMALIES=` set the
 * larger number stored, the smaller is a tenth, and `REBUILT=` the orders of the rebuild; `--only a,c` runs some of the parts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { orderSubject } from '#ingest/contracts/index.ts'
import { type Landing, createLanding } from '#ingest/landing.ts'
import { buildModels, buildSelected } from '#transforms/engine/build.ts'
import { type Project, readProject } from '#transforms/engine/project.ts'
import { createDoor } from '#transforms/query/door.ts'
import { unrestricted } from '#transforms/query/request.ts'
import { noFilters } from '#transforms/query/search-filters.ts'
import { type Ticker, createTicker } from '#transforms/tick.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { timeTiles } from './board-tiles.ts'
import { type Measurement, machine, measure, median, printAim, printTable, quantile } from './measure.ts'
import { timeRebuild } from './rebuild.ts'
import { storeAnomalies } from './stored-anomalies.ts'
import { copiesWithEvents, landSeed, storeOrders } from './stored-orders.ts'

const PARTS = ['a', 'b', 'c', 'd', 'e'] as const
const TICKS = 12
const TICK_MS = 60_000
const LIVE_PER_TICK = 80
const OLD_PER_TICK = 20
const READS = 60
const EVENTS = 20
/** How often a process ticks unless told otherwise. */
const PACE_MS = 3_000
const AIMS = { growth: 1.3, ofWhole: 0.1 }

type Stage = { warehouse: Warehouse; landing: Landing; ticker: Ticker; project: Project; clockMs: number }

const options = z
  .object({
    ORDERS: z.coerce.number().int().min(20_000).default(10_000_000),
    ANOMALIES: z.coerce.number().int().min(20_000).default(10_000_000),
    REBUILT: z.coerce.number().int().min(1_000).default(100_000),
  })
  .parse({ ORDERS: process.env['ORDERS'], ANOMALIES: process.env['ANOMALIES'], REBUILT: process.env['REBUILT'] })
const asked = parseArgs({ options: { only: { type: 'string', default: PARTS.join(',') } } }).values.only.split(',')
const unknown = asked.filter((part) => !PARTS.some((known) => known === part))
if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}; found ${unknown.join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'orderlens-bench-'))
try {
  await run()
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

async function run(): Promise<void> {
  const sizes = asked.includes('a')
    ? [options.ORDERS / 10, options.ORDERS]
    : ['d', 'e'].some((part) => asked.includes(part))
      ? [options.ORDERS]
      : []
  console.log(`${machine()}; ${sizes.map((size) => size.toLocaleString('en')).join(' and ') || 'no'} orders stored`)
  const warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'bench',
    readers: 4,
  })
  const landing = await createLanding(warehouse)
  const project = readProject()
  await buildModels(warehouse, project)
  const stage = { warehouse, landing, ticker: createTicker(warehouse, project), project, clockMs: Date.now() }
  await landSeed(warehouse, landing, stage.ticker, stage.clockMs)

  const ticks: Measurement[][] = []
  let whole: Measurement | null = null
  for (const size of sizes) {
    const { seconds } = await measure(() => storeOrders(warehouse, project, size))
    console.log(`${size.toLocaleString('en')} orders stored in ${seconds.toFixed(0)} s`)
    if (!asked.includes('a')) continue
    ticks.push(await timeTicks(stage))
    // With the smaller number, so that the whole is never taken for dearer than it is.
    whole ??= await evaluateWhole(stage)
  }
  if (whole !== null) tellTicks(ticks, whole, sizes)
  if (asked.includes('d')) await timeReads(warehouse)
  if (asked.includes('e')) await timeEvents(stage)
  if (asked.includes('b')) await timeRebuild(folder, project, { orders: options.REBUILT, nowMs: stage.clockMs })
  // Last, because it fills the table of anomalies with others than those of the orders.
  if (asked.includes('c'))
    for (const size of [options.ANOMALIES / 10, options.ANOMALIES]) {
      const { seconds } = await measure(() => storeAnomalies(warehouse, project, size))
      console.log(`${size.toLocaleString('en')} anomalies stored, and by day, in ${seconds.toFixed(0)} s`)
      await timeTiles(warehouse, stage.clockMs, size)
    }
  await landing.close()
  await warehouse.close()
}

/** Each tick is told of the same number of orders, most of them young, and finds what a minute brings due. */
async function timeTicks(stage: Stage): Promise<Measurement[]> {
  const { warehouse, ticker } = stage
  const found: Measurement[] = []
  for (let tick = 0; tick < TICKS; tick += 1) {
    const batch = `bench-${stage.clockMs}`
    await warehouse.command(
      `insert into touched
       select {batch:String} as batch_id, order_id from (
         (select order_id from order_state where not startsWith(order_id, 'c') order by cityHash64(order_id, {batch:String}) limit {live:UInt32})
         union all
         (select distinct order_id from events where startsWith(order_id, 'c') order by cityHash64(order_id, {batch:String}) limit {old:UInt32}))`,
      { batch, live: LIVE_PER_TICK, old: OLD_PER_TICK },
    )
    await warehouse.command(
      `insert into landed_batches (batch_id, topic, landed_at) select {batch:String}, 'bench-ticks', now64(3, 'UTC')`,
      { batch },
    )
    stage.clockMs += TICK_MS
    const one = await measure(() => ticker.tick(stage.clockMs))
    if (tick >= 2) found.push(one)
  }
  return found
}

/** Everything evaluated at the clock of the last tick, beside what ticks made of it. */
async function evaluateWhole({ warehouse, project, clockMs }: Stage): Promise<Measurement> {
  const before = await verdicts(warehouse)
  const whole = await measure(async () => {
    const names = ['expectations', 'anomalies']
    const steps = await buildSelected(warehouse, project, { names, isFullRefresh: true, nowMs: clockMs })
    const failed = steps.find(({ outcome }) => outcome !== 'built')
    if (failed !== undefined) throw new Error(`${failed.name} ${failed.outcome}: ${failed.detail}`)
  })
  const after = await verdicts(warehouse)
  const missed = [...after].filter(([key, verdict]) => before.get(key) !== verdict).length
  const extra = [...before.keys()].filter((key) => !after.has(key)).length
  console.log(
    `${missed + extra === 0 ? 'met   ' : 'MISSED'} what came due, of ${after.size} anomalies of moving orders: ${missed} missed by ticks, ${extra} found by ticks alone (aim 0)`,
  )
  return whole
}

/** Of the orders that are no copies: what is found and how far it has come. */
async function verdicts(warehouse: Warehouse): Promise<ReadonlyMap<string, string>> {
  const rows = await warehouse.query({
    name: 'what is found',
    sql: `select anomaly_id, concat(level, ' ', status, ' ', toString(due_at)) as verdict
      from anomalies final where not startsWith(order_id, 'c')`,
    row: z.object({ anomaly_id: z.string(), verdict: z.string() }),
  })
  return new Map(rows.map(({ anomaly_id: id, verdict }) => [id, verdict]))
}

function tellTicks(ticks: readonly Measurement[][], whole: Measurement, sizes: readonly number[]): void {
  const wall = (found: readonly Measurement[]) => found.map(({ seconds }) => seconds * 1000)
  const cpu = (found: readonly Measurement[]) => median(found.map(({ cpuSeconds }) => cpuSeconds * 1000))
  printTable(
    ['', 'ms p50', 'ms p95', 'CPU ms'],
    [
      ...ticks.map((found, at) => [
        `tick with ${(sizes[at] ?? 0).toLocaleString('en')} orders`,
        median(wall(found)).toFixed(0),
        quantile(wall(found), 0.95).toFixed(0),
        cpu(found).toFixed(0),
      ]),
      [
        `everything, ${(sizes[0] ?? 0).toLocaleString('en')} orders`,
        (whole.seconds * 1000).toFixed(0),
        '',
        (whole.cpuSeconds * 1000).toFixed(0),
      ],
    ],
  )
  const [small = [], large = []] = ticks
  printAim('CPU of a tick with ten times the orders', cpu(large) / cpu(small), AIMS.growth, false)
  printAim('CPU of a tick, of evaluating everything', cpu(large) / (whole.cpuSeconds * 1000), AIMS.ofWhole, false)
}

async function timeReads(warehouse: Warehouse): Promise<void> {
  const door = createDoor(warehouse)
  const orders = await warehouse.query(
    {
      name: 'orders to read',
      sql: `select order_id, buyer_id from order_state where buyer_id != '' and ${copiesWithEvents} order by cityHash64(order_id) limit {n:UInt32}`,
      row: z.object({ order_id: z.string(), buyer_id: z.string() }),
    },
    { n: READS },
  )
  const spent = { trace: [] as number[], customer: [] as number[] }
  for (const { order_id: id, buyer_id: buyer } of orders) {
    const trace = await measure(async () => {
      const [order, events] = await Promise.all([
        door.order(id, unrestricted),
        door.orderEvents(id, unrestricted),
        door.orderAnomalies(id, unrestricted),
        door.orderPauses(id, unrestricted),
        door.orderPromises(id, unrestricted),
        door.orderCosts(id, unrestricted),
        door.orderInstants(id, unrestricted),
      ])
      if (order === null || events.length === 0) throw new Error(`order ${id} has no trace`)
    })
    spent.trace.push(trace.seconds * 1000)
    const customer = await measure(async () => {
      if ((await door.search({ text: buyer, filters: noFilters }, unrestricted)).results.length === 0)
        throw new Error(`buyer ${buyer} has no orders`)
    })
    spent.customer.push(customer.seconds * 1000)
  }
  printTable(
    ['', 'ms p50', 'ms p95'],
    [
      ['one order, its whole trace', median(spent.trace).toFixed(0), quantile(spent.trace, 0.95).toFixed(0)],
      ['the orders of one customer', median(spent.customer).toFixed(0), quantile(spent.customer, 0.95).toFixed(0)],
    ],
  )
}

/** A process that ticks at its usual pace; each event is about an order nothing was said about before. */
async function timeEvents(stage: Stage): Promise<void> {
  const { warehouse, landing, ticker } = stage
  const startedMs = Date.now()
  const beganMs = stage.clockMs
  const clock = (): number => beganMs + Date.now() - startedMs
  const stopping = new AbortController()
  const ticking = (async () => {
    while (!stopping.signal.aborted) {
      const tickedMs = Date.now()
      await ticker.tick(clock())
      await sleep(Math.max(50, PACE_MS - (Date.now() - tickedMs)))
    }
  })()
  const waits: number[] = []
  for (let n = 0; n < EVENTS; n += 1) {
    const id = `d-${n}`
    const sentMs = performance.now()
    await landing.land({
      topic: 'bench-events',
      partition: 0,
      epoch: '1',
      format: 'cloudevents',
      messages: [{ offset: BigInt(n), key: null, value: Buffer.from(disputeOf(id, clock())), brokerAtMs: clock() }],
    })
    await untilSeen(warehouse, id)
    waits.push(performance.now() - sentMs)
    // Not in step with the ticks.
    await sleep((n * 761) % 3_000)
  }
  stopping.abort()
  await ticking
  console.log(
    `an event until its anomaly can be seen, a tick every ${PACE_MS / 1000} s: ${median(waits).toFixed(0)} ms p50, ${quantile(waits, 0.99).toFixed(0)} ms p99 of ${EVENTS}`,
  )
}

function disputeOf(orderId: string, atMs: number): string {
  return JSON.stringify({
    specversion: '1.0',
    id: `dispute-${orderId}`,
    source: '/bench/psp',
    type: 'dispute.opened',
    subject: orderSubject(orderId),
    time: new Date(atMs).toISOString(),
    data: {
      dispute_id: `dp-${orderId}`,
      payment_id: `p-${orderId}`,
      amount: 1_000,
      currency: 'CNY',
      status: 'needs_response',
    },
  })
}

async function untilSeen(warehouse: Warehouse, orderId: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(20)) {
    const [row] = await warehouse.query(
      {
        name: 'whether the anomaly is seen',
        sql: 'select count() as n from anomaly_current where order_id = {order:String}',
        row: z.object({ n: z.coerce.number() }),
      },
      { order: orderId },
    )
    if ((row?.n ?? 0) > 0) return
  }
  throw new Error(`the anomaly of ${orderId} was not seen within a minute`)
}
