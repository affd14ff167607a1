import { expect, test } from 'vitest'
import { type Marts, checkShown, narrowed } from './marts.ts'
import { type Statement, readStatement } from './statement.ts'

const marts: Marts = { database: 'o_marts', hidden: new Set(['o', 'system', 'default', 'information_schema']) }
const statementOf = (sql: string): Statement => {
  const statement = readStatement(sql)
  if (statement.kind === 'refused') throw new Error(statement.message)
  return statement
}

test.each([
  'select * from o.raw',
  'select * from `o` . "raw"',
  'select * from O.raw',
  'select * from "\\x6f".raw',
  'select 1 from orders where id in (select id from o.raw)',
  'select 1 from orders where id in o /* here */ .raw',
  'with r as (select * from o.raw) select * from r',
  'select * from {db:Identifier}.{name : Identifier}',
  'describe o.raw',
  'exists table o.raw',
  'show tables from o',
  'show create database o',
  'show processlist',
  "select * from merge('o', 'raw')",
  "select joinGet('o.raw', 'value', 1)",
  'select * from system.parts',
  'select * from system.`parts`',
  'select * from SYSTEM.tables',
  'select * from INFORMATION_SCHEMA.columns',
  'explain select * from o.raw',
])('%s is not shown', (sql) => {
  expect(checkShown(statementOf(sql), marts)).toMatchObject({ code: 497 })
})

test.each([
  'select * from orders',
  'select o_marts.orders.id from o_marts.orders',
  "select 'o.raw' as text, x.o from orders as x",
  'select count() from system.tables',
  'show tables',
  'describe table orders',
  'select version(), timezone()',
  'select name, value from system.settings',
])('%s is', (sql) => {
  expect(checkShown(statementOf(sql), marts)).toBeNull()
})

test('what lists relations lists the marts only', () => {
  expect(narrowed(statementOf('select name from system.tables as t, system . databases'), marts)).toBe(
    "select name from (select * from system.tables where database = 'o_marts') as t, (select * from system.databases where name = 'o_marts')",
  )
})
