import { afterAll, beforeAll, expect, test } from 'vitest'
import { QueryError } from '#transforms/query/errors.ts'
import type { RowScope } from '#transforms/query/request.ts'
import { aDoor, openTestApp, type TestApp } from '../../test-app.ts'
import { unrestricted } from '#transforms/query/request.ts'

const asked: { orderId: string; knownAt: string; scope: RowScope }[] = []
let one: TestApp

beforeAll(async () => {
  const door = aDoor({
    orderKnownAt: async (orderId, knownAt, scope) => {
      asked.push({ orderId, knownAt, scope })
      if (orderId === 'early') throw new QueryError('INVALID_REQUEST', 'nothing was known of this order')
      if (orderId === 'slow') throw new QueryError('PREPARING', '40 % done')
      return null
    },
  })
  one = await openTestApp({ door })
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
