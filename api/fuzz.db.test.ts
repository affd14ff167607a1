/** Whatever is sent to whatever route: an answer below 500 in the one shape, and nothing changed that should not be. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorSchema } from './contract/errors.ts'
import { aDoorWithOrder, anOrderState, openTestApp, type TestApp } from './test-app.ts'

type Operation = { readonly method: string; readonly path: string; readonly fields: string[] }
let one: TestApp
let operations: Operation[]

beforeAll(async () => {
  one = await openTestApp({ door: aDoorWithOrder(anOrderState()) })
  await one.app.ready()
  operations = Object.entries(one.app.swagger().paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      fields: fieldsOf(operation),
    })),
  )
})
afterAll(() => one.close())

function fieldsOf(operation: unknown): string[] {
  return [...new Set([...JSON.stringify(operation).matchAll(/"([a-z_]{2,30})":/g)].map((match) => match[1] ?? ''))]
}

const nasty = fc.constantFrom(
  "' or 1=1 --",
  "'); drop table people; --",
  '{x:String}',
  '$1',
  '%',
  '_',
  '../../etc/passwd',
  '..%2f',
  '\u0000',
  '\u202e',
  '<script>',
  '=cmd()',
  '${7*7}',
  '浙江',
  '𝕏',
  '',
  ' ',
  'null',
  '-1',
  '1e999',
)
const value = fc.oneof(
  nasty,
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(nasty, { maxLength: 3 }),
  fc.dictionary(fc.string(), nasty, { maxKeys: 2 }),
)
const text = fc.oneof(nasty, fc.string({ maxLength: 30 }))

const templates: readonly { path: string; body: Record<string, unknown>; fields: readonly string[] }[] = [
  { path: '/api/session', body: { email: 'a@b.cd', password: 'x' }, fields: ['email', 'password'] },
  {
    path: '/api/orders/o1/actions',
    body: { kind: 'refund_payment', payment_id: 'y', reason: 'r' },
    fields: ['payment_id', 'reason', 'kind', 'amount'],
  },
  {
    path: '/api/metrics/query',
    body: { requests: [{ metric: 'm', where: [{ dimension: 'd', values: ['v'] }] }] },
    fields: ['requests'],
  },
  {
    path: '/api/drill',
    body: { metric: 'm' },
    fields: [
      'metric',
      'by',
      'where',
      'from',
      'to',
      'time',
      'grain',
      'zone',
      'as_of',
      'order',
      'limit',
      'part',
      'sort',
      'offset',
    ],
  },
  {
    path: '/api/explain',
    body: { metric: 'm', dimensions: ['d'], before: {}, after: {} },
    fields: ['metric', 'dimensions', 'where', 'before', 'after', 'time', 'zone', 'time_basis', 'limit'],
  },
  { path: '/api/drill/export', body: { metric: 'm' }, fields: ['metric', 'where', 'zone', 'sort'] },
]

test('a well-formed request with one odd value is answered in the one shape', { timeout: 180_000 }, async () => {
  const headers = {
    ...(await one.as('admin')),
    'content-type': 'application/json',
    'idempotency-key': '4e3b4a3e-9b57-4e4c-9f43-1d7c6f0f8f11',
  }
  const arbitrary = fc
    .constantFrom(...templates)
    .chain((template) =>
      fc.tuple(
        fc.constant(template),
        fc.constantFrom(...template.fields),
        fc.oneof({ weight: 3, arbitrary: nasty }, value),
      ),
    )
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([template, field, odd]) => {
      const reply = await one.app.inject({
        method: 'POST',
        url: template.path,
        headers,
        payload: JSON.stringify({ ...template.body, [field]: odd }),
      })
      if (reply.statusCode >= 500) throw new Error(`${reply.statusCode} ${reply.body}`)
      if (reply.statusCode >= 400) errorSchema.parse(reply.json())
    }),
    { numRuns: 300 },
  )
  expect(await one.state.knex('actions')).toEqual([])
})

test('no input makes it fail', { timeout: 180_000 }, async () => {
  expect(operations.length).toBeGreaterThan(12)
  const people = JSON.stringify(await one.state.knex('people').orderBy('email'))
  const arbitrary = fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      role: fc.constantFrom('manager', 'agent', 'agent.zhejiang', 'admin'),
      params: fc.array(text, { minLength: 2, maxLength: 2 }),
      query: fc.dictionary(
        fc.oneof(fc.constantFrom('q', 'view', 'limit', 'offset', 'type', 'order_id'), fc.string({ maxLength: 8 })),
        text,
        { maxKeys: 3 },
      ),
      body: fc.oneof(fc.dictionary(fc.constantFrom('', ...operation.fields), value, { maxKeys: 6 }), value),
    }),
  )
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ operation, role, params, query, body }) => {
      if (operation.path === '/api/session' && operation.method === 'DELETE') return // would sign the people of this test out
      if (operation.path === '/api/live') return // an answer without an end
      const path = operation.path.replaceAll(/\{[^}]+\}/g, () => encodeURIComponent(params.pop() ?? 'x'))
      const reply = await one.app.inject({
        method: operation.method as 'GET',
        url: `${path}?${new URLSearchParams(query).toString()}`,
        headers: { ...(await one.as(role as 'agent')), 'content-type': 'application/json' },
        ...(operation.method === 'GET' ? {} : { payload: JSON.stringify(body) }),
      })
      if (reply.statusCode >= 500) throw new Error(`${reply.statusCode} ${reply.body}`)
      if (reply.statusCode >= 400) errorSchema.parse(reply.json())
    }),
    { numRuns: 400 },
  )
  expect(JSON.stringify(await one.state.knex('people').orderBy('email'))).toBe(people)
  expect(await one.state.knex('actions')).toEqual([])
})
