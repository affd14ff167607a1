/**
 * Ingestion from end to end: from a real broker to queryable rows, against what the parts cost alone. All ways run in turn
 * within each round, on the same events.
 *
 *   reading  kafkajs consumes the topic and does nothing with it
 *   engine   the engine reads the same bytes from a file into the same tables: landed, checked, derived
 *   ours     the Kafka source, landing and derivation, until the last event can be asked for and is listed for the ticks
 *   plain    kafkajs, JSON.parse, zod, client.insert of JSON rows into one typed table; nothing else is filled
 *
 * Then the way of an event at half of that rate: from the broker's stamp to its listing, the delay of the event loop and the
 * memory of Node beside the engine's.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Landing, createLanding } from '#ingest/landing.ts'
import { type KafkaConfig, loadKafkaConfig } from '#ingest/sources/config.ts'
import { SILENT, compressionType, createKafka, ensureTopics } from '#ingest/sources/kafka-client.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import { connect } from '#warehouse/connect.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { startKafka } from '../services/kafka.ts'
import { DERIVED, loadByEngine } from './engine-load.ts'
import { measureLatency } from './ingest-latency.ts'
import { watchProcess } from './process-watch.ts'
import { type Measurement, machine, measure, median, printAim, printTable } from './measure.ts'
import { type PlainWay, createPlainWay } from './plain-way.ts'
import { sampleEvents } from './sample-events.ts'

const EVENTS = 600_000
const ROUNDS = 3
const PARTITIONS = 6
const TOPIC = 'bench.events'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-bench-'))
const kafka = await startKafka(folder)
try {
  await run()
} finally {
  await kafka.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

async function run(): Promise<void> {
  const config = loadKafkaConfig({
    KAFKA_BROKERS: kafka.url,
    KAFKA_TOPICS: TOPIC,
    KAFKA_PARTITIONS: String(PARTITIONS),
  })
  if (config === null) throw new Error('no broker')
  const events = sampleEvents(EVENTS)
  const file = join(folder, 'events.ndjson')
  const bytes = Buffer.concat(events.flatMap((event) => [event, Buffer.from('\n')]))
  writeFileSync(file, bytes)
  await fill(config, events)
  console.log(
    `${machine()}; Kafka ${kafka.version}; ${EVENTS} events, ${Math.round(bytes.length / EVENTS)} bytes each, ${PARTITIONS} partitions, ${config.compression}, ${ROUNDS} rounds`,
  )

  const settings = { mode: 'embedded', path: join(folder, 'warehouse'), database: 'bench', readers: 1 } as const
  const warehouse = await openWarehouse(settings)
  const landing = await createLanding(warehouse)
  const plain = await createPlainWay((await connect(settings)).writers, warehouse)
  const watch = watchProcess()
  const ways: Record<string, (round: number) => Promise<void>> = {
    reading: (round) => consume(config, `read-${round}`, () => Promise.resolve()),
    engine: () => loadByEngine(warehouse, file, EVENTS),
    ours: (round) => watch.during(() => ours(config, warehouse, landing, round)),
    plain: (round) => consumePlainly(config, plain, round),
  }
  const runs: Record<string, Measurement[]> = {}
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const found = await measure(() => way(round))
      if (name === 'plain') await plain.checkAndEmpty(EVENTS)
      else if (name !== 'reading') await checkAndEmpty(warehouse)
      // Round 0 warms caches and compilers.
      if (round > 0) (runs[name] ??= []).push(found)
    }
  }
  const perSecond = report(runs)
  watch.report('while taking all it can')
  await measureLatency({ config, warehouse, landing, perSecond: Math.round(perSecond / 2), partitions: PARTITIONS })
  await landing.close()
  await warehouse.close()
}

async function fill(config: KafkaConfig, events: readonly Buffer[]): Promise<void> {
  const client = await createKafka(config, SILENT, 'orderlens-bench')
  await ensureTopics(client, [TOPIC], PARTITIONS)
  const producer = client.producer({ maxInFlightRequests: 1 })
  await producer.connect()
  for (let at = 0; at < events.length; at += 2_000) {
    const messages = events
      .slice(at, at + 2_000)
      .map((value, n) => ({ partition: Math.floor((at + n) / 14) % PARTITIONS, value }))
    await producer.send({ topic: TOPIC, acks: -1, compression: compressionType(config.compression), messages })
  }
  await producer.disconnect()
}

/** A group of its own reads the topic from its beginning until everything was seen. */
async function consume(
  config: KafkaConfig,
  group: string,
  take: (values: readonly Buffer[]) => Promise<void>,
): Promise<void> {
  const client = await createKafka(config, SILENT, 'orderlens-bench')
  const consumer = client.consumer({
    groupId: `${group}-${process.pid}`,
    maxBytesPerPartition: 8_388_608,
    maxBytes: 33_554_432,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true })
  let seen = 0
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        autoCommit: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: async ({ batch }) => {
          await take(batch.messages.flatMap(({ value }) => (value === null ? [] : [value])))
          seen += batch.messages.length
          if (seen >= EVENTS) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
}

async function consumePlainly(config: KafkaConfig, plain: PlainWay, round: number): Promise<void> {
  await consume(config, `plain-${round}`, (values) => plain.insert(values, 50_000))
}

async function ours(config: KafkaConfig, warehouse: Warehouse, landing: Landing, round: number): Promise<void> {
  // The rows are taken away between rounds, so each round is a stream of its own.
  const own = { ...config, groupId: `ours-${round}-${process.pid}`, epoch: `round-${round}` }
  const source = createKafkaSource({
    config: own,
    resumeOffset: landing.takeOver,
  })
  let landed = 0
  await source.start(async (batch, signal) => {
    for (const { rows } of await landing.land(batch, signal)) landed += rows
  })
  while (landed < EVENTS) await sleep(20)
  await landing.settled()
  await source.stop()
}

async function checkAndEmpty(warehouse: Warehouse): Promise<void> {
  const [row] = await warehouse.queryRows(
    'select (select count() from events) as events, (select count() from dead_letters) as dead',
  )
  if (Number(row?.['events']) !== EVENTS || Number(row?.['dead']) !== 0)
    throw new Error(`expected ${EVENTS} events and no dead letter, found ${JSON.stringify(row)}`)
  for (const table of ['raw_events', ...DERIVED]) await warehouse.command(`truncate table ${table}`)
}

/** Returns our rate, in events per second. */
function report(runs: Readonly<Record<string, Measurement[]>>): number {
  const rate = (name: string): number => median((runs[name] ?? []).map(({ seconds }) => EVENTS / seconds))
  const ratio = (name: string, to: string): number =>
    median((runs[name] ?? []).map(({ seconds }, round) => (runs[to]?.[round]?.seconds ?? Number.NaN) / seconds))
  printTable(
    ['way', 'events/s', 'CPU s per million', 'of reading', 'of the engine', 'times plain'],
    Object.entries(runs).map(([name, found]) => [
      name,
      Math.round(rate(name)).toLocaleString('en'),
      median(found.map(({ cpuSeconds }) => (cpuSeconds / EVENTS) * 1e6)).toFixed(1),
      ratio(name, 'reading').toFixed(2),
      ratio(name, 'engine').toFixed(2),
      ratio(name, 'plain').toFixed(2),
    ]),
  )
  const slower = rate('reading') < rate('engine') ? 'reading' : 'engine'
  printAim(`ours of the slower of reading and the engine (${slower})`, ratio('ours', slower), 0.8, true)
  printAim('ours against plain', ratio('ours', 'plain'), 2.5, true)
  return rate('ours')
}
