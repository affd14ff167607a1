import { afterAll, beforeAll, expect, test } from 'vitest'
import type { IncidentRow } from '../../contract/incidents.ts'
import { aDoor, openTestApp, type TestApp } from '../../test-app.ts'

const at = '2026-01-01T00:00:00.000Z'
const incident: IncidentRow = {
  incident_id: 'a1',
  anomaly_type: 'not_shipped',
  category: 'fulfillment',
  cause_kind: 'warehouse',
  cause: 'GZ-02',
  started_at: at,
  last_member_at: at,
  quiet_at: at,
  resolved_at: null,
  status: 'active',
  members: 9,
  open_members: 8,
  orders: 9,
  open_orders: 8,
  escalated_members: 1,
  severity: 's1',
  exposure: [{ currency: 'CNY', amount: 12_300 }],
  expected: 1.5,
  score: 20,
}
const asked: unknown[] = []
let one: TestApp

beforeAll(async () => {
  const door = aDoor({
    incidents: async (request, scope) => {
      asked.push({ request, scope })
      return [incident]
    },
    incident: async (id, scope) =>
      id === 'a1' && scope.regions === 'all' ? { ...incident, blocks: [], hours: [] } : null,
    incidentMembers: async (id, request, scope) => {
      asked.push({ id, request, scope })
      return { rows: [], next: ['2026-01-01 00:00:00.000', 'ab'] }
    },
  })
  one = await openTestApp({ door })
})
afterAll(() => one.close())

const get = async (url: string, headers: Record<string, string> = {}) => one.app.inject({ url, headers })

test('incidents are listed within the scope of whoever asks, and for nobody else', async () => {
  expect((await get('/api/incidents')).statusCode).toBe(401)
  const reply = await get('/api/incidents', await one.as('agent.zhejiang'))
  expect([reply.statusCode, reply.json()]).toEqual([200, { incidents: [incident], data_as_of: at }])
  expect(asked.splice(0)).toMatchObject([
    { request: { state: 'open', limit: 50 }, scope: { channels: 'all', regions: ['浙江'] } },
  ])
})

test('one incident has its course; what is out of scope is not there', async () => {
  const found = await get('/api/incidents/a1', await one.as('manager'))
  expect([found.statusCode, found.json()]).toEqual([200, { incident, blocks: [], hours: [], data_as_of: at }])
  expect((await get('/api/incidents/a1', await one.as('agent.zhejiang'))).statusCode).toBe(404)
  expect((await get('/api/incidents/b2', await one.as('manager'))).statusCode).toBe(404)
})

test('its members come page by page', async () => {
  const headers = await one.as('manager')
  const first = await get('/api/incidents/a1/members?state=open&limit=2', headers)
  const { next_cursor } = first.json<{ next_cursor: string }>()
  const second = await get(`/api/incidents/a1/members?state=open&limit=5&cursor=${next_cursor}`, headers)
  expect([first.statusCode, second.statusCode]).toEqual([200, 200])
  expect(asked.splice(0)).toMatchObject([
    { id: 'a1', request: { state: 'open', limit: 2 }, scope: { regions: 'all' } },
    { id: 'a1', request: { state: 'open', limit: 5, after: ['2026-01-01 00:00:00.000', 'ab'] } },
  ])
  for (const other of ['/api/incidents/b2/members?state=open', '/api/incidents/a1/members?state=all', '/api/queue?x']) {
    const refused = await get(`${other}&cursor=${next_cursor}`.replace('?x&', '?'), headers)
    expect([refused.statusCode, refused.json()]).toEqual([400, expect.objectContaining({ reason: 'cursor_refused' })])
  }
})

test.each([
  '/api/incidents?state=none',
  '/api/incidents?limit=0',
  '/api/incidents/NOT-AN-ID',
  '/api/incidents/a1/members?cursor=x',
  '/api/incidents/a1/members?offset=3',
])('%s is refused', async (url) => {
  expect((await get(url, await one.as('manager'))).statusCode).toBe(400)
})
