import { describe, expect, test } from 'vitest'
import { checkStatement, forbiddenFunctions, readStatement, splitInsert, writtenFormat } from './statement.ts'

const forbidden = forbiddenFunctions(['file', 'url', 'remote', 'numbers', 'merge', 's3'])

function check(sql: string, readOnly = true): string {
  const statement = readStatement(sql)
  if (statement.kind === 'refused') return statement.name
  return checkStatement(statement, { readOnly, forbidden })?.name ?? 'runs'
}

describe('what a reader may send', () => {
  test.each([
    'select 1',
    '(select 1) union all (select 2)',
    '-- a comment; drop table t\nwith 1 as a select a;',
    "select ';', 'a''b;c', $$ drop; $$, `x;y` from t;  ",
    'show tables',
    'describe table orders',
    'explain select 1',
    "select count() from numbers(10) where note = 'into outfile'",
    "select file_name, url from t where url = 'x'",
    'select 1 /* file(1) */',
  ])('%s', (sql) => expect(check(sql)).toBe('runs'))
})

describe('what is refused to a reader', () => {
  test.each([
    ['insert into t values (1)', 'READONLY'],
    ['drop table t', 'READONLY'],
    ['set readonly = 0', 'READONLY'],
    ['use system', 'READONLY'],
    ['kill query where 1', 'READONLY'],
    ["select file('/etc/passwd')", 'READONLY'],
    ["select `file` ('/etc/passwd')", 'READONLY'],
    ["select File/* */\n('/etc/passwd')", 'READONLY'],
    ['select * apply file from t', 'READONLY'],
    ['select * apply(file) from t', 'READONLY'],
    ["select arrayMap(x -> file(x), ['/etc/passwd'])", 'READONLY'],
    ["describe table file('/etc/passwd', 'CSV')", 'READONLY'],
    ["select 1 into outfile '/tmp/x'", 'READONLY'],
    ["select 1 INTO\nOUTFILE '/tmp/x'", 'READONLY'],
    ['select 1; drop table t', 'SYNTAX_ERROR'],
    ["select 1 where a = '", 'SYNTAX_ERROR'],
    ["select \u2018'\u2019 , file('/etc/passwd') --'", 'SYNTAX_ERROR'],
    ['select 1 /* open', 'SYNTAX_ERROR'],
    ['  ;; ', 'SYNTAX_ERROR'],
  ])('%s', (sql, name) => expect(check(sql)).toBe(name))
})

test('a writer may write, and still not reach outside the warehouse', () => {
  expect(check('create table t (x UInt8) engine = Memory', false)).toBe('runs')
  expect(check("insert into t select * from url('http://x', 'CSV')", false)).toBe('READONLY')
})

describe('an insert with data', () => {
  test('the data begins behind the format and is not read', () => {
    const sql = 'insert into t (a, b) settings async_insert=0 FORMAT JSONEachRow\n{"a":"\'; drop"}\n\ndrop table t'
    expect(splitInsert(sql)).toEqual({
      kind: 'insert',
      head: 'insert into t (a, b) settings async_insert=0 ',
      format: 'JSONEachRow',
      inline: '{"a":"\'; drop"}\n\ndrop table t',
      input: null,
    })
    expect(splitInsert('insert into t format ArrowStream')).toMatchObject({ format: 'ArrowStream', inline: '' })
    expect(splitInsert('insert into t format JSONEachRow {"a":1}')).toMatchObject({ inline: '{"a":1}' })
  })

  test('an insert may select from its data', () => {
    const sql = "insert into t (a) select a from input('a String') where throwIf(b = {b:String}) = 0 FORMAT CSV\n1"
    const split = splitInsert(sql)
    expect(split).toMatchObject({ format: 'CSV', inline: '1', input: { structure: 'a String' } })
    const { start, end } = (split.kind === 'insert' && split.input) || { start: 0, end: 0 }
    expect(sql.slice(start, end)).toBe("input('a String')")
  })

  test.each([
    'insert into t values (1)',
    'insert into t select 1 format Null',
    'select 1 format CSV',
    'insert into t select * from numbers(3)',
  ])('%s has none', (sql) => {
    expect(splitInsert(sql).kind).toBe('plain')
  })
})

test('the format a statement asks for is found', () => {
  const formatOf = (sql: string) => {
    const statement = readStatement(sql)
    return statement.kind === 'refused' ? null : writtenFormat(statement)
  }
  expect(formatOf('select format(1, 2) from t format CSVWithNames settings max_threads = 1')).toBe('CSVWithNames')
  expect(formatOf("select 'x' as format")).toBeNull()
})
