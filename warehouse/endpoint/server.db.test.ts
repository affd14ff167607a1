import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { ClickHouseClient } from '@clickhouse/client'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSession } from '../connect.ts'
import { startEndpoint } from './server.ts'
import type { Endpoint } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-endpoint-'))
const open = () => openSession(join(folder, 'warehouse'))
/** Refusals are what is tested; the client would print each. */
const QUIET = { level: ClickHouseLogLevel.OFF }
const spool = join(folder, 'spool')
let reading: Endpoint
let writing: Endpoint
let reader: ClickHouseClient
let writer: ClickHouseClient

beforeAll(async () => {
  const session = open()
  await session.run('create database marts')
  await session.run(
    "create table marts.orders (id UInt64, note String, at DateTime64(3, 'UTC') default now64(3), tags Array(String)) engine = MergeTree order by id",
  )
  session.close()
  reading = await startEndpoint({ open, spool, database: 'marts', port: 0 })
  writing = await startEndpoint({
    open,
    spool,
    database: 'marts',
    port: 0,
    allowWrites: true,
    login: { user: 'loader', password: 'pässword' },
  })
  reader = createClient({ url: reading.url, log: QUIET })
  writer = createClient({ url: writing.url, username: 'loader', password: 'pässword', log: QUIET })
})

afterAll(async () => {
  await Promise.all([reader.close(), writer.close()])
  await Promise.all([reading.close(), writing.close()])
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const rows = async (query: string, query_params?: Record<string, unknown>, client = reader) =>
  (await client.query({ query, format: 'JSONEachRow', ...(query_params && { query_params }) })).json<
    Record<string, unknown>
  >()

describe('the ClickHouse client works against it', () => {
  test('rows go in by insert and come out by query', async () => {
    await writer.insert({
      table: 'orders',
      format: 'JSONEachRow',
      columns: ['id', 'note', 'tags'],
      values: [{ id: '1', note: '订单\n\nDROP TABLE marts.orders;', tags: ["a'b"] }],
    })
    expect(await rows('select note, tags from orders where id = 1')).toEqual([
      { note: '订单\n\nDROP TABLE marts.orders;', tags: ["a'b"] },
    ])
    expect(readdirSync(spool)).toEqual([])
  })

  test('a streamed insert in another order of columns', async () => {
    const values = Readable.from(Array.from({ length: 2_000 }, (_, n) => ({ tags: [], note: `n${n}`, id: 1_000 + n })))
    await writer.insert({ table: 'orders', format: 'JSONEachRow', columns: ['note', 'id', 'tags'], values })
    expect(await rows('select toString(count()) as n, max(note) as last from orders where id >= 1000')).toEqual([
      { n: '2000', last: 'n999' },
    ])
  })

  test('CSV with names and plain VALUES', async () => {
    await writer.command({ query: "insert into orders (id, note) values (3, 'it''s')" })
    await writer.insert({
      table: 'orders',
      columns: ['id', 'note'],
      format: 'CSV',
      values: Readable.from(['4,"four; drop"\n'], { objectMode: false }),
    })
    expect(await rows('select note from orders where id in (3, 4) order by id')).toEqual([
      { note: "it's" },
      { note: 'four; drop' },
    ])
  })

  test('parameters of every kind arrive as they were given', async () => {
    const given = {
      text: "a'b\\c\td\n;--",
      list: ["x'y", 'z\\'],
      n: 7,
      at: new Date('2026-03-01T02:03:04.567Z'),
      none: null,
    }
    const [row] = await rows(
      "select {text:String} as text, {list:Array(String)} as list, {n:UInt8} as n, toString({at:DateTime64(3,'UTC')}) as at, {none:Nullable(String)} as none",
      given,
    )
    expect(row).toEqual({ text: given.text, list: given.list, n: 7, at: '2026-03-01 02:03:04.567', none: null })
  })

  test('settings hold for their request only', async () => {
    const quoted = async (settings: Record<string, number>) =>
      (
        await (
          await reader.query({ query: 'select toUInt64(5) as n', format: 'JSONEachRow', clickhouse_settings: settings })
        ).json<{ n: unknown }>()
      )[0]?.n
    expect(await quoted({ output_format_json_quote_64bit_integers: 1 })).toBe('5')
    expect(await quoted({ output_format_json_quote_64bit_integers: 0 })).toBe(5)
    expect(await quoted({ output_format_json_quote_64bit_integers: 1 })).toBe('5')
  })

  test('ping, commands and errors with code and type', async () => {
    expect(await reader.ping()).toEqual({ success: true })
    await writer.command({ query: 'create table empty (x UInt8) engine = Memory' })
    await expect(rows('select * from nowhere')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
    await expect(rows('selec 1')).rejects.toMatchObject({ code: '164' })
  })

  test('many at once', async () => {
    const found = await Promise.all(
      Array.from({ length: 30 }, (_, n) => rows('select {n:UInt32} as n, count() > 0 as some from orders', { n })),
    )
    expect(found.map(([row]) => row?.['n'])).toEqual(Array.from({ length: 30 }, (_, n) => n))
  })
})

describe('a reader changes nothing', () => {
  const secret = join(folder, 'secret.txt')
  const outside = join(folder, 'written.csv')
  beforeAll(() => writeFileSync(secret, 'top secret'))

  test.each([
    'insert into orders (id) values (99)',
    'drop table orders',
    'alter table orders delete where 1',
    'create table x (a UInt8) engine = Memory',
    'set readonly = 0',
    'select 1 settings readonly = 0',
    'select 1; drop table orders',
    `select file('${secret}')`,
    `select * apply file from (select '${secret}')`,
    `select * from file('${secret}', 'LineAsString')`,
    `describe table file('${secret}', 'LineAsString')`,
    `select 1 into outfile '${outside}'`,
    "select * from url('http://127.0.0.1:1/', 'CSV', 'a String')",
    "select * from remote('127.0.0.1', 'system', 'one')",
    "insert into function file('x.csv', 'CSV') select 1",
    'system flush logs',
    'kill query where 1',
  ])('%s', async (query) => {
    const outcome = await fetch(reading.url, { method: 'POST', body: query })
    const text = await outcome.text()
    expect(outcome.ok).toBe(false)
    expect(text).not.toContain('top secret')
    expect(outcome.headers.get('x-clickhouse-exception-code')).toMatch(/^\d+$/)
    expect(existsSync(outside)).toBe(false)
    expect(await rows('select toString(count()) as n from orders where id = 99')).toEqual([{ n: '0' }])
  })

  test('an insert with a body', async () => {
    const refused = reader.insert({ table: 'orders', format: 'JSONEachRow', values: [{ id: 99 }] })
    await expect(refused).rejects.toMatchObject({ type: 'READONLY' })
  })

  test('a setting that would lift the limits', async () => {
    const status = async (search: string) => (await fetch(`${reading.url}/?query=select+1&${search}`)).status
    expect(await status('readonly=0')).toBe(200)
    expect((await fetch(`${reading.url}/?readonly=0`, { method: 'POST', body: 'drop table orders' })).status).toBe(403)
    expect(await status('user_files_path=/')).toBe(400)
    expect(await status("output_format_json_quote_64bit_integers=1'%20,readonly=0")).toBe(400)
    expect(await status("database=marts'--")).toBe(404)
  })

  test('a value is compared, never executed', async () => {
    const hostile = "x' or 1=1; drop table marts.orders --"
    expect(await rows('select toString(count()) as n from orders where note = {v:String}', { v: hostile })).toEqual([
      { n: '0' },
    ])
    expect(
      await rows('select toString(count()) as n from orders where has({v:Array(String)}, note)', { v: [hostile] }),
    ).toEqual([{ n: '0' }])
  })
})

describe('the protocol', () => {
  test('a writer cannot write by GET, nor when it asks for a read-only statement', async () => {
    const headers = { 'X-ClickHouse-User': 'loader', 'X-ClickHouse-Key': encodeURIComponent('pässword') }
    const asked = await fetch(
      `${writing.url}/?user=loader&password=${headers['X-ClickHouse-Key']}&query=drop+table+orders`,
    )
    expect(asked.status).toBe(403)
    const given = await fetch(`${writing.url}/?user=loader&password=${headers['X-ClickHouse-Key']}&readonly=1`, {
      method: 'POST',
      body: 'drop table orders',
    })
    expect(given.status).toBe(403)
  })

  test('a wrong password is told apart from a wrong statement', async () => {
    const stranger = createClient({ url: writing.url, username: 'loader', password: 'guess', log: QUIET })
    await expect(rows('select 1', undefined, stranger)).rejects.toMatchObject({
      code: '516',
      type: 'AUTHENTICATION_FAILED',
    })
    await stranger.close()
  })

  test('statement in the address, format in the statement or by default, gzip when asked', async () => {
    const answer = await fetch(
      `${reading.url}/?query=${encodeURIComponent('select 1 as a, 2 as b')}&default_format=CSVWithNames&enable_http_compression=1`,
      { headers: { 'Accept-Encoding': 'gzip' } },
    )
    expect([
      answer.headers.get('x-clickhouse-format'),
      answer.headers.get('content-encoding'),
      await answer.text(),
    ]).toEqual(['CSVWithNames', 'gzip', '"a","b"\n1,2\n'])
    const written = await fetch(reading.url, { method: 'POST', body: 'select 1 as a format JSONCompact' })
    expect(written.headers.get('content-type')).toMatch(/json/)
    expect(await written.json()).toMatchObject({ data: [[1]] })
  })

  test('a page in a browser gets nothing from an endpoint without a password', async () => {
    const status = (headers: Record<string, string>) =>
      new Promise((resolve) =>
        request(`${reading.url}/?query=select+1`, { headers }, (answer) => resolve(answer.resume().statusCode)).end(),
      )
    expect(await status({})).toBe(200)
    expect(await status({ Origin: 'https://example.com' })).toBe(401)
    expect(await status({ Host: 'rebound.example.com' })).toBe(401)
  })

  test('a caller who hangs up ends the statement', async () => {
    const slow = 'select count() from numbers(2000000000) where cityHash64(repeat(toString(number), 60)) = 1'
    const running = async () =>
      Number(
        (
          await rows(
            "select toString(count()) as n from system.processes where startsWith(query, 'select count() from num')",
          )
        )[0]?.['n'],
      )
    const caller = new AbortController()
    const asked = fetch(reading.url, { method: 'POST', body: slow, signal: caller.signal }).catch(() => 'gone')
    while ((await running()) !== 1) await sleep(10)
    caller.abort()
    expect(await asked).toBe('gone')
    const since = performance.now()
    while ((await running()) !== 0) await sleep(10)
    expect(performance.now() - since).toBeLessThan(5_000)
  })

  test('an open endpoint for everybody is refused', async () => {
    await expect(startEndpoint({ open, spool, database: 'marts', host: '0.0.0.0', port: 0 })).rejects.toThrow(
      /CLICKHOUSE_PASSWORD/,
    )
  })
})
