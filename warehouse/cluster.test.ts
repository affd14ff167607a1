/**
 * What a cluster is sent. Every migration has its golden file in `golden/`; a migration never changes, so neither does the
 * file. A new migration writes its own: read it before it is committed.
 */
import { expect, test } from 'vitest'
import { createClusterDdl } from './cluster.ts'
import { readMigrations } from './migrate.ts'

const ddl = createClusterDdl({ cluster: 'main', spread: new Map() })
const migrations = readMigrations().map(({ name, statements }) => ({
  name,
  statements: statements.flatMap((sql) => ddl.statementsOf(sql)),
}))

test.each(migrations)('$name', async ({ name, statements }) => {
  await expect(`${statements.join('\n\n-- next statement\n')}\n`).toMatchFileSnapshot(`./golden/${name}`)
})

test('nothing that makes, changes or drops a relation stays on one server', () => {
  const all = migrations.flatMap(({ statements }) => statements)
  const changing = all.filter((sql) => /^(--.*\n)*\s*(create|drop|alter|exchange|rename|truncate)\b/i.test(sql))
  expect(changing.length).toBeGreaterThan(40)
  expect(changing.filter((sql) => !sql.includes(' on cluster main'))).toEqual([])
  expect(changing.filter((sql) => /engine = \w*MergeTree/.test(sql) && !/engine = Replicated/.test(sql))).toEqual([])
})

const small = () => {
  const fresh = createClusterDdl({ cluster: 'c', spread: new Map() })
  fresh.statementsOf('create table orders (order_id String)\nengine = MergeTree\norder by order_id')
  fresh.statementsOf('create table rules (rule String)\nengine = MergeTree\norder by tuple()')
  return fresh
}

test('a table of orders is spread by them; what is small stands whole', () => {
  const fresh = createClusterDdl({ cluster: 'c', spread: new Map() })
  expect(
    fresh.statementsOf(
      'create table x (order_id String)\nengine = ReplacingMergeTree(version)\norder by (kind, order_id)',
    ),
  ).toEqual([
    "create table x_shard on cluster c (order_id String)\nengine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)\norder by (kind, order_id)",
    'create or replace table x on cluster c as x_shard engine = Distributed(c, currentDatabase(), x_shard, cityHash64(order_id))',
  ])
  expect(fresh.statementsOf('create table y (order_id String)\nengine = MergeTree\norder by tuple()')).toEqual([
    "create table y on cluster c (order_id String)\nengine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')\norder by tuple()",
  ])
})

test('a swap is one of the shards, and the table over them learns the new columns', () => {
  const fresh = small()
  fresh.statementsOf('create table orders__next (order_id String)\nengine = MergeTree\norder by order_id')
  const [swapped, ...over] = fresh.statementsOf('exchange tables orders and orders__next')
  expect(swapped).toBe('exchange tables orders_shard and orders__next_shard on cluster c')
  expect(over.every((sql) => sql.startsWith('create or replace table orders'))).toBe(true)
  expect(fresh.statementsOf('drop table if exists orders__next sync')).toEqual([
    'drop table if exists orders__next on cluster c sync',
    'drop table if exists orders__next_shard on cluster c sync',
  ])
  expect(fresh.statementsOf('exchange tables rules and rules__next')).toEqual([
    'exchange tables rules and rules__next on cluster c',
  ])
})

test('a first table takes its name with its shards', () => {
  expect(small().statementsOf('rename table orders to placed')).toEqual([
    'rename table orders_shard to placed_shard on cluster c',
    'create or replace table placed on cluster c as placed_shard engine = Distributed(c, currentDatabase(), placed_shard, cityHash64(order_id))',
    'drop table orders on cluster c',
  ])
})

test('what feeds on a spread table feeds on each shard, and emptying it empties them', () => {
  expect(
    small().statementsOf('create materialized view mv to y as\nselect order_id from orders where order_id in rules'),
  ).toEqual([
    'create materialized view mv on cluster c to y as\nselect order_id from orders_shard where order_id in rules',
  ])
  expect(small().statementsOf('truncate table orders')).toEqual(['truncate table orders_shard on cluster c'])
})

test('reads and inserts are sent as they are', () => {
  for (const sql of ['select 1', 'insert into orders select order_id from rules', '-- why\ninsert into x values (1)'])
    expect(small().statementsOf(sql)).toEqual([sql])
})
