import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadKafkaConfig } from './config.ts'
import type { KafkaConfig } from './config.ts'
import { SILENT } from './kafka-client.ts'
import { consumeCommands } from './kafka-commands.ts'
import {
  type TestTopics,
  QUICK as quick,
  aLanding,
  openTestTopics,
  range,
  sendNumbers as send,
  until,
} from './kafka-test-topics.ts'
import { createKafkaSource } from './kafka.ts'

const base = loadKafkaConfig(process.env)
if (base === null) throw new Error('KAFKA_BROKERS is not set: run these tests by `npm run test:services`')

let topics: TestTopics
const aTopic = (partitions?: number): Promise<KafkaConfig> => topics.topic(partitions)

beforeAll(async () => {
  topics = await openTestTopics(base)
})

afterAll(() => topics.close())

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
  const admin = topics.kafka.admin()
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
