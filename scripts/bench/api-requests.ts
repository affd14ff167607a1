/**
 * What a request costs over HTTP on loopback beside its statements run directly on the engine, by 1, 8 and 32 readers at
 * once, on a week of the simulated store. Both ways take turns and wait for the same four connections; caller and server
 * share one process, so that what the caller costs counts against the API.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { openState } from '#api/state/state.ts'
import { openTestApp } from '#api/test-app.ts'
import { createDoor } from '#transforms/query/door.ts'
import { unrestricted } from '#transforms/query/request.ts'
import { readingAs } from '#warehouse/reading.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { mean, printTable, quantile } from './measure.ts'
import { type Recorder, record } from './recorder.ts'
import { WEEK, fillWeek } from './week.ts'

const READERS = [1, 8, 32] as const
const ROUNDS = 3
/** Requests of one kind, at least, in one round. */
const ASKED = 32
/** Through the API at most this many times the direct statements, plus this many milliseconds. */
const AIM = { times: 1.2, plusMs: 2 }

const window = { from: '2026-09-01T00:00:00.000Z', to: WEEK.endsAt }
const ORDERS_PLACED = { metric: 'orders_placed', ...window, zone: 'Asia/Shanghai' }

type Kind = { readonly what: string; readonly path: string; readonly body?: unknown }

function kindsOf({ order, buyer }: { order: string; buyer: string }): readonly Kind[] {
  const query = (what: string, ...requests: unknown[]): Kind => ({
    what,
    path: '/api/metrics/query',
    body: { requests },
  })
  return [
    query('a number with its comparison', { ...ORDERS_PLACED, compare: 'previous' }),
    query('a series by hour', { ...ORDERS_PLACED, grain: 'hour' }),
    query('a ranking with others and a total', {
      ...ORDERS_PLACED,
      by: ['region'],
      top: { dimension: 'region', n: 5 },
      total: true,
    }),
    query('a ratio by channel', { metric: 'anomaly_rate', ...window, by: ['channel'] }),
    query('a median by day', { metric: 'median_time_to_resolve', ...window, grain: 'day' }),
    { what: 'the orders of a number', path: '/api/drill', body: { ...ORDERS_PLACED, limit: 50 } },
    { what: 'why a number changed', path: '/api/explain', body: EXPLAINED },
    { what: 'the queue', path: '/api/queue' },
    { what: 'incidents', path: '/api/incidents' },
    { what: 'search', path: `/api/search?q=${encodeURIComponent(buyer)}` },
    { what: 'one order, its whole trace', path: `/api/orders/${encodeURIComponent(order)}` },
  ]
}

const EXPLAINED = {
  metric: 'orders_placed',
  dimensions: ['channel', 'region'],
  before: { from: '2026-09-05T00:00:00.000Z', to: '2026-09-06T00:00:00.000Z' },
  after: { from: '2026-09-06T00:00:00.000Z', to: '2026-09-07T00:00:00.000Z' },
}

type Way = { readonly ask: () => Promise<void>; readonly direct: () => Promise<void> }

/** Opens its own app on the warehouse; the week is filled in first. */
export async function timeRequests(warehouse: Warehouse): Promise<void> {
  const messages = await fillWeek(warehouse)
  console.log(`${WEEK.orders.toLocaleString('en')} orders, ${messages.toLocaleString('en')} messages, times in ms`)
  const recorder = record(warehouse)
  const door = createDoor(recorder.warehouse)
  const { app, as, close } = await openTestApp({ door, state: await openState({}), now: () => new Date(WEEK.endsAt) })
  const headers = { ...(await as('manager')), 'content-type': 'application/json' }
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const sample = await door.drill({ ...ORDERS_PLACED, limit: 1 }, unrestricted)
  const [{ order_id: order, buyer_id: buyer } = {}] = sample.rows
  const rows: string[][] = []
  let missed = 0
  for (const { what, path, body } of kindsOf({ order: String(order), buyer: String(buyer) })) {
    const ask = async (): Promise<void> => {
      const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
      const reply = await fetch(`${address}${path}`, init)
      const text = await reply.text()
      if (reply.status === TOO_BUSY) return again(ask)
      if (!reply.ok) throw new Error(`${what}: ${reply.status} ${text}`)
    }
    const way = { ask, direct: await directWay(recorder, ask) }
    for (const readers of READERS) {
      const found = await takeTurns(way, readers)
      // Not the median: who is refused and comes again may be passed by, and half of them would look quicker than they are.
      const [direct, api] = [mean(found.direct), mean(found.api)]
      const isMet = api <= AIM.times * direct + AIM.plusMs
      if (!isMet) missed += 1
      rows.push([
        `${what}, ${readers} at once`,
        direct.toFixed(1),
        api.toFixed(1),
        quantile(found.api, 0.95).toFixed(1),
        (api / direct).toFixed(2),
        isMet ? 'met' : 'MISSED',
      ])
    }
    console.log(`  ${what}`)
  }
  printTable(['', 'direct', 'API', 'API p95', 'ratio', `≤ ${AIM.times} × + ${AIM.plusMs} ms`], rows)
  console.log(missed === 0 ? 'met    every kind' : `MISSED ${missed} of ${rows.length}`)
  await close()
}

/** The statements of one request, asked as the API asks them: those of the second time, when what is kept is kept. */
async function directWay(recorder: Recorder, ask: () => Promise<void>): Promise<() => Promise<void>> {
  await ask()
  const statements = await recorder.during(ask)
  if (statements.length === 0) throw new Error('the request asks nothing of the warehouse')
  const one = (statement: () => Promise<unknown>): Promise<unknown> =>
    readingAs({ lane: 'people' }, statement).catch((cause: { code?: string }) => {
      if (cause.code !== 'TOO_BUSY') throw cause
      return again(async () => void (await one(statement)))
    })
  return async () => void (await Promise.all(statements.map(one)))
}

/** More than may wait are refused; who comes again shortly has waited so much longer. */
const TOO_BUSY = 503
const AGAIN_MS = 20
const again = async (ask: () => Promise<void>): Promise<void> => {
  await sleep(AGAIN_MS)
  await ask()
}

async function takeTurns(way: Way, readers: number): Promise<{ direct: number[]; api: number[] }> {
  const found = { direct: [] as number[], api: [] as number[] }
  for (let round = 0; round < ROUNDS; round += 1) {
    found.direct.push(...(await atOnce(way.direct, readers)))
    found.api.push(...(await atOnce(way.ask, readers)))
  }
  return found
}

/** How long each took, ms, of readers who ask again as soon as they are answered. */
async function atOnce(work: () => Promise<void>, readers: number): Promise<number[]> {
  const spent: number[] = []
  const each = Math.max(4, Math.ceil(ASKED / readers))
  const reader = async (): Promise<void> => {
    for (let n = 0; n < each; n += 1) {
      const startedMs = performance.now()
      await work()
      spent.push(performance.now() - startedMs)
    }
  }
  await Promise.all(Array.from({ length: readers }, reader))
  return spent
}
