/** Who may see and do what about the data, and that what is done is written down. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { IngestJob } from '#transforms/query/health-jobs.ts'
import type { MessagePlace } from '#transforms/query/health-dead.ts'
import { aData, aDoor, openTestApp, type TestApp } from '../../test-app.ts'

const now = new Date('2026-11-23T12:00:00Z')
const place: MessagePlace = { topic: 'webhook/shop', partition: 0, epoch: 'e', offset: '18446744073709551615' }
const asked: unknown[] = []
let jobs: IngestJob[] = []
let fails = false
let one: TestApp

const job = (over: Partial<IngestJob> = {}): IngestJob => ({
  job_id: 'j1',
  kind: 'replay',
  title: '',
  requested_by: 'x',
  state: 'running',
  done: 1,
  total: 2,
  outcome: '',
  detail: '',
  started_at: now.toISOString(),
  updated_at: now.toISOString(),
  ...over,
})

beforeAll(async () => {
  one = await openTestApp({
    now: () => now,
    door: aDoor({
      data: aData({
        model: async (name) =>
          name === 'orders' ? { name, path: '', columns: [], tests: [], unit_tests: [], sql: 'select 1' } : null,
        jobs: async () => jobs,
        breakers: async () => [
          { topic: 'stopped', state: 'open', messages: 900, rejected: 400, detail: '', changed_by: 'derivation', changed_at: '' }, // prettier-ignore
          { topic: 'fine', state: 'closed', messages: 9, rejected: 0, detail: '', changed_by: '', changed_at: '' },
        ],
        rawMessage: async (at) =>
          at.offset === place.offset
            ? {
                ...at,
                format: 'shopify',
                batch_id: 'b',
                headers: '',
                key: '',
                value: Buffer.from('{"a":1}').toString('base64'),
                value_bytes: 7,
                broker_at: '',
                landed_at: '',
              }
            : null,
        deadLetters: async (filter) => {
          asked.push(filter)
          return { open: 0, cured: 0, total_groups: 0, groups: [], reasons: [], topics: [], formats: [] }
        },
      }),
    }),
    operations: {
      replays: {
        start: async (selection, by) => {
          if (fails) throw new Error('the warehouse is away')
          asked.push({ selection, by })
          return { jobId: 'j2' }
        },
        stop: (id) => void asked.push({ stop: id }),
      },
      hold: async (breaker, by) => void asked.push({ hold: breaker.topic, by }),
    },
  })
})
afterAll(() => one.close())
beforeEach(() => {
  asked.length = 0
  jobs = []
  fails = false
})

type Role = Parameters<TestApp['as']>[0]
const get = async (url: string, role: Role = 'manager') => one.app.inject({ url, headers: await one.as(role) })
const post = async (url: string, payload: object, role: Role = 'admin') =>
  one.app.inject({ method: 'POST', url, payload, headers: await one.as(role) })
const verbs = async (): Promise<string[]> =>
  (await get('/api/audit', 'admin'))
    .json<{ entries: { verb: string }[] }>()
    .entries.map(({ verb }) => verb)
    .filter((verb) => !verb.startsWith('session.'))

const readings = [
  '/api/data/health',
  '/api/data/balance',
  '/api/data/rate?hours=6',
  '/api/data/storage',
  '/api/data/models',
  '/api/data/models/orders',
  '/api/data/dead-letters',
  '/api/data/dead-letters/messages',
  '/api/data/audit/findings?topic=t&partition=0&epoch=e',
]

test.each(readings)('%s is for people who see all rows', async (url) => {
  expect((await get(url)).statusCode).toBe(200)
  expect((await get(url, 'agent.zhejiang')).json()).toMatchObject({ statusCode: 403, code: 'not_allowed' })
  expect((await one.app.inject(url)).statusCode).toBe(401)
})

test('a model that does not exist is not found, and a name that is none is refused', async () => {
  expect((await get('/api/data/models/nothing')).statusCode).toBe(404)
  expect((await get('/api/data/models/Robert%27)')).statusCode).toBe(400)
})

test('dead letters are asked for with the filters given and no others', async () => {
  await get('/api/data/dead-letters?reason=wrong_type&cured=1')
  expect(asked).toEqual([{ reason: 'wrong_type', cured: true }])
  expect((await get('/api/data/dead-letters?cured=maybe')).statusCode).toBe(400)
})

test('the bytes of a message are shown on request, and the look is written down', async () => {
  const url = '/api/data/dead-letters/reveal'
  expect((await post(url, place, 'manager')).json()).toMatchObject({ shown_as: 'json', value: '{\n  "a": 1\n}' })
  expect((await verbs())[0]).toBe('message.read')
  expect((await post(url, { ...place, reason: 'why is it refused' }, 'manager')).statusCode).toBe(403)
  expect((await post(url, { ...place, reason: 'why is it refused' }, 'lead')).statusCode).toBe(200)
  expect((await verbs())[0]).toBe('personal.revealed')
  const before = (await verbs()).length
  expect((await post(url, { ...place, offset: '1' }, 'manager')).statusCode).toBe(404)
  expect((await post(url, { ...place, offset: '18446744073709551616' }, 'manager')).statusCode).toBe(400)
  expect((await post(url, place, 'agent.zhejiang')).statusCode).toBe(403)
  expect(await verbs()).toHaveLength(before)
})

test('an administrator replays; nobody else does', async () => {
  const url = '/api/data/replays'
  expect((await post(url, { reason: 'wrong_type' }, 'manager')).statusCode).toBe(403)
  expect((await post(url, { reason: 'wrong_type' }, 'agent')).statusCode).toBe(403)
  expect((await post(url, { reason: 'wrong_type', topic: '' })).json()).toEqual({ job_id: 'j2' })
  expect(asked).toEqual([{ selection: { reason: 'wrong_type' }, by: '高明 Gao Ming' }])
  expect((await verbs())[0]).toBe('replay.started')
})

test('one replay at a time; one that was interrupted is not waited for', async () => {
  jobs = [job()]
  expect((await post('/api/data/replays', {})).json()).toMatchObject({ statusCode: 409, code: 'conflict' })
  jobs = [job({ state: 'interrupted' })]
  expect((await post('/api/data/replays', {})).statusCode).toBe(202)
})

test('a replay that could not be started leaves no entry', async () => {
  const before = await verbs()
  fails = true
  expect((await post('/api/data/replays', {})).statusCode).toBe(500)
  expect(await verbs()).toEqual(before)
})

test('a running replay is stopped, another is not', async () => {
  jobs = [job(), job({ job_id: 'old', state: 'done' }), job({ job_id: 'dead', state: 'interrupted' })]
  expect((await post('/api/data/replays/j1/stop', {})).statusCode).toBe(202)
  expect(asked).toEqual([{ stop: 'j1' }])
  expect((await post('/api/data/replays/old/stop', {})).statusCode).toBe(409)
  expect((await post('/api/data/replays/dead/stop', {})).statusCode).toBe(409)
  expect((await post('/api/data/replays/none/stop', {})).statusCode).toBe(404)
})

test('a stopped derivation goes on on an administrator’s word', async () => {
  const url = '/api/data/breakers/hold'
  expect((await post(url, { topic: 'stopped' }, 'manager')).statusCode).toBe(403)
  expect((await post(url, { topic: 'stopped' })).json()).toMatchObject({ state: 'held', changed_by: '高明 Gao Ming' })
  expect(asked).toEqual([{ hold: 'stopped', by: '高明 Gao Ming' }])
  expect((await verbs())[0]).toBe('derivation.held')
  expect((await post(url, { topic: 'fine' })).statusCode).toBe(409)
  expect((await post(url, { topic: 'none' })).statusCode).toBe(404)
})
