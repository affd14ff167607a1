import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExplainRequestInput, RowScope } from '#transforms/query/request.ts'
import { aDoor, openTestApp, type TestApp } from '../../test-app.ts'

const asked: { request: ExplainRequestInput; scope: RowScope }[] = []
let one: TestApp

beforeAll(async () => {
  const door = aDoor({
    explain: async (request, scope) => {
      asked.push({ request, scope })
      return { metric: request.metric, unit: 'share', currency: null, explanations: [] }
    },
  })
  one = await openTestApp({ door })
})
afterAll(() => one.close())

const payload = {
  metric: 'anomaly_rate',
  dimensions: ['region'],
  before: { from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' },
  after: { from: '2026-11-08T00:00:00Z', to: '2026-11-15T00:00:00Z' },
}
const post = async (headers: Record<string, string>, body: object) =>
  one.app.inject({ method: 'POST', url: '/api/explain', headers, payload: body })

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
