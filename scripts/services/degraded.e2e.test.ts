/** What goes on, and what is refused in which words, while PostgreSQL or Redis is away: services of this test's own, which it takes down. */
import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBullQueue } from '#api/jobs/bull.ts'
import { openState } from '#api/state/state.ts'
import { type TestApp, aDoor, anOrderState, openTestApp } from '#api/test-app.ts'
import { createLanding } from '#ingest/landing.ts'
import { createFindLanded } from '#ingest/sources/http-once.ts'
import { createWebhookDoor } from '#ingest/sources/http-webhooks.ts'
import { createHttpSource } from '#ingest/sources/http.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-degraded-'))
// PostgreSQL runs as a user of its own and has to reach its folder inside.
chmodSync(folder, 0o711)
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers.reverse()) await close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('without Redis due work is done by the process that finds it, once', async () => {
  const redis = await startRedis(folder)
  const done: string[] = []
  const told: unknown[] = []
  const queue = createBullQueue({
    redisUrl: redis.url,
    name: 'degraded',
    onFailure: (_id, error) => told.push(error),
    onError: (error) => told.push(error),
  })
  closers.push(() => queue.close().catch(() => undefined))
  queue.process(async (id) => void done.push(id))
  await queue.enqueue('before')
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['before'])
  expect(queue.awaySince()).toBeNull()
  await redis.stop()
  await queue.enqueue('while away')
  await expect.poll(() => done, { timeout: 20_000 }).toEqual(['before', 'while away'])
  expect(told.length).toBeGreaterThan(0)
  // What the portal's banner and `orderlens_part_away` are told.
  expect(queue.awaySince()).toBeInstanceOf(Date)
})

const KEY = 'k'.repeat(32)
let one: TestApp
let rows: () => Promise<unknown[]>
let stopPostgres: () => Promise<void>

beforeAll(async () => {
  const postgres = await startPostgres(folder)
  stopPostgres = () => postgres.stop()
  closers.push(stopPostgres)
  const warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'o',
    readers: 2,
  })
  const landing = await createLanding(warehouse)
  const source = createHttpSource({
    land: (batch, signal) => landing.land(batch, signal),
    findLanded: createFindLanded(warehouse),
  })
  rows = () => warehouse.queryRows("select value from raw_events where topic = 'http/erp'")
  one = await openTestApp({
    state: await openState({ databaseUrl: postgres.url }),
    env: { INGEST_API_KEYS: `erp:${KEY}` },
    ingest: { source, webhooks: createWebhookDoor({ endpoints: new Map(), source }) },
    door: aDoor({ order: async () => anOrderState() }),
  })
  closers.push(async () => {
    await one.close()
    await source.stop()
    await landing.close()
    await warehouse.close()
  })
})

test('without PostgreSQL nothing is shown or changed, everybody is told when to come again, and events go on landing', async () => {
  const admin = await one.as('admin')
  expect((await one.app.inject({ url: '/api/queue', headers: admin })).statusCode).toBe(200)
  await stopPostgres()

  const wrong: string[] = []
  let asked = 0
  for (const { method, url, policy } of one.app.policies) {
    if (policy === 'public' || policy === 'ingest' || method === 'HEAD') continue
    const { statusCode, headers, body } = await one.app.inject({
      method: method as 'GET',
      url: url.replaceAll(/:\w+/g, 'x'),
      headers: admin,
      ...(method !== 'GET' && { payload: {} }),
    })
    asked += 1
    const isTold = statusCode === 503 && headers['retry-after'] === '5' && body.includes('"unavailable"')
    if (!isTold) wrong.push(`${method} ${url}: ${statusCode} ${body}`)
  }
  expect(wrong).toEqual([])
  expect(asked).toBeGreaterThan(40)
  const signIn = { email: 'admin@demo.orderlens', password: 'whatever-it-is' }
  const signing = await one.app.inject({ method: 'POST', url: '/api/session', payload: signIn })
  expect([signing.statusCode, signing.headers['retry-after']]).toEqual([503, '5'])

  const statusOf = async (url: string) => (await one.app.inject({ url })).statusCode
  expect([await statusOf('/livez'), await statusOf('/readyz')]).toEqual([200, 503])
  const sent = await one.app.inject({
    method: 'POST',
    url: '/ingest/events',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/x-ndjson' },
    payload: '{"a": 1}\n',
  })
  expect(sent.statusCode).toBe(202)
  expect(await rows()).toEqual([{ value: '{"a": 1}' }])
})
