import { afterAll, beforeAll, expect, test } from 'vitest'
import type { auditReplySchema } from '../../contract/audit.ts'
import type { z } from 'zod'
import { aDoor, openTestApp, type TestApp } from '../../test-app.ts'
import { MOST_PER_HOUR } from './reveal.ts'

let clock = Date.parse('2026-03-01T10:00:00Z')
let one: TestApp
beforeAll(async () => {
  one = await openTestApp({
    now: () => new Date(clock),
    config: { sessionIdleMs: 864e5, sessionMs: 864e5 },
    door: aDoor({
      revealedEvent: async (orderId, { offset }, scope) =>
        orderId === 'o1' && offset === '7' && scope.regions === 'all' ? '{"phone":"13812345678"}' : null,
    }),
  })
})
afterAll(() => one.close())

const body = { topic: 't', partition: 0, offset: '7', reason: 'the customer asked' }
const reveal = async (role: Parameters<TestApp['as']>[0], payload: object = body, order = 'o1') =>
  one.app.inject({
    method: 'POST',
    url: `/api/orders/${order}/reveal`,
    payload,
    headers: await one.as(role),
  })
const entries = async () =>
  (await one.app.inject({ url: '/api/audit?limit=500', headers: await one.as('admin') }))
    .json<z.infer<typeof auditReplySchema>>()
    .entries.filter(({ verb }) => verb === 'personal.revealed')

test('it is shown to who may, with a reason, which is written down', async () => {
  const reply = await reveal('agent')
  expect([reply.statusCode, reply.json(), reply.headers['cache-control']]).toEqual([
    200,
    { value: '{"phone":"13812345678"}' },
    'no-store',
  ])
  expect((await entries())[0]).toMatchObject({
    person_name: '陈安 Chen An',
    subject: 'message/t/0/7',
    detail: { reason: body.reason },
  })
})

test.each([
  ['a role that may not', 'finance', body, 'o1', 403],
  ['no reason', 'agent', { ...body, reason: ' ' }, 'o1', 400],
  ['a message of another order', 'agent', body, 'o2', 404],
  ['no such message', 'agent', { ...body, offset: '8' }, 'o1', 404],
  ['an order outside the scope', 'agent.zhejiang', body, 'o1', 404],
] as const)('%s: nothing is shown, nothing is written down', async (_name, role, payload, order, status) => {
  const before = (await entries()).length
  const reply = await reveal(role, payload, order)
  expect(reply.statusCode).toBe(status)
  expect(reply.body).not.toContain('5678')
  expect(await entries()).toHaveLength(before)
})

test('one person sees so many an hour and no more, also all at once', async () => {
  const replies = await Promise.all(Array.from({ length: MOST_PER_HOUR + 10 }, () => reveal('lead')))
  const shown = replies.filter(({ statusCode }) => statusCode === 200)
  const [refused] = replies.filter(({ statusCode }) => statusCode === 429)
  expect(shown).toHaveLength(MOST_PER_HOUR)
  expect(refused?.json()).toMatchObject({ code: 'too_many_requests', reason: 'reveals_spent', parts: { most: 50 } })
  expect(Number(refused?.headers['retry-after'])).toBe(3_600)
  expect((await reveal('agent')).statusCode).toBe(200)
  clock += 3_600_001
  expect((await reveal('lead')).statusCode).toBe(200)
})
