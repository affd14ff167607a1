/** The auditor beside a real broker: what it still holds agrees with what landed, and where it cannot tell it says nothing. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { createAuditor } from '../audit/auditor.ts'
import { eventContracts } from '../contracts/index.ts'
import { type Landing, createLanding } from '../landing.ts'
import { loadKafkaConfig } from './config.ts'
import type { KafkaConfig } from './config.ts'
import { compressionType } from './kafka-client.ts'
import { createReread } from './kafka-reread.ts'
import { QUICK, type TestTopics, openTestTopics, until } from './kafka-test-topics.ts'
import { createKafkaSource } from './kafka.ts'

const base = loadKafkaConfig(process.env)
if (base === null) throw new Error('KAFKA_BROKERS is not set: run these tests by `npm run test:services`')

const PARTITIONS = 3
const PER_PARTITION = 400
const example = eventContracts.get('payment.captured')?.example

const folder = mkdtempSync(join(tmpdir(), 'orderlens-reread-'))
let topics: TestTopics
let config: KafkaConfig
let warehouse: Warehouse
let landing: Landing

beforeAll(async () => {
  topics = await openTestTopics(base)
  config = await topics.topic(PARTITIONS)
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database: 'reread', readers: 2 })
  landing = await createLanding(warehouse)
  // Several batches a partition, so that a piece begins and ends inside packed batches.
  for (let at = 0; at < PER_PARTITION; at += 50) await send(at, at + 50)
  await land()
})
afterAll(async () => {
  await landing.close()
  await warehouse.close()
  await topics.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function send(from: number, to: number): Promise<void> {
  const producer = topics.kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const numbers = Array.from({ length: to - from }, (_, i) => from + i)
  await producer.send({
    topic: config.commandTopic,
    acks: -1,
    compression: compressionType('gzip'),
    messages: Array.from({ length: PARTITIONS }, (_, partition) => partition).flatMap((partition) =>
      numbers.map((n) => ({
        partition,
        key: `订单-${n % 7}`,
        headers: { trace: `t-${n}`, 'content-type': 'application/cloudevents+json' },
        value: JSON.stringify({ ...example, id: `${partition}-${n}` }),
      })),
    ),
  })
  await producer.disconnect()
}

/** By the real source and the real landing, until all of the topic is there and derived. */
async function land(): Promise<void> {
  const source = createKafkaSource({
    config,
    resumeOffset: async (topic, partition, epoch) => {
      const last = await landing.lastOffset(topic, partition, epoch)
      return last === null ? null : last + 1n
    },
    landingsAtOnce: 1,
    ...QUICK,
  })
  let landed = 0
  await source.start(async (batch, signal) => {
    await landing.land(batch, signal)
    landed += batch.messages.length
  })
  await until(() => landed >= PARTITIONS * PER_PARTITION, 60_000)
  await source.stop()
  await landing.settled()
}

async function epochOfLanded(): Promise<string> {
  const [row] = await warehouse.queryRows('select any(epoch) as epoch from raw_events')
  return String(row?.['epoch'])
}

/** One round that reads the broker again, from a place between the first (0) and the last (1) message of each partition. */
async function audited(place: number) {
  const warnings: string[] = []
  const log = { warn: (_: object, message: string) => void warnings.push(message), error: () => undefined }
  const auditor = createAuditor(warehouse, { reread: createReread(config), random: () => place, log })
  const { streams } = await auditor.audit()
  expect(warnings).toEqual([])
  return streams.map(({ partition, gaps, missing, doubled, altered, unaccounted, brokerChecked, brokerDiffering }) => ({
    partition,
    brokerChecked,
    faults: { gaps, missing, doubled, altered, unaccounted, brokerDiffering },
  }))
}

const NONE = { gaps: 0, missing: 0, doubled: 0, altered: 0, unaccounted: 0, brokerDiffering: 0 }
const all = (brokerChecked: number, faults = NONE) =>
  Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, brokerChecked, faults }))

test('each message the broker holds is the one that landed, from wherever it is read', async () => {
  const [headers] = await warehouse.queryRows('select any(key) like $$订单-%$$ as k, any(headers) as h from raw_events')
  expect(headers).toMatchObject({ k: 1, h: expect.stringMatching(/trace/) })
  expect(await audited(0)).toEqual(all(PER_PARTITION))
  // From offset 199 on: the span is 399.
  expect(await audited(0.5)).toEqual(all(PER_PARTITION - 199))
})

test('a row altered by hand differs from the broker, also when its hash was altered with it', async () => {
  const one = 'partition = 1 and offset = 250'
  const alter = (from: string, to: string) =>
    warehouse.command(
      `alter table raw_events update value = replaceOne(value, '${from}', '${to}'), value_hash = cityHash64(key, headers, replaceOne(value, '${from}', '${to}')) where ${one} settings mutations_sync = 2`,
    )
  await alter('"1-250"', '"1-2SO"')
  const before = all(PER_PARTITION)
  expect(await audited(0)).toEqual(
    before.map((stream) => (stream.partition === 1 ? { ...stream, faults: { ...NONE, brokerDiffering: 1 } } : stream)),
  )
  await alter('"1-2SO"', '"1-250"')
  expect(await audited(0)).toEqual(before)
})

test('a piece far behind what one fetch brings is read once and in order', async () => {
  const { commandTopic: topic } = await topics.topic()
  const producer = topics.kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (let n = 0; n < 10; n += 1)
    await producer.send({ topic, messages: Array.from({ length: 10 }, () => ({ value: randomBytes(40_000) })) })
  await producer.disconnect()
  const epoch = await epochOfLanded()
  const read = await createReread(config)({ topic, partition: 0, epoch }, 75n, 94n)
  expect(read?.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, n) => BigInt(75 + n)))
})

test('of a stream of another cluster or another epoch nothing is claimed', async () => {
  const stream = { topic: config.commandTopic, partition: 0, epoch: await epochOfLanded() }
  expect(await createReread(config)(stream, 0n, 10n)).toHaveLength(11)
  expect(await createReread(config)({ ...stream, epoch: 'elsewhere' }, 0n, 10n)).toBeNull()
  expect(await createReread({ ...config, epoch: 'second' })(stream, 0n, 10n)).toBeNull()
})

test('of messages the broker let go nothing is claimed, and those it holds are still compared', async () => {
  const admin = topics.kafka.admin()
  await admin.connect()
  await admin.fetchTopicOffsets(config.commandTopic)
  const partitions = [
    { partition: 0, offset: '120' },
    { partition: 2, offset: String(PER_PARTITION) },
  ]
  await admin.deleteTopicRecords({ topic: config.commandTopic, partitions })
  expect(await audited(0)).toEqual([
    { partition: 0, brokerChecked: PER_PARTITION - 120, faults: NONE },
    { partition: 1, brokerChecked: PER_PARTITION, faults: NONE },
    { partition: 2, brokerChecked: 0, faults: NONE },
  ])
  await admin.deleteTopics({ topics: [config.commandTopic] })
  await expect.poll(() => admin.listTopics(), { timeout: 30_000 }).not.toContain(config.commandTopic)
  await admin.disconnect()
  expect(await audited(0)).toEqual(all(0))
})
