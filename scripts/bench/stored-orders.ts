/**
 * Millions of stored orders within minutes: orders of the simulated store that have come to rest, as the models worked them
 * out, copied inside the engine under ids and buyers of their own. Nothing comes due for a copy, so that what changes stays
 * the same however much is stored; and a million orders are four weeks of the store, ten million forty. One copy in ten has
 * its events, too: a tick reads those of the orders it works on only.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Landing } from '#ingest/landing.ts'
import { createDataset } from '#ingest/simulator/dataset.ts'
import { rebuildTables } from '#transforms/engine/build.ts'
import type { Project } from '#transforms/engine/project.ts'
import type { Ticker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

const SEED_ORDERS = 3_000
const RESTING = 1_000
const COPIES_PER_INSERT = 200
const WITH_EVENTS = 10
/** So many copies lie in the same weeks, the next before them. Whole weeks, so that business days stay what they are. */
const TOGETHER = { copies: 1_000, weeks: 4 }

const copied = "concat('c', leftPad(toString(c.copy), 6, '0'), '-', r.order_id)"
const buyer = "if(r.buyer_id = '', '', concat(r.buyer_id, '-', toString(c.copy))) as buyer_id"
const attached = `if(r.attached_to_id = r.order_id, ${copied}, r.attached_to_id)`
const anomaly = `${attached} as attached_to_id, lower(hex(sipHash128(r.anomaly_type, ${copied}, ${attached}))) as anomaly_id`

/** What else than the id of the order differs between copies, by table. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  order_state: [buyer],
  expectations: [buyer, `${attached} as attached_to_id`],
  anomalies: [buyer, anomaly],
  anomaly_state: [buyer, anomaly],
  refunds: [],
  order_lookup: ["if(r.kind = 'buyer', concat(r.value, '-', toString(c.copy)), r.value) as value"],
}

/** The simulated store up to `asOfMs`, worked out. */
export async function landSeed(warehouse: Warehouse, landing: Landing, ticker: Ticker, asOfMs: number): Promise<void> {
  const { messages } = createDataset({ seed: 7, orders: SEED_ORDERS, asOfMs, days: 30 })
  await landing.land({
    topic: 'bench',
    partition: 0,
    epoch: '1',
    format: 'cloudevents',
    messages: messages.map(({ offset, key, value, atMs }) => ({
      offset,
      key: Buffer.from(key),
      value: Buffer.from(value),
      brokerAtMs: atMs,
    })),
  })
  await landing.settled()
  await ticker.tick(asOfMs)
  await warehouse.command(
    `create table bench_resting engine = MergeTree order by order_id as
     select order_id from order_state final
     where order_id not in (select order_id from wake_ups where wake_at > fromUnixTimestamp64Milli({from:Int64}))
       and completed_at is not null
     order by order_id limit {most:UInt32}`,
    { from: String(asOfMs), most: RESTING },
  )
  // Read again for every portion of copies: kept aside, so that what is stored already is not read again, too.
  for (const table of [...Object.keys(TABLES), 'events'])
    await warehouse.command(
      `create table ${asideOf(table)} engine = MergeTree order by order_id as
       select * from ${table} final where order_id in (select order_id from bench_resting)`,
    )
}

const asideOf = (table: string): string => `bench_resting_${table}`

/** Copies until so many orders are stored, and the rows by day and the incidents made of their anomalies; returns when nothing is being merged any more. */
export async function storeOrders(warehouse: Warehouse, project: Project, wanted: number): Promise<void> {
  const resting = await countOf(warehouse, 'bench_resting')
  if (resting === 0) throw new Error('no simulated order has come to rest, so there is none to copy')
  const have = await countOf(warehouse, 'order_state final')
  const already = Math.max(0, Math.round((have - SEED_ORDERS) / resting))
  const last = already + Math.ceil((wanted - have) / resting)
  const startedMs = Date.now()
  const tell = (what: string): void => console.log(`  ${((Date.now() - startedMs) / 1000).toFixed(0)} s: ${what}`)
  for (let first = already; first < last; first += COPIES_PER_INSERT) {
    const copies = Math.min(COPIES_PER_INSERT, last - first)
    for (const [table, differing] of Object.entries(TABLES)) await copy(warehouse, { table, differing, first, copies })
    await copy(warehouse, { table: 'events', differing: [buyer], first, copies, every: WITH_EVENTS })
    if ((first + copies - already) % TOGETHER.copies === 0) tell(`${(first + copies) * resting} copies`)
  }
  for (const model of ['anomalies_by_day', 'incident_blocks', 'incident_choices', 'incident_members']) {
    await rebuildTables(warehouse, project, [model])
    tell(`${model} made`)
  }
  await merged(warehouse)
  tell('merged')
}

/** Millions of rows inserted at once are merged for a while after; no shop has that beside its ticks. */
async function merged(warehouse: Warehouse): Promise<void> {
  while ((await countOf(warehouse, 'system.merges')) > 0) await sleep(500)
}

type Copying = { table: string; differing: readonly string[]; first: number; copies: number; every?: number }

async function timesOf(warehouse: Warehouse, table: string): Promise<string[]> {
  const rows = await warehouse.query(
    {
      name: 'times of a table',
      sql: `select name from system.columns where database = {database:String} and table = {table:String} and match(type, '^(Nullable\\()?DateTime64')`,
      row: z.object({ name: z.string() }),
    },
    { database: warehouse.database, table },
  )
  return rows.map(({ name }) => name)
}

async function copy(warehouse: Warehouse, { table, differing, first, copies, every = 1 }: Copying): Promise<void> {
  const moved = (await timesOf(warehouse, table)).map(
    (time) => `r.${time} - toIntervalWeek(${TOGETHER.weeks} * intDiv(c.copy, ${TOGETHER.copies})) as ${time}`,
  )
  await warehouse.command(
    `insert into ${table} settings optimize_on_insert = 0
     select r.* replace(${[`${copied} as order_id`, ...differing, ...moved].join(', ')})
     from ${asideOf(table)} as r
     cross join (select {first:UInt64} + number as copy from numbers({copies:UInt64}) where copy % {every:UInt64} = 0) as c`,
    { first, copies, every },
  )
}

/** Copies that have their events, so that a tick may be told of them. */
export const copiesWithEvents = `order_id in (select distinct order_id from events where startsWith(order_id, 'c'))`

async function countOf(warehouse: Warehouse, relation: string): Promise<number> {
  const [row] = await warehouse.query({
    name: `rows of ${relation}`,
    sql: `select count() as n from ${relation}`,
    row: z.object({ n: z.coerce.number() }),
  })
  return row?.n ?? 0
}
