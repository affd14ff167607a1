/**
 * knex as the compiler of statements whose shape a caller picks: structure and identifiers only. Values never become
 * part of a statement: they are ClickHouse parameters, named in the text and sent beside it.
 */
import knexModule from 'knex'
import type { Knex } from 'knex'

class ClickHouseDialect extends knexModule.Client {
  override wrapIdentifierImpl(value: string): string {
    return value === '*' ? '*' : `\`${value.replace(/[\\`]/g, '\\$&')}\``
  }
}

/** `compileSqlOnError` would print values into messages; there are none, and there shall be none. */
const knex: Knex = knexModule({ client: ClickHouseDialect as typeof Knex.Client, compileSqlOnError: false })

export type Builder = Knex.QueryBuilder

export const raw = (sql: string): Knex.Raw => knex.raw(sql)

/** A select from a relation of ours, or from a subquery in brackets. */
export function from(relation: string): Builder {
  return relation.startsWith('(')
    ? knex.queryBuilder().from(raw(`${relation} as t`))
    : knex.queryBuilder().from({ t: relation })
}

/** A typed parameter as it stands in a statement. */
export const param = (name: string, type: string): string => `{${name}:${type}}`

/** The finished text. `tail` is what knex has no word for (LIMIT with a parameter, LIMIT BY). */
export function statementOf(builder: Builder, tail = ''): string {
  const { sql, bindings } = builder.toSQL()
  if (bindings.length > 0) throw new TypeError(`a value was about to become part of a statement: ${sql}`)
  return tail === '' ? sql : `${sql} ${tail}`
}
