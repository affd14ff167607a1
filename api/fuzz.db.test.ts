/** Whatever is sent to whatever route: an answer below 500 in the one shape, and nothing changed that should not be. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorSchema } from './contract/errors.ts'
import { may, roles } from './contract/permissions.ts'
import type { Person } from './contract/session.ts'
import { findBrokenAudit } from './features/audit/audit.ts'
import { aDoorWithOrder, anOrderState, openTestApp, type TestApp } from './test-app.ts'
import { type Described, describedIn, type MadeRequest, requestsTo } from './test-requests.ts'

/** The only route behind which the door of this test is overloaded. */
const BUSY = '/api/dimensions/{name}/values'
/** Some for every route and role with each run of the tests, the same each time; other ones where more are asked for. */
const asked = process.env['ORDERLENS_FUZZ_REQUESTS']
const requests = Number(asked ?? 800)
const firstSeed = asked === undefined ? 1 : Date.now() % 1_000_000_000

type Sender = Parameters<TestApp['as']>[0] | 'nobody'
const senders: readonly Sender[] = [...roles, 'agent.zhejiang', 'nobody']
let one: TestApp
let operations: Described[]

beforeAll(async () => {
  const overloaded = Object.assign(new Error('row data'), { code: 'OVERLOADED' })
  const dimensionValues = () => Promise.reject(overloaded)
  one = await openTestApp({ door: aDoorWithOrder(anOrderState(), { dimensionValues }) })
  await one.app.ready()
  operations = describedIn(one.app.swagger()).filter(
    ({ method, path }) =>
      // An answer without an end, and one that would sign the people of this test out.
      path !== '/api/live' && !(path === '/api/session' && method === 'DELETE'),
  )
  // Before guesses are made at their passwords.
  for (const sender of senders) if (sender !== 'nobody') await one.as(sender)
})
afterAll(() => one.close())

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

test(
  'whatever anybody sends to any route, the answer is one that the description tells',
  { timeout: 1_200_000 },
  async () => {
    expect(operations.length).toBeGreaterThan(12)
    const people = await one.state.knex('people').orderBy('email')
    const each = Math.max(1, Math.round(requests / (operations.length * senders.length)))
    let seed = firstSeed
    for (const operation of operations) {
      const made = requestsTo(operation)
      for (const sender of senders) {
        seed += 1
        await fc.assert(
          fc.asyncProperty(made, (request) => isAnsweredAsTold(operation, sender, request)),
          { numRuns: each, seed },
        )
      }
    }
    // Admins may have added others; nobody could name one of these.
    const ids = people.map(({ id }) => id as string)
    expect(await one.state.knex('people').whereIn('id', ids).orderBy('email')).toEqual(people)
    expect(await findBrokenAudit(one.state.knex)).toBeNull()
    const acted: Pick<Person, 'role'>[] = await one.state
      .knex('actions as a')
      .join('people as p', 'p.id', 'a.requested_by')
      .select('p.role')
    expect(acted.filter((person) => !may(person, 'orders.cancel'))).toEqual([])
  },
)

async function isAnsweredAsTold(operation: Described, sender: Sender, made: MadeRequest): Promise<void> {
  const { method, path, answers } = operation
  const reply = await one.app.inject({
    method: method as 'GET',
    url: addressOf(path, made),
    headers: {
      ...(sender === 'nobody' ? {} : await one.as(sender)),
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    ...(method === 'GET' ? {} : { payload: JSON.stringify(made.body ?? null) }),
  })
  const { statusCode: status } = reply
  const told = `${method} ${path} by ${sender}: ${status} ${reply.body.slice(0, 500)}`
  if (status >= 500 && !(status === 503 && path === BUSY)) throw new Error(told)
  const isJson = String(reply.headers['content-type']).startsWith('application/json')
  if (status >= 400) errorSchema.parse(reply.json())
  const answer = answers.get(String(status)) ?? answers.get(`${String(status)[0]}XX`) ?? answers.get('DEFAULT')
  if (status < 300 && isJson && answer === undefined) throw new Error(`not described: ${told}`)
  const drift = isJson && answer !== undefined ? answer.safeParse(reply.json()).error : undefined
  if (drift !== undefined) throw new Error(`not as described: ${told} ${drift.message}`)
}

function addressOf(path: string, { params, query }: MadeRequest): string {
  const inPath = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(asText(params?.[name])))
  const pairs = Object.entries(query ?? {}).flatMap(([name, given]) =>
    (Array.isArray(given) ? given : [given]).map((each) => [name, asText(each)]),
  )
  return `${inPath}?${new URLSearchParams(pairs).toString()}`
}

/** Half a character cannot stand in an address. */
const asText = (given: unknown): string =>
  (typeof given === 'string' ? given : (JSON.stringify(given) ?? '')).replaceAll(/\p{Cs}/gu, '?')
