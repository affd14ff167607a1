import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SourceBatch } from '#ingest/sources/source.ts'
import { DAY, MINUTE } from './calendar.ts'
import { openJournal } from './journal.ts'
import { type LiveOptions, type LiveProgress, createLiveSource } from './live.ts'
import { createOutside } from './outside.ts'
import { createStore } from './store.ts'

const ANCHOR = Date.parse('2026-09-14T12:00:00Z')
const store = createStore({ seed: 11, ordersPerDay: 600 })

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'orderlens-live-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Runs the source for a while after its history landed, on a clock that starts at `fromMs` and runs `speed` times as fast. */
async function play(fromMs: number, options: Partial<LiveOptions> & { speed?: number; forMs?: number } = {}) {
  const { speed = 200, forMs = 300_000, ...more } = options
  const startedAt = performance.now()
  const now = (): number => fromMs + (performance.now() - startedAt) * speed
  const batches: SourceBatch[] = []
  const source = createLiveSource({ store, anchorMs: ANCHOR, historyDays: 2, now, ...more })
  await source.start((batch) => {
    batches.push(batch)
    return Promise.resolve()
  })
  await sleep(forMs / speed)
  await source.stop()
  return { batches, offsets: offsetsOf(batches, 0), stoppedAt: now() }
}

const offsetsOf = (batches: readonly SourceBatch[], partition: number): bigint[] =>
  batches
    .filter((batch) => batch.partition === partition)
    .flatMap((batch) => batch.messages.map((message) => message.offset))

test('history lands first, then the last minutes move, then real time', async () => {
  const progress: LiveProgress[] = []
  const { batches, offsets } = await play(ANCHOR, { onProgress: (each) => progress.push(each) })
  const all = batches.flatMap((batch) => batch.messages)
  const history = all.slice(0, progress.at(-1)!.messages)
  const moving = all.slice(history.length)
  expect(history.length).toBeGreaterThan(5_000)
  expect(history.every((message) => message.brokerAtMs < ANCHOR - 14 * MINUTE)).toBe(true)
  expect(moving.length).toBeGreaterThan(10)
  expect(offsets).toEqual(offsets.map((_, index) => BigInt(index)))
  expect(
    batches.every(
      (batch) => batch.topic === 'simulator' && batch.format === 'cloudevents' && batch.messages.length <= 20_000,
    ),
  ).toBe(true)
  expect(progress.at(-1)!.share).toBe(1)
})

test('a restart goes on behind what landed, with the same events under the same offsets', async () => {
  const first = await play(ANCHOR)
  const landedOffset = first.offsets.at(-1)!
  const second = await play(first.stoppedAt + 3 * MINUTE, { landedOffset })
  expect(second.offsets[0]).toBe(landedOffset + 1n)
  expect(second.batches[0]!.epoch).toBe(first.batches[0]!.epoch)
  const unbroken = await play(ANCHOR + DAY / 24, {})
  const values = new Map(
    unbroken.batches.flatMap((batch) => batch.messages.map((message) => [message.offset, message.value!.toString()])),
  )
  for (const message of [...first.batches, ...second.batches].flatMap((batch) => batch.messages)) {
    expect(values.get(message.offset)).toBe(message.value!.toString())
  }
})

test('the last minutes wait for an audience, and a stop does not wait for it', async () => {
  const { batches } = await play(ANCHOR, { audience: new Promise(() => undefined) })
  expect(batches.flatMap((batch) => batch.messages).every((message) => message.brokerAtMs < ANCHOR - 14 * MINUTE)).toBe(
    true,
  )
})

test('a landing that fails is tried again with the same batch', async () => {
  let failures = 2
  const landed: bigint[] = []
  const errors: unknown[] = []
  const source = createLiveSource({
    store,
    anchorMs: ANCHOR,
    historyDays: 1,
    now: () => ANCHOR,
    onRetry: (error) => errors.push(error),
  })
  await source.start((batch) => {
    if (failures-- > 0) return Promise.reject(new Error('warehouse is away'))
    landed.push(...batch.messages.map((message) => message.offset))
    return Promise.resolve()
  })
  await source.stop()
  expect(errors).toHaveLength(2)
  expect(landed).toEqual(landed.map((_, index) => BigInt(index)))
})

test('the answer to a command comes without waiting, in a partition of its own', async () => {
  const order = [...store.ordersBetween(ANCHOR - DAY, ANCHOR)].find(
    (each) =>
      each.scenario === 'order_unpaid_timeout' &&
      each.events.every(
        (event) =>
          event.envelope.type !== 'payment.captured.v1' &&
          !(event.envelope.type === 'order.canceled.v1' && event.atMs < ANCHOR),
      ),
  )!
  const outside = createOutside({ store, journal: await openJournal(directory), now: () => ANCHOR })
  const answers: string[] = []
  const source = createLiveSource({ store, anchorMs: ANCHOR, historyDays: 1, now: () => ANCHOR, outside })
  await source.start((batch) => {
    if (batch.partition === 1)
      answers.push(...batch.messages.map((message) => (JSON.parse(message.value!.toString()) as { type: string }).type))
    return Promise.resolve()
  })
  const outcome = await outside.handleCommand({
    command_id: 'ac-1',
    kind: 'cancel_order',
    order_id: order.orderId,
    auth_type: 'user',
  })
  expect(outcome.kind).toBe('handled')
  await sleep(300)
  await source.stop()
  expect(answers[0]).toBe('order.canceled.v1')
})
