import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCard } from '#dashboards/charts/sample.ts'
import {
  type DrillRequestInput,
  type ExplainRequestInput,
  type ExplainResult,
  type RowScope,
  type SpikeCourseRequestInput,
  drillRequestSchema,
  unrestricted,
} from '#transforms/query/request.ts'
import { WarehouseError } from '#warehouse/errors.ts'
import { aDoor, openTestApp, type TestApp } from '../../test-app.ts'

const asked: { request: ExplainRequestInput; scope: RowScope }[] = []
const courses: { request: SpikeCourseRequestInput; scope: RowScope }[] = []
let one: TestApp
let isAway = false
let clock = Date.parse('2026-11-15T10:00:00Z')

beforeAll(async () => {
  const door = aDoor({
    ask: async ({ metric, as_of }, scope) => {
      if (isAway) throw new WarehouseError('UNREACHABLE', 'away')
      const mine = scope.regions === 'all' ? 'all' : scope.regions.join()
      const text = { en: metric, zh: metric }
      const rows = [{ keys: [mine], value: 7, n: 7 }]
      return { metric, definition: text, version: '0', unit: 'count', currency: null, keys: ['region'], rows, as_of: as_of ?? new Date(clock).toISOString(), truncated: false } // prettier-ignore
    },
    explain: async (request, scope) => {
      asked.push({ request, scope })
      return { metric: request.metric, unit: 'share', currency: null, explanations: [] }
    },
    spikeCourse: async (request, scope) => {
      courses.push({ request, scope })
      return { metric: request.metric, grain: request.grain, fewest_weeks: 4, known_from: null, buckets: [] }
    },
  })
  one = await openTestApp({ door, now: () => new Date(clock) })
})
afterAll(() => one.close())

const payload = {
  metric: 'anomaly_rate',
  dimensions: ['region'],
  before: { from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' },
  after: { from: '2026-11-08T00:00:00Z', to: '2026-11-15T00:00:00Z' },
}
const post = async (headers: Record<string, string>, body: object, url = '/api/explain') =>
  one.app.inject({ method: 'POST', url, headers, payload: body })

test('an explanation is asked within the scope of whoever asks, and of nobody else', async () => {
  expect((await post({}, payload)).statusCode).toBe(401)
  const reply = await post(await one.as('agent.zhejiang'), payload)
  expect([reply.statusCode, reply.json()]).toEqual([
    200,
    { metric: 'anomaly_rate', unit: 'share', currency: null, explanations: [] },
  ])
  expect(asked).toMatchObject([{ request: { metric: 'anomaly_rate' }, scope: { channels: 'all', regions: ['浙江'] } }])
})

test('a request of another shape does not get that far', async () => {
  const headers = await one.as('manager')
  const { before: _, ...half } = payload
  const wrong = [half, { ...payload, dimensions: [] }, { ...payload, scope: { channels: 'all', regions: 'all' } }]
  for (const body of wrong) expect((await post(headers, body)).statusCode).toBe(400)
  expect(asked).toHaveLength(1)
})

test('what is usual is asked within the scope too, by the hour or the day and by nothing else', async () => {
  const course = {
    metric: 'anomalies_opened',
    grain: 'day',
    from: '2026-11-08T00:00:00Z',
    to: '2026-11-15T00:00:00Z',
    zone: 'Asia/Shanghai',
  }
  expect((await post({}, course, '/api/spikes')).statusCode).toBe(401)
  const headers = await one.as('agent.zhejiang')
  const reply = await post(headers, course, '/api/spikes')
  expect([reply.statusCode, reply.json()]).toMatchObject([200, { metric: 'anomalies_opened', fewest_weeks: 4 }])
  expect(courses).toMatchObject([
    { request: { ...course, weeks: 8, floor: 5, threshold: 3 }, scope: { channels: 'all', regions: ['浙江'] } },
  ])
  for (const wrong of [
    { ...course, grain: 'month' },
    { ...course, weeks: 1 },
    { ...course, by: ['region'] },
  ])
    expect((await post(headers, wrong, '/api/spikes')).statusCode).toBe(400)
})

test('rows and numbers can be had as files, named by the Accept header; every export of rows is noted', async () => {
  const headers = await one.as('manager')
  const had = async (url: string, body: object, accept?: string) => {
    const reply = await post({ ...headers, ...(accept !== undefined && { accept }) }, body, url)
    return [reply.statusCode, String(reply.headers['content-type']), reply.headers['content-disposition'] ?? null]
  }
  const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const arrow = 'application/vnd.apache.arrow.stream'
  const drill = { metric: 'orders_placed' }
  const file = (name: string): string => `attachment; filename="orders_placed.${name}"`
  expect(await had('/api/drill/export', drill)).toEqual([200, 'text/csv; charset=utf-8', file('csv')])
  expect(await had('/api/drill/export', drill, `${sheet}, text/csv;q=0.5`)).toEqual([200, sheet, file('xlsx')])
  expect(await had('/api/drill/export', drill, arrow)).toEqual([200, arrow, file('arrow')])
  expect(await had('/api/drill/export', drill, 'image/png')).toEqual([406, 'application/json; charset=utf-8', null])
  const noted = await one.app.inject({ method: 'GET', url: '/api/audit', headers: await one.as('admin') })
  const exports = noted
    .json<{ entries: { verb: string; detail: object }[] }>()
    .entries.filter(({ verb }) => verb === 'drill.exported')
  expect(exports.map(({ detail }) => detail)).toEqual([{ format: 'arrow' }, { format: 'xlsx' }, { format: 'csv' }])

  const ask = { requests: [drill] }
  expect(await had('/api/metrics/query', ask)).toEqual([200, 'application/json; charset=utf-8', null])
  expect(await had('/api/metrics/query', ask, 'text/csv')).toEqual([200, 'text/csv; charset=utf-8', file('csv')])
  const more = { requests: [{ ...drill, by: ['region'], total: true, top: { dimension: 'region', n: 3 } }] }
  expect((await had('/api/metrics/query', more))[0]).toBe(200)
  expect((await had('/api/metrics/query', more, 'text/csv'))[0]).toBe(400)
  const two = await post({ ...headers, accept: arrow }, { requests: [drill, drill] }, '/api/metrics/query')
  expect([two.statusCode, two.json()]).toMatchObject([400, { reason: 'one_request_a_table', parts: { came: 2 } }])
})

const drillOf = (asked: DrillRequestInput) => drillRequestSchema.parse(asked)

test('a number is passed on as text that opens as its rows, and as nobody else’s question', async () => {
  const card = { ...aCard('anomalies_opened'), version: 'v1' }
  let version = 'v1'
  const drilled: unknown[] = []
  const base = aDoor()
  const two = await openTestApp({
    door: aDoor({
      catalogue: () => ({ metrics: [{ ...card, version }], dimensions: [] }),
      ask: async (query) => ({
        ...(await base.ask(query, unrestricted)),
        version: 'v1',
        keys: ['region'],
        rows: [{ keys: ['浙江'], value: 3, n: 3 }],
        total: { value: 5, n: 5 },
      }),
      explain: async ({ metric, before, after }) => {
        const drill = { before: drillOf({ metric, ...before }), after: drillOf({ metric, ...after }) }
        const sides = { before: { value: 3, n: 3 }, after: { value: 5, n: 5 }, drill }
        const contributions = [{ value: 'yto', change: 2, rate: null, mix: null, ...sides }]
        const explanations = [{ dimension: 'carrier', change: 2, ...sides, contributions, rest: null }]
        return { metric, unit: 'count', currency: null, explanations }
      },
      drillPage: async (request, scope) => {
        drilled.push({ request, scope })
        return base.drillPage(request, scope)
      },
    }),
  })
  const headers = await two.as('manager')
  const requests = [{ metric: 'anomalies_opened', by: ['region'], from: '2026-01-01T00:00:00Z', total: true }]
  const ask = async (descriptors: boolean) =>
    (
      await two.app.inject({ method: 'POST', url: '/api/metrics/query', headers, payload: { requests, descriptors } })
    ).json<{ results: { rows: { descriptor?: string }[]; total: { descriptor?: string } }[] }>().results[0]
  const [plain, told] = [await ask(false), await ask(true)]
  expect([plain?.rows[0]?.descriptor, plain?.total.descriptor]).toEqual([undefined, undefined])
  const open = async (descriptor: string, who: Parameters<TestApp['as']>[0] = 'manager') =>
    two.app.inject({ url: `/api/drill?${new URLSearchParams({ descriptor, limit: '7' })}`, headers: await two.as(who) })
  const descriptor = told?.rows[0]?.descriptor ?? ''
  expect((await open(descriptor, 'agent.zhejiang')).statusCode).toBe(200)
  expect((await open(told?.total.descriptor ?? '')).statusCode).toBe(200)
  expect(drilled).toMatchObject([
    {
      request: {
        metric: 'anomalies_opened',
        from: '2026-01-01T00:00:00Z',
        where: [{ dimension: 'region', op: 'in', values: ['浙江'] }],
        limit: 7,
      },
      scope: { regions: ['浙江'] },
    },
    { request: { where: [] }, scope: { regions: 'all' } },
  ])
  // A drill tells the descriptor of its own number, whatever page of it is on show; it opens as the part it was of.
  const mark = { metric: 'anomalies_opened', from: '2026-01-01T00:00:00Z', part: 'denominator' }
  const page = { sort: 'order_id', limit: 3, offset: 3, descriptor: true }
  const ofDrill = await two.app.inject({ method: 'POST', url: '/api/drill', headers, payload: { ...mark, ...page } })
  const opened = await open(ofDrill.json<{ descriptor: string }>().descriptor)
  expect(opened.json()).toMatchObject({ asked: mark })
  expect(drilled.at(-1)).toMatchObject({ request: { ...mark, limit: 7, offset: 0 } })
  expect((drilled.at(-1) as { request: object }).request).not.toHaveProperty('sort', 'order_id')
  const asked = {
    metric: 'anomalies_opened',
    dimensions: ['carrier'],
    before: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
    after: { from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' },
  }
  const explain = async (descriptors: boolean) =>
    (
      await two.app.inject({ method: 'POST', url: '/api/explain', headers, payload: { ...asked, descriptors } })
    ).json<ExplainResult>().explanations[0]
  expect((await explain(false))?.contributions[0]?.descriptors).toBeUndefined()
  const explained = await explain(true)
  for (const { descriptors } of [explained, explained?.contributions[0]].flatMap((one) => one ?? []))
    for (const side of ['before', 'after'] as const) {
      expect((await open(descriptors?.[side] ?? '')).statusCode).toBe(200)
      expect(drilled.at(-1)).toMatchObject({ request: { metric: 'anomalies_opened', ...asked[side], limit: 7 } })
    }
  const [text = '', signature = ''] = descriptor.split('.')
  const forged = Buffer.from(Buffer.from(text, 'base64url').toString().replace('anomalies_opened', 'money_at_risk'))
  for (const wrong of [text, `${text}.`, `${forged.toString('base64url')}.${signature}`, 'x.y', '.'])
    expect((await open(wrong)).json()).toMatchObject({ statusCode: 404, reason: 'descriptor_refused' })
  version = 'v2'
  expect((await open(descriptor)).json()).toMatchObject({ statusCode: 409, reason: 'metric_redefined' })
  await two.close()
})

test('while the warehouse is away boards are answered with what was kept: the same question, the same scope, 15 minutes', async () => {
  const url = '/api/metrics/query'
  const [manager, zhejiang] = [await one.as('manager'), await one.as('agent.zhejiang')]
  const board = (minutes: number, more: object = {}) => {
    const [from, to] = ['2026-11-14T16:00:00Z', new Date(clock - minutes * 60_000).toISOString()]
    return { requests: [{ metric: 'orders', by: ['region'], from, to, ...more }, { metric: 'open' }], or_kept: true }
  }
  const first = await post(manager, board(0), url)
  expect([first.statusCode, first.json().kept]).toEqual([200, undefined])
  const [at, firstTo] = [new Date(clock).toISOString(), board(0).requests[0]]
  isAway = true
  try {
    clock += 5 * 60_000
    const kept = await post(manager, board(0), url)
    const { from, to } = firstTo as { from: string; to: string }
    expect([kept.statusCode, kept.json()]).toEqual([
      200,
      { ...first.json(), kept: { at, counted_in: [{ from, to }, {}] } },
    ])
    const refused = [
      [zhejiang, board(0)],
      [manager, { ...board(0), or_kept: false }],
      [manager, board(0, { zone: 'Asia/Shanghai' })],
      [manager, board(0, { where: [{ dimension: 'channel', op: 'in', values: ['tmall'] }] })],
      // Of the same length, and about another time.
      [manager, board(60)],
    ] as const
    for (const [who, body] of refused) {
      const reply = await post(who, body, url)
      expect([reply.statusCode, reply.headers['retry-after']]).toEqual([503, '5'])
    }
    clock += 11 * 60_000
    expect((await post(manager, board(0), url)).statusCode).toBe(503)
  } finally {
    isAway = false
  }
  // Of their own scope everybody is kept their own.
  expect((await post(zhejiang, board(0), url)).json().results[0].rows[0].keys).toEqual(['浙江'])
  isAway = true
  expect((await post(zhejiang, board(0), url)).json().results[0].rows[0].keys).toEqual(['浙江'])
  expect((await post(manager, board(0), url)).statusCode).toBe(503)
  isAway = false
})
