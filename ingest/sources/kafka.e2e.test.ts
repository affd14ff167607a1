import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadKafkaConfig } from './config.ts'
import type { KafkaConfig } from './config.ts'
import { SILENT, createKafka, ensureTopics } from './kafka-client.ts'
import type { Kafka } from './kafka-client.ts'
import { consumeCommands } from './kafka-commands.ts'
import { createKafkaSink } from './kafka-sink.ts'
import { createKafkaSource } from './kafka.ts'
import type { SourceBatch } from './source.ts'

const base = loadKafkaConfig(process.env)
if (base === null) throw new Error('KAFKA_BROKERS is not set: run these tests by `npm run test:services`')

let kafka: Kafka
const topics: string[] = []

beforeAll(async () => {
  kafka = await createKafka(base, SILENT, 'orderlens-test')
})

afterAll(async () => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics })
  await admin.disconnect()
})

/** A topic of its own with its own group, so that no test sees another's positions. */
async function aTopic(partitions = 1): Promise<KafkaConfig> {
  const topic = `test-${randomUUID()}`
  topics.push(topic)
  await ensureTopics(kafka, [topic], partitions)
  return { ...base!, topics: [topic], commandTopic: topic, groupId: topic }
}

async function send(
  config: KafkaConfig,
  from: number,
  to: number,
  compression: KafkaConfig['compression'] = 'none',
): Promise<void> {
  const sink = await createKafkaSink({ config: { ...config, compression }, topic: config.commandTopic })
  await sink.send(
    Array.from({ length: to - from }, (_, i) => ({
      key: `o-${(from + i) % 7}`,
      value: JSON.stringify({ n: from + i, 注: '订单\n\n异常' }),
    })),
  )
  await sink.close()
}

/** A landing that remembers: what a warehouse is to the source. */
function aLanding() {
  const landed = new Map<string, { value: string; times: number }>()
  const next = new Map<number, bigint>()
  return {
    landed,
    resumeOffset: (_topic: string, partition: number) => Promise.resolve(next.get(partition) ?? null),
    land: (batch: SourceBatch): Promise<void> => {
      for (const message of batch.messages) {
        const at = `${batch.partition}/${message.offset}`
        landed.set(at, { value: message.value?.toString('utf8') ?? '', times: (landed.get(at)?.times ?? 0) + 1 })
      }
      const last = batch.messages.at(-1)
      if (last) next.set(batch.partition, last.offset + 1n)
      return Promise.resolve()
    },
    numbers: () =>
      [...landed.values()].map(({ value }) => (JSON.parse(value) as { n: number }).n).sort((a, b) => a - b),
    once: () => [...landed.values()].every(({ times }) => times === 1),
  }
}

async function until(condition: () => boolean, ms = 30_000): Promise<void> {
  const deadline = Date.now() + ms
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in time')
    await sleep(25)
  }
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i)
const quick = { sessionTimeoutMs: 6_000, lingerMs: 100 }

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
  'messages packed with %s arrive byte for byte, each once',
  async (compression) => {
    const config = await aTopic(3)
    await send(config, 0, 500, compression)
    const landing = aLanding()
    const source = createKafkaSource({ config, resumeOffset: landing.resumeOffset, ...quick })
    await source.start(landing.land)
    await until(() => landing.landed.size === 500)
    await source.stop()
    expect(landing.numbers()).toEqual(range(500))
    expect(landing.once()).toBe(true)
    expect([...landing.landed.values()][0]?.value).toContain('订单\\n\\n异常')
  },
)

test('a landing that fails is tried again and nothing is left out or doubled', async () => {
  const config = await aTopic()
  await send(config, 0, 300)
  const landing = aLanding()
  let failures = 3
  const source = createKafkaSource({ config, resumeOffset: landing.resumeOffset, ...quick })
  await source.start((batch) =>
    failures-- > 0 ? Promise.reject(new Error('the warehouse is away')) : landing.land(batch),
  )
  await until(() => landing.landed.size === 300)
  await source.stop()
  expect(failures).toBeLessThan(0)
  expect(landing.numbers()).toEqual(range(300))
  expect(landing.once()).toBe(true)
})

test('after a restart reading goes on where the warehouse says, not where Kafka was told', async () => {
  const config = await aTopic()
  await send(config, 0, 100)
  const first = aLanding()
  const source = createKafkaSource({ config, resumeOffset: first.resumeOffset, ...quick })
  await source.start(first.land)
  await until(() => first.landed.size === 100)
  await source.stop()

  await send(config, 100, 150)
  const second = aLanding()
  // The group has committed 100; this warehouse has only the first forty.
  const again = createKafkaSource({
    config,
    resumeOffset: () => Promise.resolve(second.landed.size === 0 ? 40n : BigInt(40 + second.landed.size)),
    ...quick,
  })
  await again.start(second.land)
  await until(() => second.landed.size === 110)
  await again.stop()
  expect(second.numbers()).toEqual(range(150).slice(40))
  expect(second.once()).toBe(true)
})

test('messages deleted before they were read stop their partition instead of being passed over', async () => {
  const config = await aTopic()
  await send(config, 0, 100)
  const admin = kafka.admin()
  await admin.connect()
  // The client finds a partition's leader only for topics it has asked about.
  await admin.fetchTopicOffsets(config.commandTopic)
  await admin.deleteTopicRecords({ topic: config.commandTopic, partitions: [{ partition: 0, offset: '60' }] })
  await admin.disconnect()
  const errors: string[] = []
  const log = { ...SILENT, error: (_fields: Record<string, unknown>, message: string) => void errors.push(message) }
  const landing = aLanding()
  const source = createKafkaSource({ config, resumeOffset: () => Promise.resolve(20n), log, ...quick })
  await source.start(landing.land)
  await until(() => errors.some((message) => message.includes('deleted 20 to 59')))
  await source.stop()
  expect(landing.landed.size).toBe(0)

  const accepting = createKafkaSource({
    config: { ...config, acceptGaps: true },
    resumeOffset: () => Promise.resolve(20n),
    ...quick,
  })
  await accepting.start(landing.land)
  await until(() => landing.landed.size === 40)
  await accepting.stop()
  expect(landing.numbers()).toEqual(range(100).slice(60))
})

test('a second member takes over without losing or doubling a message', async () => {
  const config = await aTopic(4)
  const landing = aLanding()
  const one = createKafkaSource({ config, resumeOffset: landing.resumeOffset, ...quick })
  await one.start(landing.land)
  await send(config, 0, 400)
  const two = createKafkaSource({ config, resumeOffset: landing.resumeOffset, ...quick })
  await two.start(landing.land)
  await send(config, 400, 800)
  await until(() => landing.landed.size > 0)
  await one.stop()
  await send(config, 800, 1_000)
  await until(() => landing.landed.size === 1_000, 60_000)
  await two.stop()
  expect(landing.numbers()).toEqual(range(1_000))
})

test('a command whose handler fails is delivered again, in order', async () => {
  const config = await aTopic()
  await send(config, 0, 5)
  const seen: number[] = []
  let failOnce = true
  const consumer = await consumeCommands({ config, groupId: config.groupId }, (command) => {
    const { n } = command as { n: number }
    if (n === 2 && failOnce) {
      failOnce = false
      return Promise.reject(new Error('not now'))
    }
    seen.push(n)
    return Promise.resolve()
  })
  await until(() => seen.length === 5)
  await consumer.close()
  expect(seen).toEqual([0, 1, 2, 3, 4])
})
