import { afterAll, beforeAll, expect, test } from 'vitest'
import { QueryError } from '#transforms/query/errors.ts'
import type { RowScope } from '#transforms/query/request.ts'
import { WarehouseError } from '#warehouse/errors.ts'
import { aDoorWithOrder, anOrderState, openTestApp, type TestApp } from '../../test-app.ts'
import { unrestricted } from '#transforms/query/request.ts'

const asked: { orderId: string; knownAt: string; scope: RowScope }[] = []
let one: TestApp
let isAway = false
let clock = Date.parse('2026-11-20T08:00:00Z')
const order = anOrderState({ order_id: 'seen', region: '广东' })
const found = <T>(value: T): Promise<T> =>
  isAway ? Promise.reject(new WarehouseError('UNREACHABLE', 'away')) : Promise.resolve(value)

beforeAll(async () => {
  const door = aDoorWithOrder(order, {
    order: (id, { regions }) => found(id === 'seen' && (regions === 'all' || regions.includes('广东')) ? order : null),
    queue: () =>
      found({ incidents: [], rows: [], next: null, total: 3, views: [], data_as_of: '2026-11-20T08:00:00.000Z' }),
    orderKnownAt: async (orderId, knownAt, scope) => {
      asked.push({ orderId, knownAt, scope })
      if (orderId === 'early') throw new QueryError('INVALID_REQUEST', 'nothing was known of this order')
      if (orderId === 'slow') throw new QueryError('PREPARING', '40 % done')
      return null
    },
  })
  one = await openTestApp({ door, now: () => new Date(clock) })
})
afterAll(() => one.close())

const get = async (who: Parameters<TestApp['as']>[0], path: string) =>
  one.app.inject({ method: 'GET', url: `/api/orders/${path}`, headers: await one.as(who) })
const at = encodeURIComponent('2026-11-20T08:00:00+08:00')

test('an order of the past is asked within the scope of whoever asks', async () => {
  expect((await get('agent.zhejiang', `o1?known_at=${at}`)).statusCode).toBe(404)
  expect(asked).toEqual([
    { orderId: 'o1', knownAt: '2026-11-20T08:00:00+08:00', scope: { ...unrestricted, regions: ['浙江'] } },
  ])
})

test('an instant without its offset, or none at all, is refused', async () => {
  for (const wrong of ['2026-11-20', '2026-11-20T08:00:00', 'yesterday', ''])
    expect((await get('manager', `o1?known_at=${wrong}`)).statusCode).toBe(400)
  expect((await get('manager', `o1/raw?known_at=yesterday`)).statusCode).toBe(400)
})

test('a past that nobody knew is a wrong question, and one that is not ready is asked for again', async () => {
  const early = await get('manager', `early?known_at=${at}`)
  expect([early.statusCode, early.json()]).toMatchObject([400, { code: 'invalid_input' }])
  const slow = await get('manager', `slow?known_at=${at}`)
  expect([slow.statusCode, slow.json()]).toMatchObject([409, { code: 'preparing', message: '40 % done' }])
})

test('while the warehouse is away who takes it is told of orders and the queue what was read within 15 minutes in the same scope', async () => {
  const ask = async (who: Parameters<TestApp['as']>[0], url: string) => {
    const reply = await one.app.inject({ url, headers: await one.as(who) })
    return [reply.statusCode, reply.json<{ kept_at?: string }>()] as const
  }
  const urls = ['/api/orders/seen?or_kept=1', '/api/queue?view=open&or_kept=1']
  const read = await Promise.all(urls.map((url) => ask('agent', url)))
  expect(read.map(([status, { kept_at }]) => [status, kept_at])).toEqual(Array(2).fill([200, undefined]))
  const kept_at = new Date(clock).toISOString()
  isAway = true
  clock += 10 * 60_000
  for (const [index, url] of urls.entries()) {
    // A colleague who sees the same rows.
    for (const who of ['agent', 'lead'] as const)
      expect(await ask(who, url)).toEqual([200, { ...read[index]?.[1], kept_at }])
    const others = [ask('agent.zhejiang', url), ask('agent', url.replace('or_kept=1', 'or_kept=0'))]
    for (const [status] of await Promise.all(others)) expect(status).toBe(503)
  }
  for (const url of ['/api/orders/other?or_kept=1', '/api/queue?view=money&or_kept=1'])
    expect((await ask('agent', url))[0]).toBe(503)
  clock += 6 * 60_000
  for (const url of urls) expect((await ask('agent', url))[0]).toBe(503)
  isAway = false
})
