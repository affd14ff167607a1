/**
 * Landing: how close the product's own way of taking in events comes to what the engine does alone, and how far it is
 * ahead of parsing, checking and inserting in Node. All ways run in turn within each round, on the same events.
 *
 *   limit  the engine reads the NDJSON file itself into raw_events; the same views fill the same tables
 *   ours   batches of messages through createLanding().land(), as any source hands them over
 *   plain  JSON.parse, zod, client.insert of JSON rows into one typed table; nothing else is filled
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLanding, type Landing } from '#ingest/landing.ts'
import { connect } from '#warehouse/connect.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Measurement, machine, measure, median, printAim, printTable } from './measure.ts'
import { createPlainWay } from './plain-way.ts'
import { sampleEvents } from './sample-events.ts'

const EVENTS = 200_000
const ROUNDS = 3
const BATCHES = [10_000, 50_000, 100_000]
const filled = [
  'raw_events',
  'events',
  'dead_letters',
  'landed_batches',
  'touched',
  'order_lookup',
  'product_lookup',
  'source_clock',
]

const folder = mkdtempSync(join(tmpdir(), 'orderlens-bench-'))
try {
  await run()
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

async function run(): Promise<void> {
  const events = sampleEvents(EVENTS)
  const file = join(folder, 'events.ndjson')
  const bytes = Buffer.concat(events.flatMap((event) => [event, Buffer.from('\n')]))
  writeFileSync(file, bytes)
  console.log(`${machine()}; ${EVENTS} events, ${Math.round(bytes.length / EVENTS)} bytes each, ${ROUNDS} rounds`)

  const config = { mode: 'embedded', path: join(folder, 'warehouse'), database: 'bench', readers: 1 } as const
  const warehouse = await openWarehouse(config)
  const landing = await createLanding(warehouse)
  const plain = await createPlainWay((await connect(config)).writers, warehouse)

  const ways: Record<string, (round: number) => Promise<void>> = {
    limit: () => loadByEngine(warehouse, file),
    ...Object.fromEntries(
      BATCHES.map((size) => [`ours ${size}`, (round: number) => land(landing, events, size, `bench-${size}-${round}`)]),
    ),
    ...Object.fromEntries(BATCHES.map((size) => [`plain ${size}`, () => plain.insert(events, size)])),
  }
  const runs: Record<string, Measurement[]> = {}
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const found = await measure(() => way(round))
      await (name.startsWith('plain') ? plain.checkAndEmpty(EVENTS) : checkAndEmpty(warehouse))
      // Round 0 warms caches and compilers.
      if (round > 0) (runs[name] ??= []).push(found)
    }
  }
  report(runs)
  await warehouse.close()
}

async function loadByEngine(warehouse: Warehouse, file: string): Promise<void> {
  await warehouse.command(
    `insert into raw_events (topic, partition, offset, epoch, batch_id, range_first, range_last, range_n, format, broker_at, landed_at, key, value)
     select 'bench-limit', 0, rowNumberInAllBlocks(), '1', 'limit', 0, {last:UInt64}, {n:UInt32}, 'cloudevents', now64(3), now64(3), '', line
     from file({file:String}, 'LineAsString', 'line String')`,
    { file, last: EVENTS - 1, n: EVENTS },
  )
}

async function land(landing: Landing, events: readonly Buffer[], size: number, topic: string): Promise<void> {
  const brokerAtMs = Date.now()
  for (let first = 0; first < events.length; first += size) {
    const messages = events
      .slice(first, first + size)
      .map((value, index) => ({ offset: BigInt(first + index), key: null, value, brokerAtMs }))
    await landing.land({ topic, partition: 0, epoch: '1', format: 'cloudevents', messages })
  }
}

async function checkAndEmpty(warehouse: Warehouse): Promise<void> {
  const [row] = await warehouse.queryRows(
    'select (select count() from events) as events, (select count() from dead_letters) as dead',
  )
  if (Number(row?.['events']) !== EVENTS || Number(row?.['dead']) !== 0) {
    throw new Error(`expected ${EVENTS} events and no dead letter, found ${JSON.stringify(row)}`)
  }
  for (const table of filled) await warehouse.command(`truncate table ${table}`)
}

function report(runs: Readonly<Record<string, Measurement[]>>): void {
  const ratios = (name: string, to: string): number =>
    median((runs[name] ?? []).map(({ seconds }, round) => (runs[to]?.[round]?.seconds ?? Number.NaN) / seconds))
  printTable(
    ['way, rows a batch', 'rows/s', 'CPU s per million', 'of the limit', 'times plain'],
    Object.entries(runs).map(([name, found]) => {
      const size = name.split(' ')[1] ?? ''
      return [
        name,
        Math.round(median(found.map(({ seconds }) => EVENTS / seconds))).toLocaleString('en'),
        median(found.map(({ cpuSeconds }) => (cpuSeconds / EVENTS) * 1e6)).toFixed(1),
        ratios(name, 'limit').toFixed(2),
        size === '' ? '' : ratios(name, `plain ${size}`).toFixed(2),
      ]
    }),
  )
  for (const size of BATCHES.filter((rows) => rows >= 50_000)) {
    printAim(`ours of the limit at ${size}`, ratios(`ours ${size}`, 'limit'), 0.7, true)
    printAim(`ours against plain at ${size}`, ratios(`ours ${size}`, `plain ${size}`), 2, true)
  }
}
