/**
 * What the embedded engine and its client do to the unwary, each as a test of our own client: these fail when an engine
 * upgrade or a change in warehouse/ brings one of them back.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Binary, Table, Uint64, tableToIPC, vectorFromArray } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WarehouseError } from './errors.ts'
import { readMigrations } from './migrate.ts'
import { openWarehouse } from './open.ts'
import { readingAs } from './reading.ts'
import type { Warehouse } from './warehouse.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-hazards-'))
const READERS = 4
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'hazards',
    readers: READERS,
  })
  await warehouse.command('create table bytes (position UInt64, value String) engine = MergeTree order by position')
  await warehouse.command('create table victim (x UInt8) engine = MergeTree order by x')
})
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

const arrowOf = (rows: readonly { position: bigint; value: Buffer }[]): Uint8Array =>
  tableToIPC(
    new Table({
      position: vectorFromArray(
        rows.map(({ position }) => position),
        new Uint64(),
      ),
      value: vectorFromArray(
        rows.map(({ value }) => value),
        new Binary(),
      ),
    }),
    'stream',
  )

const rowsOf = (sql: string) => warehouse.queryRows(sql)
const exists = async (table: string) =>
  (await rowsOf(`select count() as n from system.tables where database = 'hazards' and name = '${table}'`))[0]?.[
    'n'
  ] === '1'

describe('bytes never become SQL', () => {
  const hostile = '{"note":"end of data"}\n\nDROP TABLE hazards.victim;\n\nDROP TABLE hazards.bytes;'

  test('a message with a blank line and a statement is stored, not executed', async () => {
    await warehouse.insertArrow(
      'bytes',
      ['position', 'value'],
      arrowOf([{ position: 1n, value: Buffer.from(hostile) }]),
    )
    expect(await exists('victim')).toBe(true)
    expect(await rowsOf('select value from bytes where position = 1')).toEqual([{ value: hostile }])
  })

  test('the same text in a plain row is stored, not executed', async () => {
    await warehouse.insertRows('bytes', [{ position: 2, value: hostile }])
    expect(await exists('victim')).toBe(true)
    expect(await rowsOf('select value from bytes where position = 2')).toEqual([{ value: hostile }])
  })

  test('the same text as a parameter is compared, not executed', async () => {
    const found = await warehouse.queryRows('select count() as n from bytes where value = {value:String}', {
      value: hostile,
    })
    expect(found).toEqual([{ n: '2' }])
    expect(await exists('victim')).toBe(true)
  })

  test('every byte survives, and so does a position whose bytes are two line feeds', async () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const pairs = Buffer.from([0x0a, 0x0a, 0x00, 0xff, 0xfe, 0x0a, 0x0a])
    // 2570 is 0A 0A in little-endian.
    await warehouse.insertArrow(
      'bytes',
      ['position', 'value'],
      arrowOf([
        { position: 2570n, value: Buffer.concat([everyByte, pairs]) },
        { position: 0x0a0a0a0a0a0a0a0an, value: pairs },
      ]),
    )
    expect(
      await rowsOf(
        'select toString(b.position) as at, hex(value) as hex from bytes as b where b.position >= 2570 order by b.position',
      ),
    ).toEqual([
      { at: '2570', hex: Buffer.concat([everyByte, pairs]).toString('hex').toUpperCase() },
      { at: String(0x0a0a0a0a0a0a0a0an), hex: pairs.toString('hex').toUpperCase() },
    ])
  })
})

describe('settings do not stick', () => {
  test('a second insert of the same bytes and one of other bytes both count', async () => {
    await warehouse.command(
      'create table twice (position UInt64, value String) engine = MergeTree order by position settings non_replicated_deduplication_window = 0',
    )
    const first = arrowOf([{ position: 1n, value: Buffer.from('a') }])
    for (const bytes of [first, first, arrowOf([{ position: 2n, value: Buffer.from('b') }])]) {
      await warehouse.insertArrow('twice', ['position', 'value'], bytes)
    }
    expect(await rowsOf('select count() as n, uniqExact(position) as positions from twice')).toEqual([
      { n: '3', positions: '2' },
    ])
  })

  test('a setting of one statement is gone in the next, on every writer', async () => {
    const settings =
      "select getSetting('max_insert_block_size') as n, getSetting('insert_deduplication_token') as token"
    await warehouse.command('create table seen (n UInt64, token String) engine = MergeTree order by n')
    await warehouse.command(
      "insert into seen settings max_insert_block_size = 7, insert_deduplication_token = 'leaked' select 0, 'x'",
    )
    for (let i = 0; i < 4; i += 1) await warehouse.command(`insert into seen ${settings}`)
    expect(await rowsOf("select count() as leaked from seen where n = 7 or token = 'leaked'")).toEqual([
      { leaked: '0' },
    ])
  })

  test('no source hands settings to a client, except to a server, where they travel with the request', () => {
    const holders = sources('.').filter((path) => /clickhouse_settings\s*:/.test(readFileSync(path, 'utf8')))
    expect(holders.filter((path) => !path.endsWith('.test.ts'))).toEqual(['warehouse/connect.ts'])
    const [, server = ''] = readFileSync('warehouse/connect.ts', 'utf8').split('function connectServer')
    expect(server).toContain('clickhouse_settings')
  })
})

describe('reads are bounded and cannot write', () => {
  const onEveryReader = (sql: string) =>
    readingAs({ lane: 'people' }, () =>
      Promise.all(Array.from({ length: READERS }, () => rowsOf(`${sql}, sleep(0.1) as pause`))),
    )

  test('every reader carries a time limit', async () => {
    const limits = (await onEveryReader("select getSetting('max_execution_time') as seconds")).flat()
    expect(limits.map((row) => Number(row['seconds']))).toEqual(Array.from({ length: READERS }, () => 30))
  })

  test.each([
    'insert into victim values (1)',
    'drop table victim',
    'set max_execution_time = 0',
    'select 1 settings max_execution_time = 0',
    'create table other (x UInt8) engine = Memory',
  ])('a read refuses: %s', async (sql) => {
    await expect(warehouse.queryRows(sql)).rejects.toBeInstanceOf(WarehouseError)
    expect(await exists('victim')).toBe(true)
    expect(await rowsOf('select count() as n from victim')).toEqual([{ n: '0' }])
  })

  test('a connection that ran a refused or failing read answers the next one', async () => {
    for (let i = 0; i < READERS * 2; i += 1)
      await expect(warehouse.queryRows('select no_such_column')).rejects.toBeInstanceOf(WarehouseError)
    expect(await rowsOf('select 1 as one')).toEqual([{ one: 1 }])
  })
})

test('an embedded connection runs one query at a time: more callers than connections all get their own answer', async () => {
  const asked = Array.from({ length: 24 }, (_, n) => n)
  const answers = await Promise.all(
    asked.map((n) =>
      warehouse.queryRows('select {n:UInt32} as n, count() as rows from numbers(100000 + {n:UInt32})', { n }),
    ),
  )
  expect(answers.map(([row]) => [row?.['n'], row?.['rows']])).toEqual(asked.map((n) => [n, String(100000 + n)]))
})

describe('parameters of reads', () => {
  test('a value of every kind is what it was, whatever stands in it', async () => {
    const given = {
      text: "a'b\\c\t\r\n\0;-- {x:String} 订单\\'",
      list: ["x'y", 'z\\', '', 'a\nb'],
      nested: [[1], [2, 3]],
      wide: 18_446_744_073_709_551_615n,
      none: null,
      yes: true,
      map: { "k'": "v\\'" },
    }
    const [row] = await warehouse.queryRows(
      "select {text:String} as text, {list:Array(String)} as list, {nested:Array(Array(UInt8))} as nested, toString({wide:UInt64}) as wide, {none:Nullable(String)} as none, {yes:Bool} as yes, {map:Map(String, String)} as map, toString({at:DateTime64(3, 'UTC')}) as at",
      { ...given, at: new Date('2026-03-01T02:03:04.567Z') },
    )
    expect(row).toEqual({ ...given, wide: String(given.wide), at: '2026-03-01 02:03:04.567' })
  })

  test('a value of one read is never that of another, however many there are at once', async () => {
    const hostile = "'; drop table hazards.victim; set param_scope = 'all"
    const asked = Array.from({ length: 200 }, (_, n) => `${n}${hostile}`)
    const found = await readingAs({ lane: 'people' }, () =>
      Promise.all(asked.map((scope) => warehouse.queryRows('select {scope:String} as scope', { scope }))),
    )
    expect(found.map(([row]) => row?.['scope'])).toEqual(asked)
    expect(await exists('victim')).toBe(true)
    for (let n = 0; n < READERS; n += 1)
      await expect(warehouse.queryRows('select {scope:String} as scope')).rejects.toMatchObject({
        code: 'STATEMENT_REFUSED',
      })
  })

  test('a large read does not hold up a small one', async () => {
    const caller = new AbortController()
    const large = readingAs({ lane: 'exports', signal: caller.signal }, () =>
      warehouse.queryRows('select sum(cityHash64(number, {k:UInt8})) from numbers(1000000000)', { k: 1 }),
    )
    large.catch(() => undefined)
    expect(await readingAs({ lane: 'people' }, () => warehouse.queryRows('select {k:UInt8} as k', { k: 2 }))).toEqual([
      { k: 2 },
    ])
    expect(warehouse.reads().find(({ lane }) => lane === 'exports')?.running).toBe(1)
    caller.abort()
    await expect(large).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(warehouse.reads().map(({ running, waiting }) => running + waiting)).toEqual([0, 0, 0, 0])
  })
})

describe('final and parts of a column', () => {
  test('no table keeps a tuple under SimpleAggregateFunction, whose parts are read wrongly with final', () => {
    const broken = sqlFiles().filter((path) =>
      /SimpleAggregateFunction\s*\(\s*\w+\s*,\s*(Tuple|Nested|Array\s*\(\s*Tuple)/i.test(readFileSync(path, 'utf8')),
    )
    expect(broken).toEqual([])
  })

  test('arrays of tuples in a replacing table are read right, part by part, before and after a merge', async () => {
    await warehouse.command(
      'create table versions (id UInt32, version UInt32, money Array(Tuple(key String, amount Int64))) engine = ReplacingMergeTree(version) order by id settings index_granularity = 128',
    )
    await warehouse.command('system stop merges versions')
    for (const version of [3, 1, 2]) {
      await warehouse.command(
        `insert into versions select number, ${version}, [('p', toInt64(number * ${version})), ('q', toInt64(${version}))] from numbers(5000)`,
      )
    }
    const sql =
      "select count() as rows, toString(sum(arraySum(money.amount))) as amount, countIf(money.amount[2] = 3) as newest, countIf(money.key[1] = 'p') as keyed from versions final where money.amount[1] >= 0"
    const right = [{ rows: '5000', amount: String(3 * ((4999 * 5000) / 2) + 3 * 5000), newest: '5000', keyed: '5000' }]
    expect(await rowsOf(sql)).toEqual(right)
    await warehouse.command('system start merges versions')
    await warehouse.command('optimize table versions final')
    expect(await rowsOf(sql)).toEqual(right)
  })
})

describe('an alias hides the column of the same name in where', () => {
  test('the engine still does so', async () => {
    const sql = "select concat('changed ', x) as x from (select 'plain' as x) where x = 'plain'"
    expect(await rowsOf(sql)).toEqual([])
  })

  test('no view of ours filters by a name it redefines', () => {
    const broken = readMigrations().flatMap(({ name, statements }) =>
      statements
        .filter((sql) => /create (materialized )?view/i.test(sql))
        .flatMap((sql) => hiddenNames(sql).map((column) => `${name}: ${column}`)),
    )
    expect(broken).toEqual([])
  })

  test('the rule sees a hidden name', () => {
    expect(hiddenNames("create view v as select t.reason as reason, a from t where reason != ''")).toEqual(['reason'])
    expect(hiddenNames("create view v as select t.reason as why, a from t where reason != ''")).toEqual([])
  })
})

test('after close the folder can be removed with a few retries: merges may still be ending', async () => {
  await warehouse.command("insert into bytes select number + 10000000, repeat('x', 100) from numbers(200000)")
  await warehouse.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  expect(existsSync(folder)).toBe(false)
})

/** Aliases of the outer select that its where clause uses, other than those that name an unchanged column. */
function hiddenNames(sql: string): string[] {
  const [select = ''] = sql.split(/\bfrom\b/i)
  const [, where = ''] = sql.split(/\bwhere\b/i)
  const aliases = [...select.matchAll(/([\w.]+)\)?\s+as\s+(\w+)/gi)]
    .filter(([, source, alias]) => source !== alias)
    .map(([, , alias]) => alias ?? '')
  return [...new Set(aliases)].filter(
    (alias) => alias !== '' && new RegExp(`(?<![.\\w'])${alias}(?![\\w'(])`).test(where),
  )
}

function sources(at: string): string[] {
  const skip = new Set(['node_modules', 'dist', '.git', '.data'])
  return readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    const path = at === '.' ? entry.name : `${at}/${entry.name}`
    if (entry.isDirectory()) return skip.has(entry.name) ? [] : sources(path)
    return entry.name.endsWith('.ts') ? [path] : []
  })
}

function sqlFiles(): string[] {
  return ['warehouse/migrations', 'transforms/models']
    .filter((at) => existsSync(at))
    .flatMap((at) =>
      readdirSync(at, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.sql'))
        .map((name) => `${at}/${name}`),
    )
}
