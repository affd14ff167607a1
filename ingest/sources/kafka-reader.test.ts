/** The reader against a client that fetches ahead: what it hands over is landed in order, and a failure sends it back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LandingError } from '../landing/errors.ts'
import { loadKafkaConfig } from './config.ts'
import { createBudget } from './kafka-budget.ts'
import { type EachBatchPayload, SILENT } from './kafka-client.ts'
import { createPartitions } from './kafka-partitions.ts'
import { type ReaderSession, createReader } from './kafka-reader.ts'
import type { SourceBatch } from './source.ts'

const MESSAGES = 12
const PER_FETCH = 3

/** A partition of twelve messages and a client that fetches three at a time, ahead of the landing, as kafkajs does. */
function aClient(
  land: (batch: SourceBatch) => Promise<void>,
  options: { bufferBytes?: number; commit?: () => Promise<void> } = {},
) {
  const config = loadKafkaConfig({ KAFKA_BROKERS: 'localhost:1', KAFKA_TOPICS: 'shop.orders' })
  if (config === null) throw new Error('a configuration is expected')
  const partitions = createPartitions()
  const [part] = partitions.assign({ 'shop.orders': [0] })
  if (part === undefined) throw new Error('a partition is expected')
  const landed: number[] = []
  const committed: number[] = []
  const client = { next: 0, sought: null as number | null, paused: false, seeks: [] as number[], fetches: 0 }
  const session: ReaderSession = {
    epoch: 'e',
    seek: (_part, offset) => {
      client.sought = Number(offset)
      client.seeks.push(Number(offset))
    },
    begins: () => Promise.resolve(0n),
    pause: () => void (client.paused = true),
    resume: () => void (client.paused = false),
    watermarks: () => Promise.resolve({ low: 0n, high: BigInt(MESSAGES) }),
  }
  const stop = new AbortController()
  const budget = createBudget(options.bufferBytes ?? 1_000_000, { pause: () => undefined, resume: () => undefined })
  const reader = createReader({
    config,
    partitions,
    budget,
    stopped: stop.signal,
    land: async (batch) => {
      await land(batch)
      landed.push(...batch.messages.map(({ offset }) => Number(offset)))
    },
    resumeOffset: () => Promise.resolve(landed.length === 0 ? null : BigInt((landed.at(-1) ?? 0) + 1)),
    lastLanded: () => Promise.resolve(null),
    log: SILENT,
    note: () => undefined,
    trace: () => undefined,
    beatMs: 1_000,
    landTimeoutMs: 10_000,
    landingsAtOnce: 1,
  })
  const fetch = async (): Promise<void> => {
    client.next = client.sought ?? client.next
    client.sought = null
    if (client.paused || client.next >= MESSAGES) return void (await sleep(5))
    const first = client.next
    const offsets = Array.from({ length: Math.min(PER_FETCH, MESSAGES - first) }, (_, n) => first + n)
    client.fetches += 1
    // safe because the reader reads only these members
    const payload = {
      batch: {
        topic: 'shop.orders',
        partition: 0,
        fetchedOffset: String(first),
        highWatermark: String(MESSAGES),
        messages: offsets.map((offset) => ({
          offset: String(offset),
          key: null,
          value: Buffer.from(`v${offset}`),
          timestamp: '1',
          headers: {},
        })),
        lastOffset: () => String(offsets.at(-1)),
        firstOffset: () => String(first),
      },
      resolveOffset: (offset: string) => void (client.next = Number(offset) + 1),
      heartbeat: () => Promise.resolve(),
      async commitOffsetsIfNecessary({ topics }: { topics: { partitions: { offset: string }[] }[] }) {
        committed.push(Number(topics[0]?.partitions[0]?.offset))
        await options.commit?.()
      },
      isRunning: () => true,
      isStale: () => client.sought !== null,
    } as unknown as EachBatchPayload
    await reader.take(session, payload)
  }
  return {
    client,
    part,
    landed,
    committed,
    reader,
    async run(isDone: () => boolean): Promise<void> {
      await reader.prepare(session, part)
      for (const until = Date.now() + 5_000; !isDone() && Date.now() < until; ) await fetch()
      stop.abort()
      await reader.idle()
    },
  }
}

const ALL = Array.from({ length: MESSAGES }, (_, n) => n)

test('the client fetches on while a batch lands, and what it brings lands in order', async () => {
  let release = (): void => undefined
  const first = new Promise<void>((resolve) => (release = resolve))
  const { client, landed, run } = aClient(() => first)
  const ran = run(() => landed.length === MESSAGES)
  await sleep(30)
  expect(client.fetches).toBe(MESSAGES / PER_FETCH)
  expect(landed).toEqual([])
  release()
  await ran
  expect(landed).toEqual(ALL)
  // It began where the position is, so that nothing it fetched was thrown away.
  expect(client.seeks).toEqual([])
})

test('without room no more is fetched than what lands', async () => {
  let release = (): void => undefined
  const first = new Promise<void>((resolve) => (release = resolve))
  const { client, landed, run } = aClient(() => first, { bufferBytes: 1_000 })
  const ran = run(() => landed.length === MESSAGES)
  await sleep(30)
  expect(client.fetches).toBe(1)
  release()
  await ran
  expect(landed).toEqual(ALL)
})

test('a commit that takes its time holds up no landing, and what landed meanwhile is committed after it', async () => {
  let release = (): void => undefined
  const first = new Promise<void>((resolve) => (release = resolve))
  const { committed, landed, run } = aClient(() => Promise.resolve(), { commit: () => first })
  await Promise.race([run(() => landed.length === MESSAGES), sleep(1_000)])
  expect(landed).toEqual(ALL)
  expect(committed).toEqual([PER_FETCH])
  release()
  await sleep(10)
  expect(committed).toEqual([PER_FETCH, MESSAGES])
})

test.each([0, 3, 9])('a landing that fails at %i sends the client back, and nothing overtakes it', async (at) => {
  let failed = false
  const { client, landed, run } = aClient(async ({ messages }) => {
    await sleep(5)
    if (failed || Number(messages[0]?.offset) !== at) return
    failed = true
    throw new Error('not now')
  })
  await run(() => landed.length === MESSAGES)
  expect(failed).toBe(true)
  expect(landed).toEqual(ALL)
  expect(client.seeks).toEqual([at])
})

test('a landing that expects another offset sends the client there at once', async () => {
  let refused = false
  const { client, landed, run } = aClient(({ messages }) => {
    if (refused || Number(messages[0]?.offset) !== 6) return Promise.resolve()
    refused = true
    return Promise.reject(Object.assign(new Error('3 is expected'), { code: 'POSITION_GAP', expected: 3n }))
  })
  await run(() => landed.length >= MESSAGES + 3)
  // The landing itself drops what it has; the reader's part is to bring all of it again from there.
  expect(client.seeks).toEqual([3])
  expect(landed).toEqual([0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8, 9, 10, 11])
})

test('while there is no room the partition waits at its position, says why, and goes on by itself', async () => {
  let isFull = true
  const { client, part, landed, run } = aClient(async () => {
    if (isFull) throw new LandingError('NO_ROOM', 'the disk is nearly full')
  })
  const ran = run(() => landed.length === MESSAGES)
  await expect.poll(() => part.problem).toContain('the disk is nearly full')
  expect([part.state, client.paused, landed]).toEqual(['waiting', true, []])
  isFull = false
  await ran
  expect([landed, part.problem]).toEqual([ALL, ''])
})
