import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from '../../app.ts'
import { loadConfig } from '../../config.ts'
import type { Delivery, Report } from '../../contract/reports.ts'
import type { Session } from '../../contract/session.ts'
import type { App } from '../../feature.ts'
import { createInProcessQueue } from '../../jobs/in-process.ts'
import { createFileMailer } from '../../mail/mailer.ts'
import type { State } from '../../state/state.ts'
import { openTestState } from '../../test-state.ts'
import { aDoor, aMailbox, aRuleBook } from '../../test-app.ts'
import { createLive } from '../live/live.ts'
import { demoPeople } from '../people/demo.ts'
import { createPeople } from '../people/people.ts'
import { seedPeople } from '../people/seed.ts'
import { createReports, type Reports } from './reports.ts'
import { aNumbers, definitions } from './sample.ts'

let state: State
let app: App
let reports: Reports
let outbox: string
const failures: unknown[] = []
const headers: Record<string, Record<string, string>> = {}

beforeAll(async () => {
  outbox = await mkdtemp(join(tmpdir(), 'orderlens-outbox-'))
  state = await openTestState()
  const people = createPeople(state.knex)
  await seedPeople(people, { demo: true, admin: null })
  reports = createReports({
    knex: state.knex,
    people,
    numbers: aNumbers(),
    definitions,
    mailer: createFileMailer(outbox),
    from: { name: 'Orderlens', address: 'reports@example.com' },
    baseUrl: 'https://lens.example.com',
    now: () => new Date(),
    sweepEveryMs: 200,
    queue: createInProcessQueue({ onFailure: (_id, error) => failures.push(error) }),
    log: { warn: () => {}, error: (fields: unknown) => failures.push(fields) },
  })
  app = await buildApp({
    mail: aMailbox(),
    config: loadConfig({}),
    state,
    door: aDoor(),
    rules: aRuleBook(),
    boards: [],
    live: createLive(),
    ingest: null,
    operations: { replays: null, hold: async () => undefined },
    wake: () => undefined,
    portalRoot: null,
    log: null,
    features: [reports.routes],
  })
  for (const { email, password } of demoPeople) {
    const reply = await app.inject({ method: 'POST', url: '/api/session', payload: { email, password } })
    headers[email.split('@')[0] ?? ''] = {
      cookie: `${reply.cookies[0]?.name}=${reply.cookies[0]?.value}`,
      'x-csrf-token': reply.json<Session>().csrf_token,
    }
  }
  reports.start()
})
afterAll(async () => {
  await reports.stop()
  await app.close()
  await state.close()
  await rm(outbox, { recursive: true })
})

const body = {
  title: '异常日报',
  definition: 'daily-anomalies',
  cron: '0 8 * * *',
  zone: 'Asia/Shanghai',
  language: 'zh',
  recipients: ['manager@demo.orderlens', 'agent.zhejiang@demo.orderlens'],
}
const call = (
  who: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  more: Record<string, string> = {},
) => app.inject({ method, url, headers: { ...headers[who], ...more }, ...(payload ? { payload } : {}) })

test('a report is made, previewed, sent now and read by its recipients, each with their own numbers', async () => {
  const made = await call('manager', 'POST', '/api/reports', body)
  expect(made.statusCode).toBe(201)
  const report = made.json<Report>()
  expect(report.next_due_at).toMatch(/T00:00:00\.000Z$/)
  const preview = await call('agent.zhejiang', 'GET', `/api/reports/${report.id}/preview`)
  expect(preview.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  })
  expect(preview.body).toContain('NO-浙江')

  const key = randomUUID()
  const sent = await Promise.all(
    [1, 2, 3].map(() =>
      call('manager', 'POST', `/api/reports/${report.id}/send`, undefined, { 'idempotency-key': key }),
    ),
  )
  expect(new Set(sent.map((reply) => reply.statusCode).filter((code) => code !== 409))).toEqual(new Set([202]))
  const delivered = async () =>
    (await call('manager', 'GET', '/api/deliveries')).json<{ deliveries: Delivery[] }>().deliveries
  await expect
    .poll(async () => (await delivered()).map((delivery) => delivery.state), { timeout: 20_000 })
    .toEqual(['sent', 'sent'])

  const [narrow, wide] = (await delivered()).sort((a, b) => a.recipient.localeCompare(b.recipient))
  const eml = await call('agent.zhejiang', 'GET', `/api/deliveries/${narrow?.id}/eml`)
  expect(eml.headers['content-type']).toBe('message/rfc822')
  const mail = await simpleParser(eml.rawPayload)
  expect(mail).toMatchObject({ messageId: narrow?.message_id, subject: narrow?.subject })
  expect(mail.text).not.toContain('4,711')
  expect((await call('agent.zhejiang', 'GET', `/api/deliveries/${wide?.id}/eml`)).statusCode).toBe(404)
  expect((await call('manager', 'GET', `/api/deliveries/${narrow?.id}/eml`)).statusCode).toBe(200)
  const own = (await call('agent.zhejiang', 'GET', '/api/deliveries')).json<{ deliveries: Delivery[] }>()
  expect(own.deliveries.map((delivery) => delivery.id)).toEqual([narrow?.id])
  const first = (await call('manager', 'GET', '/api/deliveries?limit=1')).json()
  const second = (await call('manager', 'GET', `/api/deliveries?limit=1&cursor=${first.next_cursor}`)).json()
  expect([...first.deliveries, ...second.deliveries]).toEqual(await delivered())
  expect(second.next_cursor).toBeNull()
  const elsewhere = `/api/reports/${report.id}/occurrences?cursor=${first.next_cursor}`
  expect((await call('manager', 'GET', elsewhere)).json()).toMatchObject({ reason: 'cursor_refused' })
  expect((await call('manager', 'GET', `/api/reports/${report.id}/occurrences`)).json().occurrences).toContainEqual(
    expect.objectContaining({ state: 'done' }),
  )
  expect(failures).toEqual([])
})

test.each([
  [{ recipients: ['stranger@example.com'] }, 400, 'stranger@example.com'],
  [{ recipients: ['manager@demo.orderlens\r\nBcc: x@example.com'] }, 400, 'recipients'],
  [{ recipients: [] }, 400, 'recipients'],
  [{ cron: '99 * * * *' }, 400, 'five fields'],
  [{ zone: 'Nowhere/Land' }, 400, 'IANA'],
  [{ definition: '../../etc/passwd' }, 400, 'definition'],
  [{ title: '' }, 400, 'title'],
  [{ owner_id: 'x' }, 400, 'owner_id'],
  [{ where: [{ dimension: 'region; drop table', values: [] }] }, 400, 'where'],
])('a body with %j is refused', async (part, status, named) => {
  const reply = await call('manager', 'POST', '/api/reports', { ...body, ...part })
  expect([reply.statusCode, reply.json<{ message: string }>().message]).toEqual([
    status,
    expect.stringContaining(named),
  ])
})

test('a change keeps what it does not name', async () => {
  const { id } = (
    await call('manager', 'POST', '/api/reports', {
      ...body,
      enabled: false,
      where: [{ dimension: 'region', values: ['浙江'] }],
    })
  ).json<Report>()
  const changed = await call('manager', 'PATCH', `/api/reports/${id}`, { title: 'Renamed' })
  expect(changed.json()).toMatchObject({
    title: 'Renamed',
    enabled: false,
    where: [{ dimension: 'region', op: 'in', values: ['浙江'] }],
    next_due_at: null,
  })
  expect((await call('agent', 'PATCH', `/api/reports/${id}`, { title: 'x' })).statusCode).toBe(404)
  expect((await call('agent.zhejiang', 'DELETE', `/api/reports/${id}`)).statusCode).toBe(403)
  expect((await call('manager', 'DELETE', `/api/reports/${id}`)).statusCode).toBe(204)
  expect((await call('manager', 'GET', `/api/reports/${id}`)).statusCode).toBe(404)
  expect((await call('manager', 'GET', '/api/reports/not-an-id')).statusCode).toBe(404)
  expect(
    (await call('manager', 'POST', `/api/reports/${id}/send`, undefined, { 'idempotency-key': 'x' })).statusCode,
  ).toBe(400)
})
