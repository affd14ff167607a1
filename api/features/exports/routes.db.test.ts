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

test('a browser that is refused a file is led to a page with words; a program is told in JSON', async () => {
  const { exports } = (await call('GET', '/api/exports')).json<{ exports: Export[] }>()
  const waiting = exports.find(({ state }) => state === 'queued')
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' }
  const file = async (id: string, headers: Record<string, string>) =>
    one.app.inject({ url: `/api/exports/${id}/file`, headers })
  const signedIn = await one.as('manager')
  const led = async (id: string, headers: Record<string, string>) => {
    const { statusCode, headers: told } = await file(id, { ...browser, ...headers })
    return [statusCode, told.location]
  }
  expect(waiting).toBeDefined()
  expect(await led(waiting!.id, signedIn)).toEqual([303, '/exports?refused=export_unfinished'])
  expect(await led('of-somebody-else', signedIn)).toEqual([303, '/exports?refused=not_found'])
  expect(await led('x'.repeat(65), signedIn)).toEqual([303, '/exports?refused=invalid_input'])
  expect(await led(waiting!.id, {})).toEqual([303, '/sign-in?next=%2Fexports'])
  for (const headers of [signedIn, { ...signedIn, ...browser, 'sec-fetch-mode': 'cors' }])
    expect((await file(waiting!.id, headers)).json()).toMatchObject({ statusCode: 409, reason: 'export_unfinished' })
})
