/** The read-only endpoint as the ClickHouse world uses it: by its Python client, from PyPI. */
import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openSession } from '#warehouse/connect.ts'
import { type Endpoint, startEndpoint } from '#warehouse/endpoint/server.ts'
import { installPython } from './python.ts'

const PACKAGES = ['clickhouse-connect==1.12.0'] as const
const folder = mkdtempSync(join(tmpdir(), 'orderlens-connect-'))
const secret = join(folder, 'secret.txt')
const login = { user: 'analyst', password: 'only for reading' }

const foundSchema = z.object({
  version: z.string(),
  types: z.array(z.string()),
  rows: z.array(z.array(z.unknown())),
  streamed: z.array(z.number()),
  asked: z.array(z.tuple([z.number(), z.string()])),
  tables: z.array(z.array(z.string())),
  columns: z.array(z.array(z.string())),
  databases: z.array(z.array(z.string())),
  refused: z.record(z.string(), z.object({ answered: z.string().optional(), refused: z.string().optional() })),
})
/** Asked by the client's `query`, which adds a format and sends them in the body. */
const REFUSED = [
  'insert into typed (id) values (9)',
  'drop table typed',
  'set max_execution_time = 0',
  'select 1 settings max_execution_time = 0',
  'select * from orderlens.raw',
  'select * from `orderlens`.`raw`',
  'select * from "\\x6frderlens".raw',
  'select 1 where (1, 2) in orderlens.raw',
  "select * from merge('orderlens', 'raw')",
  'describe table orderlens.raw',
  'show tables from orderlens',
  'select * from system.parts',
  'select * from system.query_log',
  'select * from information_schema.tables',
  `select file('${secret}')`,
  `select * from file('${secret}', 'LineAsString')`,
  "select * from url('http://127.0.0.1:1/', 'CSV', 'a String')",
  "select * from remote('127.0.0.1', 'orderlens', 'raw')",
]
let endpoint: Endpoint
let found: z.output<typeof foundSchema>

beforeAll(async () => {
  const python = await installPython('python', PACKAGES)
  writeFileSync(secret, 'top secret')
  const open = () => openSession(join(folder, 'warehouse'))
  const session = open()
  await session.run('create database orderlens')
  await session.run(
    "create table orderlens.typed (id UInt64, at DateTime64(3, 'UTC'), amount Decimal(18, 4), share Nullable(Float64), tags Array(String), kind LowCardinality(String), seen Nullable(DateTime64(6, 'Asia/Shanghai')), pair Tuple(name String, n Int64)) engine = MergeTree order by id",
  )
  await session.run(
    "insert into orderlens.typed values (1, '2026-03-01 02:03:04.567', 12.3456, 0.5, ['订单', 'a\\'b'], 'x', '2026-03-01 10:00:00.000001', ('p', -1)), (18446744073709551615, '1970-01-01 00:00:00', -1, null, [], 'y', null, ('', 0))",
  )
  await session.run('create table orderlens.raw (value String) engine = MergeTree order by tuple()')
  await session.run("insert into orderlens.raw values ('top secret')")
  session.close()
  const relations = ['typed', 'not_built_yet']
  endpoint = await startEndpoint({
    open,
    spool: join(folder, 'spool'),
    database: 'orderlens',
    port: 0,
    login,
    relations,
  })
  const { hostname, port } = new URL(endpoint.url)
  const child = spawn(python, [
    join(import.meta.dirname, 'clickhouse-connect.py'),
    hostname,
    port,
    login.user,
    login.password,
  ])
  child.stdin.end(JSON.stringify(REFUSED))
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (said === '') throw new Error(complained)
  found = foundSchema.parse(JSON.parse(said))
}, 600_000)
afterAll(async () => {
  await endpoint.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('values of every type arrive as what they are', () => {
  expect(found.types.map((type) => type.replaceAll('`', ''))).toEqual([
    'UInt64',
    "DateTime64(3, 'UTC')",
    'Decimal(18, 4)',
    'Nullable(Float64)',
    'Array(String)',
    'LowCardinality(String)',
    "Nullable(DateTime64(6, 'Asia/Shanghai'))",
    'Tuple(name String, n Int64)',
  ])
  const [first, last] = found.rows
  expect(first?.slice(0, 6)).toEqual([
    1,
    expect.stringMatching(/^2026-03-01T02:03:04\.567000/),
    'decimal 12.3456',
    0.5,
    ['订单', "a'b"],
    'x',
  ])
  expect(first?.[6]).toMatch(/^2026-03-01T10:00:00\.000001/)
  expect(last?.slice(2, 7)).toEqual(['decimal -1.0000', null, [], 'y', null])
})

test('parameters are values, rows come as a stream', () => {
  expect(found.asked).toEqual([[1, "it's {x:String}; drop table typed"]])
  expect(found.streamed).toEqual([200_000, 0, 199_999])
})

test('it looks around and sees the marts, and nothing else', () => {
  expect(endpoint.database).toBe('orderlens_marts')
  expect(found.tables).toEqual([['orderlens_marts', 'typed']])
  expect(found.databases).toEqual([['typed']])
  expect(found.columns.map(([name]) => name)).toEqual(['id', 'at', 'amount', 'share', 'tags', 'kind', 'seen', 'pair'])
})

test('everything else is refused, and nothing of it is told', () => {
  const answered = Object.entries(found.refused).filter(([, { refused }]) => refused === undefined)
  expect(answered).toEqual([])
  expect(Object.keys(found.refused).length).toBe(REFUSED.length + 5)
  expect(JSON.stringify(found.refused)).not.toContain('top secret')
  expect(found.refused['wrong password']?.refused).toMatch(/AUTHENTICATION_FAILED|Authentication failed/)
  expect(found.refused['too long']?.refused).toMatch(/TIMEOUT_EXCEEDED|159/)
})
