/** The way of single events at a set rate: from the broker's stamp to the moment they can be asked for. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Landing } from '#ingest/landing.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import { SILENT, createKafka, ensureTopics } from '#ingest/sources/kafka-client.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { printAim } from './measure.ts'
import { watchProcess } from './process-watch.ts'

const TOPIC = 'bench.live'
const SECONDS = 30
const PRODUCER = fileURLToPath(new URL('ingest-producer.ts', import.meta.url))

export async function measureLatency(options: {
  config: KafkaConfig
  warehouse: Warehouse
  landing: Landing
  perSecond: number
  partitions: number
}): Promise<void> {
  const { warehouse, landing, perSecond, partitions } = options
  const config = { ...options.config, topics: [TOPIC], groupId: `live-${process.pid}` }
  await ensureTopics(await createKafka(config, SILENT, 'orderlens-bench'), [TOPIC], partitions)
  const source = createKafkaSource({ config, resumeOffset: () => Promise.resolve(null) })
  const watch = watchProcess()
  await watch.during(async () => {
    await source.start(async (batch, signal) => void (await landing.land(batch, signal)))
    await produce([config.brokers.join(','), TOPIC, String(perSecond), String(SECONDS), config.compression])
    await arrived(warehouse, perSecond * SECONDS)
    await source.stop()
    await landing.settled()
  })
  // A batch is listed after its events can be read, so this is the later of the two moments.
  const [row] = await warehouse.queryRows(
    `select count() as n, quantileExact(0.5)(ms) as p50, quantileExact(0.99)(ms) as p99, max(ms) as most from (
       select toUnixTimestamp64Milli(b.listed_at) - toUnixTimestamp64Milli(r.broker_at) as ms
       from raw_events as r inner join (select batch_id, min(listed_at) as listed_at from landed_batches group by batch_id) as b on b.batch_id = r.batch_id
       where r.topic = {topic:String})`,
    { topic: TOPIC },
  )
  const { n, p50, p99, most } = row ?? {}
  console.log(
    `at ${perSecond.toLocaleString('en')} events/s for ${SECONDS} s: ${Number(n).toLocaleString('en')} events arrived`,
  )
  printAim('event to queryable, p50, s', Number(p50) / 1000, 1, false)
  printAim('event to queryable, p99, s', Number(p99) / 1000, 3, false)
  console.log(`       the slowest took ${(Number(most) / 1000).toFixed(1)} s`)
  watch.report('at that rate')
}

/** The last events are the slowest: stopping before they landed would leave them out. */
async function arrived(warehouse: Warehouse, expected: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const [row] = await warehouse.queryRows('select count() as n from raw_events where topic = {topic:String}', {
      topic: TOPIC,
    })
    if (Number(row?.['n']) >= expected) return
    await sleep(200)
  }
  throw new Error(`not all of ${expected} events arrived within 20 s of their sending`)
}

/** In a process of its own: its work is not ours. */
function produce(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', PRODUCER, ...args], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the producer ended with ${String(code)}`)),
    )
  })
}
