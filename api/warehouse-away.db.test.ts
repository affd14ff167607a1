/** A warehouse on a server, first there and then away, behind the whole app with the real door. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadBoards } from '#dashboards/load.ts'
import { createDoor } from '#transforms/query/door.ts'
import { createRuleBook } from '#transforms/rules/rule-book.ts'
import { openSession } from '#warehouse/connect.ts'
import { type Endpoint, startEndpoint } from '#warehouse/endpoint/server.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { readingAs } from '#warehouse/reading.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { createDataOperations } from './features/data/operations.ts'
import { type TestApp, openTestApp } from './test-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-away-'))
const login = { user: 'orderlens', password: 'of the warehouse' }
let server: Endpoint
let warehouse: Warehouse
let one: TestApp

beforeAll(async () => {
  const path = join(folder, 'warehouse')
  const open = () => openSession(path)
  // Its tables are made sooner without a server between.
  const local = await openWarehouse({ mode: 'embedded', path, database: 'orderlens', readers: 1 })
  await local.close()
  const how = { spool: join(folder, 'spool'), database: 'orderlens', port: 0, allowWrites: true }
  server = await startEndpoint({ ...how, open, login })
  const limits = { seconds: 20 }
  const where = { url: server.url, ...login, database: 'orderlens', readers: 2, limits }
  warehouse = await openWarehouse({ mode: 'server', ...where })
  one = await openTestApp({
    door: createDoor(warehouse),
    rules: createRuleBook(warehouse),
    boards: loadBoards(),
    operations: createDataOperations(warehouse, null),
    reads: warehouse.reads,
  })
})
afterAll(async () => {
  await one.close()
  await warehouse.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('on a server, too, a read ends with whoever asked, and the server does no more of it', async () => {
  const slow =
    "select count() as n from numbers(90000000) where cityHash64(repeat(toString(number), 60), 'away') = {k:UInt64}"
  const running = async () => {
    const rows = await warehouse.queryRows(
      "select count() as n from system.processes where query like 'select count() as n from numbers(9%'",
    )
    return Number(rows[0]?.['n'])
  }
  const caller = new AbortController()
  const asked = readingAs({ lane: 'people', signal: caller.signal }, () => warehouse.queryRows(slow, { k: 1 }))
  asked.catch(() => undefined)
  while ((await running()) !== 1) await sleep(10)
  caller.abort()
  await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
  const since = performance.now()
  while ((await running()) !== 0) await sleep(10)
  expect(performance.now() - since).toBeLessThan(5_000)
})

test('while the warehouse is away nothing fails on its own account: what needs it says so, the rest goes on', async () => {
  const admin = await one.as('admin')
  await server.close()
  const answers = new Map<string, number>()
  for (const { method, url, policy } of one.app.policies) {
    if (method !== 'GET' || policy === 'ingest' || url === '/api/live') continue
    const address = url
      .replace(':order_id', 'TM.1')
      .replace(':slug', 'overview')
      .replace('/dimensions/:name', '/dimensions/channel')
      .replaceAll(/:\w+/g, 'x')
    const query = { '/api/search': '?q=TM.1', '/api/orders/:order_id/as-of': '?at=2026-01-01T00:00:00Z' }[url] ?? ''
    const { statusCode, headers, body } = await one.app.inject({ url: address + query, headers: admin })
    answers.set(url, statusCode)
    if (statusCode !== 503) continue
    expect([url, JSON.parse(body)]).toEqual([url, expect.objectContaining({ code: 'unavailable' })])
    expect([url, headers['retry-after']]).toEqual([url, '5'])
  }
  const withStatus = (status: number) => [...answers].flatMap(([url, code]) => (code === status ? [url] : []))
  expect([...answers].filter(([, status]) => status >= 500 && status !== 503)).toEqual([])
  expect(withStatus(503)).toEqual(
    expect.arrayContaining([
      '/api/queue',
      '/api/incidents',
      '/api/search',
      '/api/orders/:order_id',
      '/api/data/health',
    ]),
  )
  expect(withStatus(200)).toEqual(
    expect.arrayContaining([
      '/livez',
      '/readyz',
      '/metrics',
      '/api/session',
      '/api/audit',
      '/api/people',
      '/api/metrics',
      '/api/boards',
      '/api/boards/:slug',
      '/api/data/away',
    ]),
  )
})

test('people come and go meanwhile, and on an order nobody has opened no action is taken', async () => {
  // Nobody has signed in as an agent before.
  const agent = await one.as('agent')
  const asked = await one.app.inject({
    method: 'POST',
    url: '/api/orders/TM.1/actions',
    headers: { ...agent, 'idempotency-key': '7b1d8a52-6f0c-4a3e-9d55-0f2a4c9be771' },
    payload: { kind: 'cancel_order', reason: 'the buyer changed their mind' },
  })
  expect([asked.statusCode, asked.json()]).toEqual([503, expect.objectContaining({ code: 'unavailable' })])
  expect(await one.state.knex('outbox').count({ n: '*' }).first()).toEqual({ n: '0' })
  const question = await one.app.inject({
    method: 'POST',
    url: '/api/metrics/query',
    headers: agent,
    payload: { requests: [{ metric: 'anomalies_opened', from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z' }] },
  })
  expect([question.statusCode, question.headers['retry-after']]).toEqual([503, '5'])
})
