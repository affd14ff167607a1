import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { unrestricted } from '#transforms/query/request.ts'
import type { Principal } from '../feature.ts'
import { createBudgets, registerBudgets } from './budgets.ts'
import { registerErrors } from './errors.ts'

let clock = Date.parse('2026-03-01T10:00:00Z')
const aPerson = (id: string): Principal => ({
  id,
  email: `${id}@shop.example`,
  name: id,
  role: 'agent',
  scope: unrestricted,
  money_limit: 0,
  money_limit_day: null,
  money_limit_customer: null,
})
const callers: Readonly<Record<string, Principal>> = {
  mei: aPerson('mei'),
  key: { ...aPerson('mei'), key: { id: 'k1', name: 'k', permissions: [] } },
  an: aPerson('an'),
}

/** 240 requests an address: 120 of one caller, 240 questions, 2 files. */
function anApp() {
  const app = Fastify()
  registerErrors(app as never)
  app.decorateRequest('person', null)
  app.addHook('onRequest', async (request) => {
    request.person = callers[String(request.headers['x-who'])] ?? null
  })
  registerBudgets(app as never, createBudgets({ perMinute: 240, now: () => new Date(clock) }))
  app.get('/api/read', async () => 'read')
  app.post('/api/query', { config: { cost: 'query' } }, async () => 'answers')
  app.post('/api/file', { config: { cost: 'export' } }, async () => 'file')
  const ask = (who: string, url: string, questions = 1) =>
    app.inject({
      method: url === '/api/read' ? 'GET' : 'POST',
      url,
      headers: { 'x-who': who },
      ...(url !== '/api/read' && { payload: { requests: Array.from({ length: questions }, () => ({})) } }),
    })
  const burst = (who: string, url: string, n: number, questions?: number) =>
    Promise.all(Array.from({ length: n }, () => ask(who, url, questions)))
  return { ask, burst }
}
const passed = (replies: readonly { statusCode: number }[]) =>
  replies.filter(({ statusCode }) => statusCode === 200).length

test('a burst of one caller stops at their budget, of each kind its own, and takes nothing from others', async () => {
  const { ask, burst } = anApp()
  const replies = await burst('mei', '/api/read', 150)
  expect(passed(replies)).toBe(120)
  const refused = replies.find(({ statusCode }) => statusCode === 429)
  expect([refused?.json(), refused?.headers['retry-after']]).toEqual([
    expect.objectContaining({ code: 'too_many_requests', reason: 'reads_spent', parts: { most: 120 } }),
    '1',
  ])
  expect(passed(await burst('mei', '/api/file', 5))).toBe(2)
  expect((await ask('mei', '/api/file')).json()).toMatchObject({ reason: 'exports_spent', parts: { most: 2 } })
  for (const who of ['an', 'key']) expect([who, (await ask(who, '/api/read')).statusCode]).toEqual([who, 200])
})

test('a request of twenty questions costs twenty, and waiting as long as was said is enough', async () => {
  const { ask, burst } = anApp()
  expect(passed(await burst('mei', '/api/query', 20, 20))).toBe(12)
  const refused = await ask('mei', '/api/query', 20)
  expect([refused.statusCode, refused.json().reason, refused.headers['retry-after']]).toEqual([
    429,
    'questions_spent',
    '5',
  ])
  clock += 4_000
  expect((await ask('mei', '/api/query', 20)).statusCode).toBe(429)
  clock += 1_000
  expect((await ask('mei', '/api/query', 20)).statusCode).toBe(200)
  expect((await ask('mei', '/api/query', 1)).statusCode).toBe(429)
})

test('what nobody may have so much of is had at once, and then waited for', () => {
  const budgets = createBudgets({ perMinute: 10, now: () => new Date(clock) })
  expect(budgets.mostOf('export')).toBe(1)
  expect(budgets.take('mei', 'query', 20)).toBeNull()
  expect(budgets.take('mei', 'query', 20)).toBe(60)
})
