/** What questions that take too much do to those who ask and to everybody else: a real engine behind the real app. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import { type ReadLane, readingAs, shared } from '#warehouse/reading.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type TestApp, aDoor, openTestApp } from './test-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-reads-'))
const LIMITS = { seconds: 2, memoryBytes: 400_000_000, rowsRead: 100_000_000, resultRows: 1_000 }
/** By the metric that is asked for. */
const QUESTIONS: Readonly<Record<string, string>> = {
  slow: 'select count() as n from numbers(90000000) where cityHash64(repeat(toString(number), 60)) = {none:UInt64}',
  large: 'select length(groupArray(number)) as n from numbers(90000000) where number != {none:UInt64}',
  wide: 'select count() as n from numbers(900000000) where cityHash64(number) = {none:UInt64}',
  long: 'select number as n from numbers(5000) where number != {none:UInt64}',
  small: 'select {none:UInt64} as n',
}
let warehouse: Warehouse
let one: TestApp
let address: string
let asked: Record<string, string>

beforeAll(async () => {
  const path = join(folder, 'warehouse')
  warehouse = await openWarehouse({ mode: 'embedded', path, database: 'reads', readers: 4, limits: LIMITS })
  const run = (metric: string) => warehouse.queryRows(QUESTIONS[metric] ?? '', { none: 1 })
  const nothing = aDoor()
  one = await openTestApp({
    reads: warehouse.reads,
    door: aDoor({
      ask: async (query, scope) => {
        await run(query.metric)
        return nothing.ask(query, scope)
      },
      drillTable: async (query, scope) => {
        await run(query.metric)
        return nothing.drillTable(query, scope)
      },
    }),
  })
  address = await one.app.listen({ host: '127.0.0.1', port: 0 })
  asked = { ...(await one.as('admin')), 'content-type': 'application/json' }
})
afterAll(async () => {
  // Calls that were given up before they were sent have opened connections without a request.
  one.app.server.closeAllConnections()
  await one.close()
  await warehouse.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const bodyOf = (...metrics: string[]) => JSON.stringify({ requests: metrics.map((metric) => ({ metric })) })
const ask = (...metrics: string[]) =>
  fetch(`${address}/api/metrics/query`, { method: 'POST', headers: asked, body: bodyOf(...metrics) })
const figuresOf = (lane: ReadLane) => warehouse.reads().find((figures) => figures.lane === lane)
const untilIdle = async (lane: ReadLane) => {
  const since = performance.now()
  for (;;) {
    const figures = figuresOf(lane)
    if (figures?.running === 0 && figures.waiting === 0) return performance.now() - since
    await sleep(20)
  }
}

test.each([
  ['slow', 504, 'timeout', undefined],
  ['wide', 422, 'result_too_large', 'rows_spent'],
  ['large', 422, 'result_too_large', 'memory_spent'],
  ['long', 422, 'result_too_large', 'result_spent'],
])('a question that is too %s is answered %i', async (metric, status, code, reason) => {
  const answer = await ask(metric)
  expect(answer.status).toBe(status)
  const told = (await answer.json()) as { code: string; reason?: string; message: string }
  expect(told).toMatchObject({ code, ...(reason && { reason }) })
  expect(told.message).toMatch(/ask for a shorter window or fewer splits/)
})

test('twelve heavy questions at once end in time, and the process is well all the while', async () => {
  const waits: number[] = []
  let isOver = false
  const looking = (async () => {
    while (!isOver) {
      const began = performance.now()
      expect((await fetch(`${address}/livez`)).status).toBe(200)
      waits.push(performance.now() - began)
      await sleep(20)
    }
  })()
  const began = performance.now()
  const answers = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const { status } = await ask(['slow', 'wide', 'large'][n % 3] ?? '')
      return { status, ms: performance.now() - began }
    }),
  )
  isOver = true
  await looking
  expect(answers.every(({ status }) => [504, 422].includes(status))).toBe(true)
  // Twelve on four readers, of which four take all the time they may have.
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(3 * (LIMITS.seconds * 1_000 + 2_000))
  expect(waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)]).toBeLessThan(1_000)
})

test('files take one reader at a time; whoever asks something small does not wait for them', async () => {
  const files = Array.from({ length: 3 }, () =>
    fetch(`${address}/api/metrics/query`, {
      method: 'POST',
      headers: { ...asked, accept: 'text/csv' },
      body: bodyOf('slow'),
    }),
  )
  while (figuresOf('exports')?.waiting !== 2) await sleep(5)
  expect((await ask('small')).status).toBe(200)
  expect(figuresOf('exports')).toMatchObject({ running: 1, waiting: 2 })
  const metrics = await (await fetch(`${address}/metrics`, { headers: asked })).text()
  expect(metrics).toContain('orderlens_reads_running{lane="exports"} 1')
  expect(metrics).toContain('orderlens_reads_waiting{lane="exports"} 2')
  for (const file of await Promise.all(files)) expect(file.status).toBe(504)
})

test('a caller who hangs up leaves nothing behind, neither running nor waiting', async () => {
  const cancelled = figuresOf('people')?.cancelled ?? 0
  const calls = Array.from({ length: 7 }, () => {
    const call = request(`${address}/api/metrics/query`, { method: 'POST', headers: asked })
    call.on('error', () => undefined)
    call.end(bodyOf('slow'))
    return call
  })
  while (figuresOf('people')?.running !== 4 || figuresOf('people')?.waiting !== 3) await sleep(5)
  for (const call of calls) call.destroy()
  expect(await untilIdle('people')).toBeLessThan(LIMITS.seconds * 500)
  expect(figuresOf('people')?.cancelled).toBe(cancelled + 7)
  // The engine does no more of what nobody waits for.
  const before = process.cpuUsage()
  await sleep(300)
  const { user } = process.cpuUsage(before)
  expect(user / 1_000).toBeLessThan(150)
})

test('what others wait for as well goes on when whoever asked first hangs up', async () => {
  const caller = new AbortController()
  const both = readingAs({ lane: 'people', signal: caller.signal }, () =>
    shared(() => warehouse.queryRows('select sum(number) as n from numbers(10000000)')),
  )
  caller.abort()
  expect(await both).toEqual([{ n: '49999995000000' }])
})

test('more than may wait are told when to come again', async () => {
  const calls = new AbortController()
  const answers = Array.from({ length: 42 }, () =>
    fetch(`${address}/api/metrics/query`, {
      method: 'POST',
      headers: asked,
      body: bodyOf('slow'),
      signal: calls.signal,
    }).then(
      async (answer) => ({
        status: answer.status,
        after: answer.headers.get('retry-after'),
        body: await answer.json(),
      }),
      () => null,
    ),
  )
  const refused = await Promise.race(
    answers.map(async (answer) => ((await answer)?.status === 503 ? answer : new Promise<null>(() => undefined))),
  )
  expect(refused).toMatchObject({ status: 503, body: { code: 'too_busy' } })
  expect(Number(refused?.after)).toBeGreaterThan(0)
  while ((figuresOf('people')?.refused.full ?? 0) < 6) await sleep(5)
  calls.abort()
  await Promise.all(answers)
  await untilIdle('people')
})
