import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../test-app.ts'

const key = 'k'.repeat(32)
const taken: { name: string; messages: string[] }[] = []
let one: TestApp

beforeAll(async () => {
  one = await openTestApp({
    env: { INGEST_API_KEYS: `erp:${key}, wms:${'w'.repeat(32)}` },
    ingest: {
      accept: async (name, messages) => {
        taken.push({ name, messages: messages.map(String) })
        return { topic: `http/${name}`, first: 5n, last: 5n + BigInt(messages.length) - 1n, messages: messages.length }
      },
    },
  })
})
afterAll(() => one.close())

const send = (payload: string, headers: Record<string, string> = {}) =>
  one.app.inject({
    method: 'POST',
    url: '/ingest/events',
    payload,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', ...headers },
  })

test('lines are landed byte for byte under the name of their key, and the answer says where', async () => {
  const reply = await send('{"a": 1}\n{broken\n')
  expect([reply.statusCode, reply.json()]).toEqual([202, { topic: 'http/erp', first: '5', last: '6', messages: 2 }])
  expect(taken.at(-1)).toEqual({ name: 'erp', messages: ['{"a": 1}', '{broken'] })
})

test.each([
  ['no key', '{}', { authorization: '' }, 401, 'ingest_key_refused'],
  ['a wrong key', '{}', { authorization: 'Bearer nope' }, 401, 'ingest_key_refused'],
  ['a foreign type', '{}', { 'content-type': 'text/html' }, 415, 'unsupported_media_type'],
  ['broken JSON', '{', { 'content-type': 'application/json' }, 400, 'invalid_input'],
  ['nothing', '', {}, 400, 'invalid_input'],
  ['more than 8 MB', 'x'.repeat(8_400_000), {}, 413, 'body_too_large'],
] as const)('%s is refused', async (_name, payload, headers, status, code) => {
  const before = taken.length
  const reply = await send(payload, headers)
  expect([reply.statusCode, reply.json().code, taken.length]).toEqual([status, code, before])
})

test('a session opens no door here', async () => {
  const { authorization: _none, ...headers } = { authorization: '', ...(await one.as('admin')) }
  expect(
    (
      await one.app.inject({
        method: 'POST',
        url: '/ingest/events',
        payload: '{}',
        headers: { ...headers, 'content-type': 'application/json' },
      })
    ).statusCode,
  ).toBe(401)
})
