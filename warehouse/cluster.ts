/**
 * What a cluster needs besides. Statements are written for one server; here each becomes what a cluster is sent: replicated
 * engines and ON CLUSTER, and large tables spread over the shards. A spread table stands on each shard as `name_shard`, and
 * `name` is all of them together, so whoever reads or writes `name` need not know. Rows of an order share a shard. What is
 * small stands whole on every server.
 */
import { z } from 'zod'
import type { NamedQuery } from './warehouse.ts'

export type ClusterDdl = {
  /** One statement, or several in order; a statement that makes or changes no relation comes back as it is. */
  statementsOf(sql: string): string[]
}

const NAME = String.raw`([a-z_][a-z0-9_]*)`
const LEADING = String.raw`^((?:\s*--.*\n)*\s*)`
const statement = (text: string): RegExp => new RegExp(LEADING + text.replaceAll('NAME', NAME), 'i')

const CREATE_TABLE = statement(String.raw`create table (if not exists )?NAME\b`)
const CREATE_VIEW = statement(String.raw`create (or replace )?(materialized )?view (if not exists )?NAME\b`)
const DROP = statement(String.raw`drop (table|view) (if exists )?NAME\b`)
const EXCHANGE = statement(String.raw`exchange tables NAME and NAME`)
const RENAME = statement(String.raw`rename table NAME to NAME`)
const TRUNCATE = statement(String.raw`truncate table NAME`)
const ALTER = statement(String.raw`alter table NAME\b`)

const shardOf = (name: string): string => `${name}_shard`

/** `spread`: names of the spread tables that are there; those made later are added. */
export function createClusterDdl({ cluster, spread }: { cluster: string; spread: Map<string, string> }): ClusterDdl {
  const on = `on cluster ${cluster}`
  /** The table of all shards; made anew wherever the columns of the shards may have changed. */
  const together = (name: string): string =>
    `create or replace table ${name} ${on} as ${shardOf(name)} engine = Distributed(${cluster}, currentDatabase(), ${shardOf(name)}, ${spread.get(name) ?? 'rand()'})`

  const createTable = (sql: string, [, comment = '', condition = '', name = '']: RegExpExecArray): string[] => {
    const key = shardingOf(sql)
    const isWhole = key === null
    const stored = isWhole ? name : shardOf(name)
    const made = replicated(
      sql.replace(CREATE_TABLE, () => `${comment}create table ${condition}${stored} ${on}`),
      isWhole,
    )
    if (isWhole) return [made]
    spread.set(name, key)
    return [made, together(name)]
  }

  const createView = (sql: string, match: RegExpExecArray): string[] => {
    const [, comment = '', replace = '', materialized = '', condition = '', name = ''] = match
    const made = sql.replace(
      CREATE_VIEW,
      () => `${comment}create ${replace}${materialized}view ${condition}${name} ${on}`,
    )
    return [materialized === '' ? made : fromShard(made, spread)]
  }

  const drop = (sql: string, [, comment = '', kind = '', condition = '', name = '']: RegExpExecArray): string[] => {
    const of = (dropped: string): string =>
      sql.replace(DROP, () => `${comment}drop ${kind} ${condition}${dropped} ${on}`)
    if (!spread.delete(name)) return [of(name)]
    return [of(name), of(shardOf(name))]
  }

  const exchange = ([, , one = '', other = '']: RegExpExecArray): string[] => {
    if (!spread.has(one) || !spread.has(other)) return [`exchange tables ${one} and ${other} ${on}`]
    return [`exchange tables ${shardOf(one)} and ${shardOf(other)} ${on}`, together(one), together(other)]
  }

  const rename = ([, , from = '', to = '']: RegExpExecArray): string[] => {
    const key = spread.get(from)
    if (key === undefined) return [`rename table ${from} to ${to} ${on}`]
    spread.delete(from)
    spread.set(to, key)
    return [`rename table ${shardOf(from)} to ${shardOf(to)} ${on}`, together(to), `drop table ${from} ${on}`]
  }

  const alter = (sql: string, [, comment = '', name = '']: RegExpExecArray): string[] => {
    const isSpread = spread.has(name)
    const changed = sql.replace(ALTER, () => `${comment}alter table ${isSpread ? shardOf(name) : name} ${on}`)
    if (!isSpread) return [/\bmodify query\b/i.test(sql) ? fromShard(changed, spread) : changed]
    return [changed, together(name)]
  }

  return {
    statementsOf(sql) {
      const created = CREATE_TABLE.exec(sql)
      if (created !== null) return createTable(sql, created)
      const viewed = CREATE_VIEW.exec(sql)
      if (viewed !== null) return createView(sql, viewed)
      const dropped = DROP.exec(sql)
      if (dropped !== null) return drop(sql, dropped)
      const exchanged = EXCHANGE.exec(sql)
      if (exchanged !== null) return exchange(exchanged)
      const renamed = RENAME.exec(sql)
      if (renamed !== null) return rename(renamed)
      const altered = ALTER.exec(sql)
      if (altered !== null) return alter(sql, altered)
      const [, , emptied] = TRUNCATE.exec(sql) ?? []
      if (emptied !== undefined) return [`truncate table ${spread.has(emptied) ? shardOf(emptied) : emptied} ${on}`]
      return [sql]
    },
  }
}

/** What rows are spread by, read off the sorting key: their order, or the stream they came in; null for what stands whole. */
function shardingOf(sql: string): string | null {
  const [, key = ''] = /^engine = \w*MergeTree[\s\S]*?^order by (.*)$/im.exec(sql) ?? []
  if (/\border_id\b/.test(key)) return 'cityHash64(order_id)'
  if (key.startsWith('(topic, partition, epoch, offset')) return 'cityHash64(topic, partition, epoch)'
  return null
}

/** Paths are made of the table's own id, so that tables can change their names. */
function replicated(sql: string, isWhole: boolean): string {
  const place = isWhole
    ? "'/clickhouse/tables/{uuid}/whole', '{shard}-{replica}'"
    : "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"
  return sql
    .replace(/\bengine = (\w*MergeTree)(?:\(([^)]*)\))?/i, (_all, engine: string, args?: string) => {
      const rest = args === undefined || args.trim() === '' ? '' : `, ${args}`
      return `engine = Replicated${engine}(${place}${rest})`
    })
    .replace('non_replicated_deduplication_window', 'replicated_deduplication_window')
}

/** What feeds on a spread table feeds on each shard where its rows are stored. */
function fromShard(sql: string, spread: ReadonlyMap<string, string>): string {
  return sql.replace(/\bfrom ([a-z_][a-z0-9_]*)\b/i, (all, name: string) =>
    spread.has(name) ? `from ${shardOf(name)}` : all,
  )
}

/** The spread tables that a database has, with what each is spread by. */
export const spreadTables: NamedQuery<{ name: string; sharding: string }> = {
  name: 'spread tables',
  sql: `select name, extract(engine_full, '(cityHash64[(][^)]*[)])') as sharding from system.tables
    where database = {database:String} and engine = 'Distributed'`,
  row: z.object({ name: z.string(), sharding: z.string() }),
}
