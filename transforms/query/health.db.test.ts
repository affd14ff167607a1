/** Readings about the data, each on prepared rows whose answers are known beforehand. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type HealthReads, createHealthReads } from './health.ts'
import { MINUTE, SECOND, ago, becameEvents, land, now } from './test-landed.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-health-'))
let warehouse: Warehouse
/** A new one per question: readings are kept for a moment. */
const reads = (): HealthReads['data'] => createHealthReads(warehouse, () => now).data

const letter = (topic: string, offset: number, over: Record<string, unknown> = {}) => ({
  topic,
  partition: 0,
  epoch: 'e',
  offset,
  ordinal: 0,
  batch_id: 'b',
  format: 'cloudevents',
  reason: 'wrong_type',
  detail: `data.amount: expected integer, found "${offset}"`,
  path: '$.data.amount',
  key: '',
  value: '{}',
  landed_at: ago(10 * MINUTE),
  derived_at: ago(9 * MINUTE),
  is_cured: 0,
  ...over,
})

beforeAll(async () => {
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'orderlens',
    readers: 4,
  })
  // A Kafka topic of two partitions: 20 + 10 messages ten minutes ago, 6 in the last minute that wait.
  await land(warehouse, { topic: 'shop.orders', partition: 0 }, 0, 20)
  await land(warehouse, { topic: 'shop.orders', partition: 1 }, 0, 10)
  await land(warehouse, { topic: 'shop.orders', partition: 0 }, 20, 6, { at: ago(30 * SECOND), listed: false })
  await becameEvents(warehouse, { topic: 'shop.orders', partition: 0 }, 0, 17)
  await becameEvents(warehouse, { topic: 'shop.orders', partition: 1 }, 0, 10)
  await warehouse.insertRows('dead_letters', [
    letter('shop.orders', 17),
    letter('shop.orders', 18, { landed_at: ago(5 * MINUTE) }),
    letter('shop.orders', 19, { reason: 'missing_attribute', path: '$.data.id', detail: 'data.id is missing' }),
    // A second event of message 3 failed; the message itself became an event.
    letter('shop.orders', 3, { ordinal: 1 }),
  ])
  // A webhook: one event, one set aside, one that failed, was derived again and is cured.
  await land(warehouse, { topic: 'webhook/stripe-eu' }, 0, 3, { format: 'stripe' })
  await becameEvents(warehouse, { topic: 'webhook/stripe-eu' }, 0, 2)
  await warehouse.insertRows('set_aside', [
    { topic: 'webhook/stripe-eu', partition: 0, epoch: 'e', offset: 2, batch_id: 'b', format: 'stripe', kind: 'payout.paid', landed_at: ago(MINUTE) }, // prettier-ignore
  ])
  await warehouse.insertRows('dead_letters', [letter('webhook/stripe-eu', 1, { format: 'stripe' })])
  await warehouse.insertRows('dead_letters', [
    letter('webhook/stripe-eu', 1, { format: 'stripe', is_cured: 1, derived_at: ago(MINUTE) }),
  ])
  // Files others refer to, and the list's own entry of a replay, which is no landed batch.
  await land(warehouse, { topic: 'import/olist/sellers' }, 0, 4, { format: 'olist.sellers' })
  await warehouse.insertRows('landed_batches', [
    { batch_id: 'replay/1', topic: 'replay', partition: 0, epoch: '', format: 'replay', range_first: 0, range_last: 0, range_n: 3, landed_at: ago(0) }, // prettier-ignore
  ])
}, 120_000)

afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

test('landed = events + dead letters + set aside + waiting + reference, cheaply and exactly', async () => {
  const sums = {
    landed: 43,
    events: 29,
    dead_letters: 3,
    set_aside: 1,
    waiting: 6,
    reference: 4,
    missing: 0,
    surplus: 0,
  }
  expect((await reads().health()).balance).toMatchObject({ ...sums, balanced: true, exact: false, topics: [] })
  const exact = await reads().balanceExactly()
  expect(exact).toMatchObject({ ...sums, balanced: true, exact: true })
  expect(exact.topics.map(({ topic, landed, waiting }) => [topic, landed, waiting])).toEqual([
    ['import/olist/sellers', 4, 0],
    ['shop.orders', 36, 6],
    ['webhook/stripe-eu', 3, 0],
  ])
})

test('sources: throughput, last message, lag of all partitions, the worst state, notes', async () => {
  const stream = { topic: 'shop.orders', kind: 'kafka', state: 'reading', broker_low: 0, problem: '' }
  await warehouse.insertRows('stream_status', [
    { ...stream, partition: 0, epoch: 'e', next_offset: 26, broker_high: 31, reported_at: ago(2 * SECOND) },
    // The topic before it was made anew; nobody reads it any more.
    { ...stream, partition: 1, epoch: 'old', next_offset: 900, broker_high: 1_000, reported_at: ago(50 * MINUTE) },
    { ...stream, partition: 1, epoch: 'e', next_offset: 10, broker_high: 12, state: 'stopped', problem: 'offset 10 is gone', reported_at: ago(2 * SECOND) }, // prettier-ignore
    { ...stream, topic: 'quiet', partition: 0, epoch: 'e', next_offset: 5, broker_high: 5, reported_at: ago(5 * MINUTE) }, // prettier-ignore
  ])
  await warehouse.insertRows('stream_notes', [
    { noted_at: ago(MINUTE), topic: 'shop.orders', partition: 1, epoch: 'e', kind: 'retention_cut', range_first: 10, range_last: 11, detail: 'gone' }, // prettier-ignore
  ])
  const { sources } = await reads().health()
  expect(sources.map(({ topic, kind }) => [topic, kind])).toEqual([
    ['import/olist/sellers', 'file'],
    ['quiet', 'kafka'],
    ['shop.orders', 'kafka'],
    ['webhook/stripe-eu', 'webhook'],
  ])
  const shop = sources.find(({ topic }) => topic === 'shop.orders')
  expect(shop).toMatchObject({
    formats: ['cloudevents'],
    per_second: 0.1,
    last_landed_at: new Date(now.getTime() - 30 * SECOND).toISOString(),
    lag: 7,
    state: 'stopped',
    problem: 'offset 10 is gone',
    behind_ms: 10 * MINUTE,
    notes: [{ kind: 'retention_cut', partition: 1, range_first: '10', range_last: '11' }],
  })
  expect(shop).toMatchObject({ landed: 36, dead_letters: 3, waiting: 6 })
  expect(shop?.streams.map(({ partition, epoch, lag, next_offset }) => [partition, epoch, lag, next_offset])).toEqual([
    [0, 'e', 5, '26'],
    [1, 'e', 2, '10'],
  ])
  expect(shop?.minutes).toHaveLength(60)
  expect([shop?.minutes.at(-1), shop?.minutes.at(-11), shop?.minutes.at(-2)]).toEqual([6, 30, 0])
  expect(sources.find(({ topic }) => topic === 'quiet')).toMatchObject({ state: 'unreported', lag: 0, behind_ms: 0 })
})

test('systems are told before the models are built', async () => {
  expect((await reads().health()).systems).toMatchObject([{ source: 's', state: '', silent_since: null }])
})

test('dead letters: groups by reason, place and path, what else there is, and pages', async () => {
  const all = await reads().deadLetters({ cured: false })
  expect(all).toMatchObject({ open: 4, cured: 1, total_groups: 2 })
  expect(all.groups[0]).toMatchObject({
    reason: 'wrong_type',
    topic: 'shop.orders',
    path: '$.data.amount',
    n: 3,
    first_seen: new Date(now.getTime() - 10 * MINUTE).toISOString(),
    last_seen: new Date(now.getTime() - 5 * MINUTE).toISOString(),
    detail: 'data.amount: expected integer, found "18"',
    latest: { topic: 'shop.orders', partition: 0, epoch: 'e', offset: '18' },
  })
  const some = await reads().deadLetters({ cured: false, reason: 'missing_attribute' })
  expect([some.groups.length, some.reasons, some.topics]).toEqual([
    1,
    [
      { reason: 'wrong_type', n: 3 },
      { reason: 'missing_attribute', n: 1 },
    ],
    [{ topic: 'shop.orders', n: 1 }],
  ])
  expect((await reads().deadLetters({ cured: true })).groups).toMatchObject([{ topic: 'webhook/stripe-eu', n: 1 }])
  const filter = { cured: false, reason: 'wrong_type' }
  const first = await reads().deadLetterPage(filter, { limit: 1 })
  const page = await reads().deadLetterPage(filter, { limit: 2, after: first.next ?? undefined })
  expect([first.rows.length, page.total, page.next]).toEqual([1, 3, null])
  expect(page.rows.map(({ offset, ordinal }) => [offset, ordinal])).toEqual([
    ['3', 1],
    ['17', 0],
  ])
})

test('the bytes of one message', async () => {
  const place = { topic: 'shop.orders', partition: 0, epoch: 'e', offset: '18' }
  const found = await reads().rawMessage(place)
  expect(found).toMatchObject({ ...place, value_bytes: 8, format: 'cloudevents' })
  expect(Buffer.from(found?.value ?? '', 'base64').toString()).toBe('{"n":18}')
  expect(Buffer.from(found?.headers ?? '', 'base64').toString()).toBe('{"h":"1"}')
  expect(await reads().rawMessage({ ...place, offset: '999' })).toBeNull()
})

test('a message declared derived that became nothing is missing; one that counts twice is a surplus', async () => {
  await land(warehouse, { topic: 'lossy' }, 0, 5)
  await becameEvents(warehouse, { topic: 'lossy' }, 0, 3)
  await land(warehouse, { topic: 'double' }, 0, 1)
  await becameEvents(warehouse, { topic: 'double' }, 0, 2)
  const { balance } = await reads().health()
  expect(balance.balanced).toBe(false)
  expect(balance.topics).toMatchObject([
    { topic: 'double', missing: 0, surplus: 1 },
    { topic: 'lossy', missing: 2, surplus: 0, waiting: 0 },
  ])
})

test('breakers, what was set aside, and jobs, of which one is silent for too long to be running', async () => {
  await warehouse.insertRows('derivation_breakers', [
    { topic: 'shop.orders', state: 'open', messages: 600, rejected: 200, detail: '', changed_by: 'derivation', changed_at: ago(MINUTE) }, // prettier-ignore
    { topic: 'other', state: 'closed', messages: 9, rejected: 0, detail: '', changed_by: 'derivation', changed_at: ago(0) }, // prettier-ignore
  ])
  const job = { kind: 'replay', title: 't', requested_by: 'Ann', outcome: '', detail: '', started_at: ago(MINUTE) }
  await warehouse.insertRows('ingest_jobs', [
    { ...job, job_id: '1', state: 'running', done: 1, total: 9, updated_at: ago(50 * SECOND) },
    { ...job, job_id: '2', state: 'done', done: 9, total: 9, updated_at: ago(SECOND) },
  ])
  await warehouse.insertRows('ingest_jobs', [
    { ...job, job_id: '1', state: 'running', done: 4, total: 9, updated_at: ago(40 * SECOND) },
    { ...job, job_id: '3', state: 'running', done: 7, total: 9, updated_at: ago(61 * SECOND) },
  ])
  const mapping = { job_id: 'mapping/file.till', kind: 'mapping', state: 'registered', done: 0, total: 0 }
  await warehouse.insertRows('ingest_jobs', [{ ...job, ...mapping, updated_at: ago(0) }])
  const health = await reads().health()
  expect(health.breakers.map(({ topic, state }) => [topic, state])).toEqual([
    ['shop.orders', 'open'],
    ['other', 'closed'],
  ])
  expect(health.jobs.map(({ job_id, state, done }) => [job_id, state, done])).toEqual([
    ['1', 'running', 4],
    ['2', 'done', 9],
    ['3', 'interrupted', 7],
  ])
  expect(health.set_aside).toMatchObject([{ format: 'stripe', kind: 'payout.paid', n: 1 }])
})

test('the landing rate has whole steps only; room on disk', async () => {
  const rate = await reads().landingRate(1)
  expect(rate.step_s).toBe(60)
  expect(rate.buckets).toHaveLength(60)
  expect(rate.buckets.at(-1)?.at).toBe('2026-11-23T11:59:00.000Z')
  // Six landed at 12:00:00, in the minute that is not over.
  expect(rate.buckets.at(-1)).toMatchObject({ landed: 0, derived: 0 })
  expect(rate.buckets.find(({ at }) => at === '2026-11-23T11:50:00.000Z')?.landed).toBeGreaterThan(36)
  expect((await reads().landingRate(24)).buckets).toHaveLength(96)
  const { disk, tables } = await reads().storage()
  expect(disk?.total).toBeGreaterThan(disk?.free ?? Infinity)
  expect(tables.find(({ name }) => name === 'raw_events')).toMatchObject({ rows: expect.any(Number) })
})
