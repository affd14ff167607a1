/** Files of any size over a real engine: the same rows however they are had, for their owner alone, and never half. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBuiltWarehouse } from '#transforms/engine/test-built.ts'
import { type Door, createDoor } from '#transforms/query/door.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Export } from '../../contract/exports.ts'
import { createInProcessQueue } from '../../jobs/in-process.ts'
import { signingKey } from '../../state/signing-key.ts'
import { openTestState } from '../../test-state.ts'
import { type TestApp, openTestApp } from '../../test-app.ts'
import { createDescriptors } from '../metrics/descriptors.ts'
import { createPeople } from '../people/people.ts'
import { createExportFiles } from './export-files.ts'
import { type Exports, createExports } from './exports.ts'
import { liveBytes } from './test-memory.ts'

const ROWS = 230_000
const folder = mkdtempSync(join(tmpdir(), 'orderlens-exports-'))
const directory = join(folder, 'exports')
/** Few, for what is not about size. */
const few = {
  metric: 'orders_recorded',
  where: [{ dimension: 'channel', op: 'in', values: ['tmall'] }],
}
let warehouse: Warehouse
let door: Door
let one: TestApp
let exports: Exports
let now = new Date('2026-11-20T08:00:00Z')
let freeBytes = 1e12
const failed: unknown[] = []

/** A process of exports over the same state and folder. */
const aProcess = (over: Partial<Door> = {}): Exports =>
  createExports({
    knex: one.state.knex,
    people: createPeople(one.state.knex),
    door: { ...door, ...over },
    descriptors: async () => createDescriptors(await signingKey(one.state.knex, 'descriptors')),
    files: createExportFiles(directory, async () => freeBytes),
    queue: createInProcessQueue({ onFailure: (_id, error) => failed.push(error) }),
    now: () => now,
    sweepEveryMs: 3_600_000,
    beatMs: 20,
    log: { warn: () => undefined, error: (about: unknown) => failed.push(about) },
  })

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  await warehouse.command(
    `insert into order_state (order_id, order_no, channel, region, shop_id, currency, created_at, amount_payable)
     select concat('o-', toString(number)), concat('=', toString(number)), if(number % 1000 = 0, 'tmall', 'web'),
       if(number % 2 = 0, '浙江', '上海'), 's', 'CNY', toDateTime64('2026-11-01 00:00:00', 3, 'UTC') + number % 7, number
     from numbers({rows:UInt64})`,
    { rows: ROWS },
  )
  door = createDoor(warehouse, { now: () => now })
  const state = await openTestState()
  one = { state } as TestApp
  exports = aProcess()
  one = await openTestApp({ state, door, features: [exports.routes], now: () => now })
  exports.start()
})
afterAll(async () => {
  await exports.stop()
  await one.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

type Who = Parameters<TestApp['as']>[0]
const call = async (who: Who, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, headers = {}) =>
  one.app.inject({ method, url, headers: { ...(await one.as(who)), ...headers }, ...(payload && { payload }) })
const ask = async (who: Who, format: string, drill: object = few): Promise<Export> => {
  now = new Date(now.getTime() + 1)
  const reply = await call(who, 'POST', '/api/exports', { format, drill })
  return reply.json<Export>()
}
const look = async (who: Who, id: string) => (await call(who, 'GET', `/api/exports/${id}`)).json<Export>()
const ended = async (who: Who, id: string): Promise<Export> => {
  await expect
    .poll(async () => (await look(who, id)).state, { timeout: 60_000, interval: 50 })
    .not.toMatch(/queued|running/)
  return look(who, id)
}
const file = (who: Who, id: string, headers = {}) => call(who, 'GET', `/api/exports/${id}/file`, undefined, headers)
const verbs = async () =>
  (await call('admin', 'GET', '/api/audit'))
    .json<{ entries: { verb: string; subject: string }[] }>()
    .entries.map(({ verb, subject }) => `${verb} ${subject}`)

test('the same rows page by page, streamed and in the background, in every format', { timeout: 60_000 }, async () => {
  const pages: unknown[] = []
  let cursor: string | null = null
  do {
    const reply = await call('manager', 'POST', '/api/drill', {
      ...few,
      limit: 100,
      ...(cursor !== null && { cursor }),
    })
    const page = reply.json<{ rows: { order_id: string }[]; next_cursor: string | null }>()
    pages.push(...page.rows.map(({ order_id }) => order_id))
    cursor = page.next_cursor
  } while (cursor !== null)
  expect(new Set(pages).size).toBe(ROWS / 1000)

  const streamed = await call('manager', 'POST', '/api/drill/export', few, { accept: 'text/csv' })
  const asked = {
    csv: await ask('manager', 'csv'),
    arrow: await ask('manager', 'arrow'),
    xlsx: await ask('manager', 'xlsx'),
  }
  const made = await Promise.all(Object.values(asked).map(({ id }) => ended('manager', id)))
  expect(made.map(({ state, rows, rows_total }) => [state, rows, rows_total])).toEqual(
    Array.from({ length: 3 }, () => ['done', pages.length, pages.length]),
  )
  const [csv, arrow, xlsx] = await Promise.all(made.map(({ id }) => file('manager', id)))
  expect(csv?.body).toBe(streamed.body)
  const ids = streamed.body
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(',')[0])
  expect(ids).toEqual(pages)
  expect(streamed.body).toContain(`,'=1000,`)
  expect(
    tableFromIPC(arrow?.rawPayload ?? [])
      .toArray()
      .map((row) => String(row?.['order_id'])),
  ).toEqual(pages)
  const sheet = strFromU8(
    unzipSync(xlsx?.rawPayload ?? new Uint8Array())['xl/worksheets/sheet1.xml'] ?? new Uint8Array(),
  )
  expect([...sheet.matchAll(/<row><c[^>]*><is><t[^>]*>([^<]*)/g)].map(([, id]) => id)).toEqual(['order_id', ...pages])
  expect({ ...csv?.headers, 'content-length': String(csv?.headers['content-length']) }).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="orders_recorded-2026-11-20.csv"',
    'content-length': String(made[0]?.bytes),
  })
  const id = made[0]?.id ?? ''
  const part = await file('manager', id, { range: 'bytes=3-10' })
  expect([part.statusCode, part.headers['content-range'], part.body]).toEqual([
    206,
    `bytes 3-10/${made[0]?.bytes}`,
    'order_id',
  ])
  expect(await verbs()).toEqual(
    expect.arrayContaining([
      `export.requested export/${id}`,
      `export.made export/${id}`,
      `export.downloaded export/${id}`,
    ]),
  )
})

test(
  'more rows than can be waited for are a file in the background, in bounded memory',
  { timeout: 120_000 },
  async () => {
    const whole = { metric: 'orders_recorded' }
    const refused = await call('manager', 'POST', '/api/drill/export', whole)
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      { reason: 'export_too_large', parts: { came: ROWS, most: 200_000 } },
    ])
    const before = liveBytes()
    let most = 0
    const timer = setInterval(() => (most = Math.max(most, liveBytes() - before)), 200)
    const { id } = await ask('manager', 'csv', whole)
    const made = await ended('manager', id)
    clearInterval(timer)
    expect(made).toMatchObject({ state: 'done', rows: ROWS, failure: null })
    expect(made.bytes).toBeGreaterThan(15_000_000)
    // Held, a seventh of the rows is 12 MB.
    expect(most).toBeLessThan(made.bytes)
    const ids = new Set(
      readFileSync(join(directory, id), 'utf8')
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]),
    )
    expect(ids.size).toBe(ROWS)
    await call('manager', 'DELETE', `/api/exports/${id}`)
    expect(existsSync(join(directory, id))).toBe(false)
  },
)

test('of others nothing is told, and a file is only for who may still see all of it', async () => {
  const { id } = await ask('agent', 'csv')
  expect((await ended('agent', id)).state).toBe('done')
  for (const [method, url] of [
    ['GET', `/api/exports/${id}`],
    ['GET', `/api/exports/${id}/file`],
    ['DELETE', `/api/exports/${id}`],
    ['GET', '/api/exports/not-an-id'],
  ] as const)
    expect((await call('admin', method, url)).statusCode).toBe(404)
  expect((await call('lead', 'GET', '/api/exports')).json()).toEqual({ exports: [], next_cursor: null })
  expect((await call('operator', 'GET', '/api/exports')).statusCode).toBe(403)

  const people = one.state.knex('people').where({ email: 'agent@demo.orderlens' })
  const [{ scope } = { scope: null }] = await people.clone().select<{ scope: unknown }[]>('scope')
  await people.clone().update({ scope: JSON.stringify({ channels: 'all', regions: ['浙江'] }) })
  const narrowed = await file('agent', id)
  expect([narrowed.statusCode, narrowed.json()]).toMatchObject([403, { reason: 'export_scope_narrowed' }])
  await people.clone().update({ scope: JSON.stringify(scope) })
  expect((await file('agent', id)).statusCode).toBe(200)
})

test('a day later the file is gone; of who was disabled it goes at once', async () => {
  const { id } = await ask('finance', 'csv')
  await ended('finance', id)
  writeFileSync(join(directory, `${id}.5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771`), 'left by a process that died')
  await exports.sweep()
  expect(readdirSync(directory).filter((name) => name.startsWith(id))).toEqual([id])
  const people = one.state.knex('people').where({ email: 'finance@demo.orderlens' })
  await people.clone().update({ disabled_at: now })
  await exports.sweep()
  expect(existsSync(join(directory, id))).toBe(false)
  await people.clone().update({ disabled_at: null })
  const gone = await file('finance', id)
  expect([(await look('finance', id)).state, gone.statusCode, gone.json()]).toMatchObject([
    'expired',
    404,
    { reason: 'export_gone' },
  ])

  const { id: old } = await ask('finance', 'csv')
  expect(Date.parse((await ended('finance', old)).expires_at ?? '')).toBe(now.getTime() + 86_400_000)
  await one.state
    .knex('exports')
    .where({ id: old })
    .update({ expires_at: new Date(now.getTime() - 1) })
  expect((await file('finance', old)).statusCode).toBe(404)
  await exports.sweep()
  expect([(await look('finance', old)).state, existsSync(join(directory, old))]).toEqual(['expired', false])
})

test('it is made with the scope and the permission its owner has when it is made', async () => {
  const waiting = aProcess()
  await exports.stop()
  const made = [
    await ask('agent.zhejiang', 'csv', { metric: 'orders_recorded' }),
    await ask('lead', 'csv'),
    await ask('manager', 'csv'),
  ]
  const of = (email: string) => one.state.knex('people').where({ email: `${email}@demo.orderlens` })
  await of('lead').update({ role: 'operator' })
  await of('manager').update({ disabled_at: now })
  waiting.start()
  const state = async (at: number) =>
    one.state
      .knex('exports')
      .where({ id: made[at]?.id })
      .first<{ state: string; failure: string | null; rows: string }>()
  await expect.poll(async () => (await state(0)).state, { timeout: 60_000 }).toBe('done')
  await expect.poll(async () => (await state(2)).state).toBe('failed')
  expect(Number((await state(0)).rows)).toBe(ROWS / 2)
  expect((await state(1)).failure).toBe('not_allowed')
  expect((await state(2)).failure).toBe('person_disabled')
  await of('lead').update({ role: 'lead' })
  await of('manager').update({ disabled_at: null })
  await waiting.stop()
})

test(
  'three wait, a fourth is told so; what is under way is cancelled, put back or begun again after a crash',
  { timeout: 60_000 },
  async () => {
    let open: () => void = () => undefined
    let reached: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    const begun = new Promise<void>((resolve) => (reached = resolve))
    /** Reads a piece, and the next when it may. */
    const slow: Door['drillRows'] = (request, scope, take, asOf) =>
      door.drillRows(
        request,
        scope,
        (head, pieces) =>
          take(
            head,
            (async function* () {
              yield []
              reached()
              await gate
              yield* pieces
            })(),
          ),
        asOf,
      )
    const first = aProcess({ drillRows: slow })
    const asked = [await ask('manager', 'csv'), await ask('manager', 'csv'), await ask('manager', 'csv')]
    const ids = asked.map(({ id }) => id)
    const fourth = await call('manager', 'POST', '/api/exports', { format: 'csv', drill: few })
    expect([fourth.statusCode, String(fourth.headers['retry-after']), fourth.json()]).toMatchObject([
      429,
      '10',
      { reason: 'exports_waiting', parts: { most: 3 } },
    ])
    first.start()
    await begun
    expect((await look('manager', ids[0] ?? '')).state).toBe('running')
    const early = await file('manager', ids[0] ?? '')
    expect([early.statusCode, early.json()]).toMatchObject([409, { reason: 'export_unfinished' }])
    await call('manager', 'DELETE', `/api/exports/${ids[1]}`)
    // The process stops while the first is under way: it waits again, and nothing of it is left.
    const stopped = first.stop()
    open()
    await stopped
    expect((await Promise.all(ids.map((id) => look('manager', id)))).map(({ state }) => state)).toEqual([
      'queued',
      'cancelled',
      'queued',
    ])
    // Another process died with it: its lease runs out, and it is begun again from the start.
    await one.state
      .knex('exports')
      .where({ id: ids[2] })
      .update({
        state: 'running',
        rows: 77,
        attempts: 1,
        lease_owner: ids[2],
        lease_until: new Date(now.getTime() - 1),
      })
    await one.state
      .knex('exports')
      .where({ id: ids[0] })
      .update({ state: 'running', attempts: 3, lease_owner: ids[0], lease_until: new Date(now.getTime() - 1) })
    const second = aProcess()
    second.start()
    expect(await ended('manager', ids[2] ?? '')).toMatchObject({ state: 'done', rows: ROWS / 1000 })
    expect(await ended('manager', ids[0] ?? '')).toMatchObject({ state: 'failed', failure: 'interrupted' })
    freeBytes = 1
    const third = await ask('manager', 'csv')
    await second.sweep()
    expect(await ended('manager', third.id)).toMatchObject({ state: 'failed', failure: 'disk_full' })
    freeBytes = 1e12
    await second.stop()
    expect(failed).toEqual([])
  },
)
