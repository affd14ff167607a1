/** What happens to the streams themselves: topics and partitions that come, go, are made anew, or are cut. */
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadKafkaConfig } from './config.ts'
import type { KafkaConfig } from './config.ts'
import { SILENT } from './kafka-client.ts'
import { type TestTopics, QUICK, aLanding, openTestTopics, range, sendNumbers, until } from './kafka-test-topics.ts'
import { type KafkaSourceOptions, createKafkaSource } from './kafka.ts'
import type { StreamNote, StreamStatus } from './stream-ledger.ts'

const base = loadKafkaConfig(process.env)
if (base === null) throw new Error('KAFKA_BROKERS is not set: run these tests by `npm run test:services`')

let topics: TestTopics

beforeAll(async () => {
  topics = await openTestTopics(base)
})

afterAll(() => topics.close())

const sooner = { ...QUICK, statusMs: 300, rescanMs: 1_000 }

function aSource(config: KafkaConfig, options: Partial<KafkaSourceOptions> = {}) {
  const landing = aLanding()
  const notes: StreamNote[] = []
  const statuses = new Map<string, StreamStatus>()
  const source = createKafkaSource({
    config,
    resumeOffset: landing.resumeOffset,
    note: (note) => Promise.resolve(void notes.push(note)),
    report: (all) => Promise.resolve(all.forEach((one) => statuses.set(`${one.topic}/${one.partition}`, one))),
    ...sooner,
    ...options,
  })
  const kinds = (): string[] => notes.map(({ kind }) => kind)
  return { source, landing, notes, kinds, statuses }
}

async function remake(config: KafkaConfig): Promise<void> {
  const admin = topics.kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [config.commandTopic] })
  while ((await admin.listTopics()).includes(config.commandTopic)) await sleep(50)
  await admin.disconnect()
  await topics.topic(1, config.commandTopic)
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex')

test('topics that match a pattern are read when they appear, and said so', async () => {
  const prefix = `shop-${randomUUID().slice(0, 8)}`
  const first = await topics.topic(1, `${prefix}.orders`)
  const config = { ...first, topics: [`${prefix}.*`] }
  const { source, landing, kinds } = aSource(config)
  await sendNumbers(first, 0, 50)
  await source.start(landing.land)
  await until(() => landing.landed.size === 50)
  const second = await topics.topic(2, `${prefix}.payments`)
  await sendNumbers(second, 50, 120)
  await until(() => landing.landed.size === 120)
  await source.stop()
  expect(landing.numbers()).toEqual(range(120))
  expect(landing.once()).toBe(true)
  expect(kinds()).toContain('topic_added')
})

test('partitions added to a topic are read from their beginning, and said so', async () => {
  const config = await topics.topic(2)
  const { source, landing, notes } = aSource(config)
  await sendNumbers(config, 0, 100)
  await source.start(landing.land)
  await until(() => landing.landed.size === 100)
  const admin = topics.kafka.admin()
  await admin.connect()
  await admin.createPartitions({ topicPartitions: [{ topic: config.commandTopic, count: 5 }] })
  await admin.disconnect()
  await sendNumbers(config, 100, 300)
  await until(() => landing.landed.size === 300)
  await source.stop()
  expect(landing.numbers()).toEqual(range(300))
  const added = notes.filter(({ kind }) => kind === 'partition_added').map(({ partition }) => partition)
  expect(new Set(added)).toEqual(new Set([2, 3, 4]))
  expect(added).toHaveLength(3)
})

test('a topic made anew is noticed also when it has grown past the position', async () => {
  const config = await topics.topic()
  await sendNumbers(config, 0, 40)
  await remake(config)
  await sendNumbers(config, 1_000, 1_100)
  // Forty were landed of the topic as it was.
  const { source, landing, kinds, statuses } = aSource(config, {
    resumeOffset: () => Promise.resolve(40n),
    lastLanded: () => Promise.resolve({ offset: 39n, valueHash: sha('as it was') }),
  })
  await source.start(landing.land)
  await until(() => [...statuses.values()].some(({ state }) => state === 'stopped'))
  await source.stop()
  expect(landing.landed.size).toBe(0)
  expect(kinds()).toEqual(['topic_recreated'])
  expect([...statuses.values()][0]?.problem).toContain('created anew')
})

test('a topic made anew and still empty is noticed without a message', async () => {
  const config = await topics.topic()
  const { source, landing, kinds } = aSource(config, { resumeOffset: () => Promise.resolve(40n) })
  await source.start(landing.land)
  await until(() => kinds().includes('topic_recreated'))
  await source.stop()
})

test('the record of the last landed row is compared and not landed again', async () => {
  const config = await topics.topic()
  await sendNumbers(config, 0, 100)
  const value = JSON.stringify({ n: 59, 注: '订单\n\n异常' })
  const { source, landing, notes } = aSource(config, {
    resumeOffset: () => Promise.resolve(BigInt(60 + landing.landed.size)),
    lastLanded: () => Promise.resolve({ offset: 59n, valueHash: sha(value) }),
  })
  await source.start(landing.land)
  await until(() => landing.landed.size === 40)
  await source.stop()
  expect(landing.numbers()).toEqual(range(100).slice(60))
  expect(landing.once()).toBe(true)
  expect(notes).toEqual([])
})

test('a retention cut is noted and its partition stops while others go on', async () => {
  const config = await topics.topic(2)
  await sendNumbers(config, 0, 200)
  const admin = topics.kafka.admin()
  await admin.connect()
  await admin.fetchTopicOffsets(config.commandTopic)
  await admin.deleteTopicRecords({ topic: config.commandTopic, partitions: [{ partition: 0, offset: '30' }] })
  await admin.disconnect()
  const { source, landing, notes, statuses } = aSource(config, {
    resumeOffset: (topic, partition) =>
      partition === 0 ? Promise.resolve(10n) : landing.resumeOffset(topic, partition),
  })
  await source.start(landing.land)
  const problems = () => [...statuses.values()].map(({ state }) => state).sort()
  await until(() => problems().join() === 'running,stopped' && landing.landed.size > 0)
  await source.stop()
  expect(notes).toEqual([expect.objectContaining({ kind: 'retention_cut', partition: 0, first: 10n, last: 29n })])
  expect([...landing.landed.keys()].every((at) => at.includes('/1/'))).toBe(true)
})

test('headers arrive as text and CloudEvents in binary mode are told apart; ranges tile', async () => {
  const config = await topics.topic()
  const producer = topics.kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  await producer.send({
    topic: config.commandTopic,
    messages: [
      { value: '{"n":0}' },
      { value: '{"n":1}', headers: { ce_specversion: '1.0', ce_id: 'e-1', traceid: '追踪' } },
      { value: '{"n":2}', headers: { traceid: 'x' } },
    ],
  })
  await producer.disconnect()
  const { source, landing } = aSource(config)
  await source.start(landing.land)
  await until(() => landing.landed.size === 3)
  await source.stop()
  const rows = [...landing.landed.values()]
  expect(rows.map(({ format }) => format)).toEqual(['cloudevents', 'cloudevents.binary', 'cloudevents'])
  expect(JSON.parse(rows[1]?.headers ?? '')).toEqual({ ce_specversion: '1.0', ce_id: 'e-1', traceid: '追踪' })
  expect(rows[0]?.headers).toBeUndefined()
  expect(landing.batches.map(({ first, last }) => [first, last])).toEqual([
    [0n, 0n],
    [1n, 1n],
    [2n, 2n],
  ])
})

test('ranges tile over the control records of transactions, aborted ones included', async () => {
  const config = await topics.topic()
  const producer = topics.kafka.producer({
    transactionalId: config.commandTopic,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await producer.connect()
  for (let n = 0; n < 6; n += 1) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: config.commandTopic, messages: [{ value: JSON.stringify({ n }) }] })
    await (n % 3 === 1 ? transaction.abort() : transaction.commit())
  }
  await producer.disconnect()
  const { source, landing } = aSource(config)
  await source.start(landing.land)
  await until(() => landing.landed.size === 4)
  await sendNumbers(config, 6, 9)
  await until(() => landing.landed.size === 7)
  await source.stop()
  expect(landing.numbers()).toEqual([0, 2, 3, 5, 6, 7, 8])
  let next = 0n
  for (const { first, last } of landing.batches) {
    expect(first).toBe(next)
    next = (last ?? -1n) + 1n
  }
  expect(next).toBe(15n)
})

test('a source stops within seconds while the landing does not answer', async () => {
  const config = await topics.topic(3)
  await sendNumbers(config, 0, 60)
  const { source } = aSource(config)
  let asked = 0
  let told = 0
  await source.start((_batch, signal) => {
    asked += 1
    signal?.addEventListener('abort', () => (told += 1))
    return new Promise(() => undefined)
  })
  await until(() => asked > 0)
  const at = Date.now()
  await source.stop()
  expect(Date.now() - at).toBeLessThan(8_000)
  expect(told).toBe(asked)
})

test('a source that is stopped while it joins does not stay in the group with partitions nobody reads', async () => {
  const config = await topics.topic(2)
  await sendNumbers(config, 0, 40)
  // This member keeps the others waiting: it joins again only when it is done with its batch.
  let isDone = false
  const holder = topics.kafka.consumer({ groupId: config.groupId, sessionTimeout: 60_000, rebalanceTimeout: 60_000 })
  await holder.connect()
  await holder.subscribe({ topics: [config.commandTopic], fromBeginning: true })
  await holder.run({
    eachBatch: async () => {
      while (!isDone) await sleep(50)
    },
  })
  const { source, landing } = aSource(config)
  void source.start(landing.land)
  await sleep(2_000)
  const at = Date.now()
  await source.stop()
  expect(Date.now() - at).toBeLessThan(8_000)
  isDone = true
  const admin = topics.kafka.admin()
  await admin.connect()
  const members = async (): Promise<number> =>
    (await admin.describeGroups([config.groupId])).groups[0]?.members.length ?? 0
  await sleep(3_000)
  expect(await members()).toBe(1)
  await holder.disconnect()
  await sleep(500)
  expect(await members()).toBe(0)
  await admin.disconnect()
})

test('a landing that expects another offset is given it', async () => {
  const config = await topics.topic()
  await sendNumbers(config, 0, 100)
  // The source is told 70, yet the rows end at 19.
  const { source, landing } = aSource(config, { resumeOffset: () => Promise.resolve(70n) })
  await source.start((batch) =>
    landing.landed.size === 0 && batch.first !== 20n
      ? Promise.reject(Object.assign(new Error('20 is expected'), { code: 'POSITION_GAP', expected: 20n }))
      : landing.land(batch),
  )
  await until(() => landing.landed.size === 80)
  await source.stop()
  expect(landing.numbers()).toEqual(range(100).slice(20))
  expect(landing.once()).toBe(true)
})

test('a small budget pauses partitions again and again, and everything still arrives once', async () => {
  const config = { ...(await topics.topic(4)), bufferBytes: 8 * 1024 * 1024 }
  // The client's plain producer may double what it sends to a topic that is just there.
  const producer = topics.kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const steps: string[] = []
  const { source, landing } = aSource(config, { trace: (step) => void steps.push(step) })
  await source.start(async (batch) => {
    await sleep(50)
    await landing.land(batch)
  })
  const pad = 'x'.repeat(100_000)
  for (let n = 0; n < 400; n += 40)
    await producer.send({
      topic: config.commandTopic,
      // gzip: little to fetch, much to hold
      compression: 1,
      messages: range(40).map((i) => ({ partition: i % 4, value: JSON.stringify({ n: n + i, pad }) })),
    })
  await producer.disconnect()
  await until(() => landing.landed.size === 400)
  await source.stop()
  expect(landing.numbers()).toEqual(range(400))
  expect(landing.once()).toBe(true)
  expect(steps).toContain('paused')
})

test('no topic matches yet: the source waits for one', async () => {
  const prefix = `late-${randomUUID().slice(0, 8)}`
  const { source, landing } = aSource({ ...base, topics: [`${prefix}.*`], groupId: prefix }, { log: SILENT })
  await source.start(landing.land)
  await sendNumbers(await topics.topic(1, `${prefix}.orders`), 0, 20)
  await until(() => landing.landed.size === 20)
  await source.stop()
})
