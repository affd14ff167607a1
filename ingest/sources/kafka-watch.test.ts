import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { loadKafkaConfig } from './config.ts'
import { SILENT } from './kafka-client.ts'
import { type Partition, createPartitions } from './kafka-partitions.ts'
import { type WatchedSession, startWatch } from './kafka-watch.ts'
import type { StreamNote, StreamStatus } from './stream-ledger.ts'

type Broker = { low: string; high: string; topics: string[] }

/** A watch over one partition that stands at 10 and moved last a minute ago. */
async function watched(
  change: (part: Partition) => void,
  broker: Partial<Broker> = {},
  env: Record<string, string> = {},
) {
  const config = loadKafkaConfig({ KAFKA_BROKERS: 'x:1', KAFKA_TOPICS: 'shop.*', ...env })
  if (config === null) throw new Error('no config')
  const partitions = createPartitions()
  const [part] = partitions.assign({ 'shop.orders': [0] })
  if (part === undefined) throw new Error('not assigned')
  part.position = { next: 10n, soughtTo: null }
  part.progressAtMs = Date.now() - 60_000
  change(part)
  const offsets = [{ partition: 0, offset: '0', low: broker.low ?? '0', high: broker.high ?? '10' }]
  const reopened: string[] = []
  const notes: StreamNote[] = []
  const contradicted: string[] = []
  const reports: StreamStatus[] = []
  // safe because the watch asks the administrator for nothing else
  const admin = {
    fetchTopicOffsets: () => Promise.resolve(offsets),
    listTopics: () => Promise.resolve(broker.topics ?? ['shop.orders']),
  } as unknown as WatchedSession['admin']
  const ignore = (): void => undefined
  const session: WatchedSession = {
    admin,
    epoch: 'e',
    topics: ['shop.orders'],
    seek: ignore,
    begins: () => Promise.resolve(null),
    pause: ignore,
    resume: ignore,
    watermarks: () => Promise.reject(new Error('not asked')),
  }
  const watch = startWatch({
    config,
    partitions,
    reader: {
      take: () => Promise.resolve(),
      prepare: () => Promise.resolve(),
      idle: () => Promise.resolve(),
      contradict: (_session, one, verdict) => {
        one.state = 'stopped'
        contradicted.push(verdict.kind)
      },
    },
    log: SILENT,
    note: (note) => void notes.push(note),
    report: (all) => Promise.resolve(void reports.push(...all)),
    session: () => session,
    reopen: (why) => void reopened.push(why),
    statusMs: 10,
    rescanMs: 20,
    watchdogMs: 5_000,
  })
  await sleep(120)
  await watch.stop()
  return { reopened, kinds: new Set(notes.map(({ kind }) => kind)), contradicted, reports }
}

const waiting = { high: '25' }

test('messages wait and none comes: the consumer is replaced, and it is noted', async () => {
  const { reopened, kinds } = await watched(() => undefined, waiting)
  expect(reopened[0]).toContain('15 messages wait')
  expect(kinds).toEqual(new Set(['reader_reopened']))
})

test.each([
  ['there is nothing to read', () => undefined, {}],
  ['the landing has a batch', (part: Partition) => void (part.inHand = 1), waiting],
  ['the partition waits for the warehouse', (part: Partition) => void (part.state = 'waiting'), waiting],
  ['the partition was stopped', (part: Partition) => void (part.state = 'stopped'), waiting],
  ['it has just moved', (part: Partition) => void (part.progressAtMs = Date.now()), waiting],
])('the consumer stays when %s', async (_, change, broker) => {
  const { reopened } = await watched(change, broker)
  expect(reopened).toEqual([])
})

test('a broker that ends before the position, or begins behind it, is believed when it says so again', async () => {
  expect((await watched(() => undefined, { high: '4' })).contradicted).toEqual(['replaced'])
  expect((await watched(() => undefined, { low: '12', high: '12' })).contradicted).toEqual(['lost'])
})

test('an accepted gap is not stopped from outside', async () => {
  const accepting = { KAFKA_ACCEPT_GAPS: 'true' }
  expect((await watched(() => undefined, { low: '12', high: '12' }, accepting)).contradicted).toEqual([])
})

test('topics that came or went are noted and the consumer subscribes anew', async () => {
  const { reopened, kinds } = await watched(() => undefined, { topics: ['shop.payments', 'other'] })
  expect(kinds).toEqual(new Set(['topic_added', 'topic_removed']))
  expect(reopened[0]).toContain('+shop.payments, -shop.orders')
})

test('where each partition stands is reported', async () => {
  const { reports } = await watched((part) => void (part.problem = 'landing failed'), waiting)
  expect(reports.at(-1)).toMatchObject({
    topic: 'shop.orders',
    partition: 0,
    epoch: 'e',
    nextOffset: 10n,
    brokerHigh: 25n,
    problem: 'landing failed',
  })
})
