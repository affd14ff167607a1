import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Export } from '../../contract/exports.ts'
import { openWholeApp } from '../../openapi/test-whole.ts'
import type { TestApp } from '../../test-app.ts'

let one: TestApp
beforeAll(async () => {
  one = await openWholeApp()
})
afterAll(() => one.close())

const call = async (method: 'GET' | 'POST', url: string, payload?: object) =>
  one.app.inject({ method, url, headers: await one.as('manager'), ...(payload && { payload }) })
const drill = { metric: 'orders_recorded' }

test('wrong questions are refused at once, and a list goes by cursor', async () => {
  for (const [body, status] of [
    [{ format: 'csv' }, 400],
    [{ format: 'csv', drill, descriptor: 'x.y' }, 400],
    [{ format: 'csv', drill: { ...drill, limit: 5 } }, 400],
    [{ format: 'pdf', drill }, 400],
    [{ format: 'csv', drill: { metric: '../../etc/passwd' } }, 400],
    [{ format: 'csv', descriptor: 'x.y' }, 404],
    [{ format: 'csv', drill }, 202],
    [{ format: 'xlsx', drill }, 202],
    [{ format: 'arrow', drill }, 202],
    [{ format: 'csv', drill }, 429],
  ] as const)
    expect([body, (await call('POST', '/api/exports', body)).statusCode]).toEqual([body, status])
  const list = async (query: string) =>
    (await call('GET', `/api/exports${query}`)).json<{ exports: Export[]; next_cursor: string | null }>()
  const all = (await list('')).exports.map(({ id }) => id)
  const page = await list('?limit=2')
  const rest = await list(`?limit=100&cursor=${page.next_cursor}`)
  expect([...page.exports, ...rest.exports].map(({ id }) => id)).toEqual(all)
  expect(all).toHaveLength(3)
})
