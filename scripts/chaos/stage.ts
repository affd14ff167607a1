/** What a scenario plays on: a broker, a warehouse process, proxies in front of both, a producer with its ledger, ingesters. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { createLanding } from '#ingest/landing.ts'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import { type Kafka, SILENT, createKafka, ensureTopics } from '#ingest/sources/kafka-client.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type KafkaService, startKafka } from '../services/kafka.ts'
import { freePort } from '../services/service.ts'
import { bundleIngester } from './bundle.ts'
import { type Member, startMember } from './member.ts'
import { compareWithLedger, countUnderived } from './oracle.ts'
import type { Verdict } from './oracle.ts'
import { type Payload, isOfRun } from './payload.ts'
import { type Producer, startProducer } from './producer.ts'
import { type Proxy, startProxy } from './proxy.ts'
import { LOGIN, type WarehouseServer, startWarehouseServer } from './warehouse-server.ts'

export type StageOptions = {
  readonly folder: string
  readonly partitions: number
  readonly perSecond: number
  /** Members are sent through the proxies. */
  readonly throughProxies?: boolean
  /** Message n of the run and whether bytes are one; canonical events unless given. */
  readonly payload?: { of(run: string, n: number): Payload; isOne(run: string, value: Buffer): boolean }
  /** Largest message the topic takes; the broker's own megabyte unless given. */
  readonly messageBytes?: number
  /** Members are started from one file of plain JavaScript: worth its making where many of them are. */
  readonly isBundled?: boolean
  /** Settings of every member. */
  readonly env?: NodeJS.ProcessEnv
  /** Folder of the warehouse, when it lies on a file system of its own. */
  readonly warehouseData?: string
  readonly say: (text: string) => void
}

export type Stage = {
  readonly folder: string
  readonly topic: string
  readonly partitions: number
  readonly kafka: KafkaService
  readonly warehouse: WarehouseServer
  readonly proxies: { readonly kafka: Proxy; readonly warehouse: Proxy }
  readonly producer: Producer
  readonly members: ReadonlySet<Member>
  /** Members that ended though nobody ended them, and how. */
  readonly deaths: readonly string[]
  /** Starts one more ingester; it joins the group when told. Ended ones leave `members` by themselves. */
  member(env?: NodeJS.ProcessEnv): Promise<Member>
  /** A connection of the scenario's own, past the proxies. Opened anew after the warehouse was away. */
  query<T>(work: (warehouse: Warehouse) => Promise<T>, database?: string): Promise<T>
  /** Messages of the topic that are not landed. */
  lag(): Promise<bigint>
  /** Ends the producer, waits until everything is landed and derived or patience ends, and compares. */
  judge(patienceMs?: number): Promise<Verdict>
  close(): Promise<void>
}

/** Longer than a deriver takes to find a batch that a process which ended left underived. */
const PATIENCE_MS = 200_000

/** Kafka's number for configurations of topics. */
const TOPIC_RESOURCE = 2

export async function setStage(options: StageOptions): Promise<Stage> {
  const { folder, partitions, payload } = options
  await mkdir(folder, { recursive: true })
  const run = `c${Date.now().toString(36)}`
  const topic = `chaos.${run}`
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one().catch(() => undefined)
  }
  try {
    const brokerPort = await freePort()
    const kafkaProxy = await startProxy(brokerPort)
    closers.push(() => kafkaProxy.close())
    const kafka = await startKafka(folder, {
      listeners: [{ name: 'PROXIED', protocol: 'PLAINTEXT', port: brokerPort, advertised: kafkaProxy.port }],
    })
    closers.push(() => kafka.stop())
    const warehouse = await startWarehouseServer(folder, options.warehouseData)
    closers.push(() => warehouse.stop())
    const warehouseProxy = await startProxy(warehouse.port)
    closers.push(() => warehouseProxy.close())
    const bundle = options.isBundled === true ? await bundleIngester() : null
    if (bundle !== null) closers.push(() => bundle.remove())
    const through = options.throughProxies === true
    const config = configOf({
      KAFKA_BROKERS: kafka.url,
      KAFKA_TOPICS: topic,
      KAFKA_GROUP: topic,
      KAFKA_PARTITIONS: String(partitions),
    })
    const memberEnv: NodeJS.ProcessEnv = {
      UV_THREADPOOL_SIZE: '16',
      ORDERLENS_DATA: warehouse.data,
      CLICKHOUSE_URL: through ? `http://127.0.0.1:${warehouseProxy.port}` : warehouse.url,
      ...LOGIN,
      KAFKA_BROKERS: through ? `127.0.0.1:${kafkaProxy.port}` : kafka.url,
      KAFKA_TOPICS: topic,
      KAFKA_GROUP: topic,
      ...options.env,
    }
    const query: Stage['query'] = async (work, database = LOGIN.CLICKHOUSE_DATABASE) => {
      const opened = await openWarehouse(
        loadWarehouseConfig({ ...LOGIN, CLICKHOUSE_DATABASE: database, CLICKHOUSE_URL: warehouse.url }),
      )
      try {
        return await work(opened)
      } finally {
        await opened.close()
      }
    }
    await query(async (opened) => (await createLanding(opened)).close())
    const topicClient = await createKafka(config, SILENT, 'orderlens-chaos')
    await ensureTopics(topicClient, [topic], partitions)
    if (options.messageBytes !== undefined) await allowLarge(topicClient, topic, options.messageBytes)
    const ledger = join(folder, 'ledger.csv')
    const producer = await startProducer({
      config,
      topic,
      partitions,
      run,
      ledger,
      perSecond: options.perSecond,
      ...(payload && { payload: payload.of }),
    })
    let isProducing = true
    const endProducer = async (): Promise<void> => {
      if (isProducing) await producer.stop()
      isProducing = false
    }
    closers.push(endProducer)
    const members = new Set<Member>()
    closers.push(async () => void (await Promise.all([...members].map((member) => member.end()))))
    const deaths: string[] = []
    let started = 0

    const lag = async (): Promise<bigint> => {
      const [high, landed] = await Promise.all([
        highWatermarks(config, topic),
        query((opened) => landedUntil(opened, topic)),
      ])
      return [...high].reduce((sum, [partition, next]) => sum + (next - (landed.get(partition) ?? 0n)), 0n)
    }

    return {
      folder,
      topic,
      partitions,
      kafka,
      warehouse,
      proxies: { kafka: kafkaProxy, warehouse: warehouseProxy },
      producer,
      members,
      deaths,
      async member(env) {
        started += 1
        const member = await startMember(`member-${started}`, folder, { ...memberEnv, ...env }, bundle?.program)
        members.add(member)
        void member.ended.then((how) => {
          members.delete(member)
          if (!member.isEndingWanted()) deaths.push(`${member.name} ended by itself: ${how}`)
        })
        return member
      },
      query,
      lag,
      async judge(patienceMs = PATIENCE_MS) {
        await endProducer()
        const deadline = Date.now() + patienceMs
        const isDone = async (): Promise<boolean> =>
          (await lag()) === 0n && (await query((opened) => countUnderived(opened, topic))) === 0
        while (Date.now() < deadline && !(await isDone().catch(() => false))) await sleep(500)
        return query((opened) =>
          compareWithLedger(opened, {
            topic,
            ledger,
            wasSent: (value) => (payload === undefined ? isOfRun(run, value) : payload.isOne(run, value)),
          }),
        )
      },
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

function configOf(env: Record<string, string>): KafkaConfig {
  const config = loadKafkaConfig(env)
  if (config === null) throw new Error('the broker has no address')
  return config
}

async function allowLarge(client: Kafka, topic: string, bytes: number): Promise<void> {
  const admin = client.admin()
  await admin.connect()
  const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }]
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC_RESOURCE, name: topic, configEntries }] })
  await admin.disconnect()
}

/** A client of its own for each look, because the broker may have been away in between. */
async function highWatermarks(config: KafkaConfig, topic: string): Promise<Map<number, bigint>> {
  const admin = (await createKafka(config, SILENT, 'orderlens-chaos')).admin()
  await admin.connect()
  try {
    const offsets = await admin.fetchTopicOffsets(topic)
    return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]))
  } finally {
    await admin.disconnect()
  }
}

async function landedUntil(warehouse: Warehouse, topic: string): Promise<Map<number, bigint>> {
  const rows = await warehouse.query(
    {
      name: 'landed until',
      sql: 'select partition, max(range_last) as last from raw_events where topic = {topic:String} group by partition',
      row: z.object({ partition: z.number(), last: z.string() }),
    },
    { topic },
  )
  return new Map(rows.map(({ partition, last }) => [partition, BigInt(last) + 1n]))
}
