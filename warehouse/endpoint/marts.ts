/**
 * What a reader from outside sees: a database of views of the marts, and of the system tables what clients look at. A name of
 * any other database is refused before the engine sees the statement; the engine knows no users by whom it could refuse.
 */
import type { EngineSession } from '../connect.ts'
import { openSettings } from './request.ts'
import type { Refusal, Statement } from './statement.ts'
import { type Token, isSymbol } from './tokens.ts'

export type Marts = {
  readonly database: string
  /** All others, in lower case. */
  readonly hidden: ReadonlySet<string>
}

/** Of these the whole table says nothing about tables. */
const SYSTEM_PLAIN = new Set([
  'one',
  'numbers',
  'zeros',
  'functions',
  'formats',
  'time_zones',
  'data_type_families',
  'processes',
])
/** These list relations and are narrowed to those that are shown; of settings it is told which may be given with a statement. */
const SYSTEM_NARROWED: Readonly<Record<string, (database: string) => string>> = {
  tables: (database) => `(select * from system.tables where database = '${database}')`,
  columns: (database) => `(select * from system.columns where database = '${database}')`,
  databases: (database) => `(select * from system.databases where name = '${database}')`,
  settings: () => `(select * replace (if(${openSettings('name')}, 0, readonly) as readonly) from system.settings)`,
}
const SHOWS = new Set(['TABLES', 'DATABASES', 'COLUMNS', 'CREATE', 'SETTINGS', 'SETTING'])
/** They take the name of a table as a text or by an expression. */
const BY_TEXT = /^(merge|join_?get\w*|dict_?(get|has|is)\w*|hascolumnintable)$/i

/** Makes the views anew; of what is not built yet there is none. */
export async function prepareMarts(
  open: () => EngineSession,
  { database, relations }: { database: string; relations: readonly string[] },
): Promise<Marts> {
  const marts = `${database}_marts`
  const session = open()
  try {
    const namesOf = async (sql: string, params: Record<string, string> = {}): Promise<string[]> => {
      const { bytes } = await session.run(sql, { params })
      return bytes
        .toString('utf8')
        .split('\n')
        .filter((name) => name !== '')
    }
    const there = await namesOf('select name from system.tables where database = {database:String}', { database })
    await session.run(`drop database if exists ${marts} sync`)
    await session.run(`create database ${marts}`)
    for (const name of relations.filter((relation) => there.includes(relation)))
      await session.run(`create view ${marts}.${name} as select * from ${database}.${name}`)
    const all = await namesOf('select name from system.databases')
    return {
      database: marts,
      hidden: new Set(all.map((name) => name.toLowerCase()).filter((name) => name !== marts.toLowerCase())),
    }
  } finally {
    session.close()
  }
}

/** Null when the statement names nothing but marts and what clients look at. */
export function checkShown({ tokens, verb }: Statement, { hidden }: Marts): Refusal | null {
  const second = tokens[1]?.text.toUpperCase() ?? ''
  if (verb === 'SHOW' && !SHOWS.has(second)) return refuse(`SHOW ${second}`)
  for (const [index, token] of tokens.entries()) {
    // The engine reads more escapes than we do.
    if (token.kind === 'quoted' && token.isEscaped) return refuse('a name with a backslash in it')
    if (token.kind !== 'word' && token.kind !== 'quoted') continue
    if (token.kind === 'word' && token.text.toUpperCase() === 'IDENTIFIER' && isSymbol(tokens[index - 1], ':'))
      return refuse('a parameter that is a name')
    if (BY_TEXT.test(token.text) && isSymbol(tokens[index + 1], '(')) return refuse(`the function ${token.text}`)
    if (!hidden.has(token.text.toLowerCase())) continue
    if (verb === 'SHOW') return refuse(`the database ${token.text}`)
    if (!isSymbol(tokens[index + 1], '.')) continue
    const relation = tokens[index + 2]
    if (token.text === 'system' && isShownOfSystem(relation)) continue
    return refuse(`${token.text}.${relation?.text ?? ''}`)
  }
  return null
}

const isShownOfSystem = (relation: Token | undefined): boolean =>
  relation !== undefined && (SYSTEM_PLAIN.has(relation.text) || relation.text in SYSTEM_NARROWED)

/** The statement with what it reads of the system narrowed to what is shown. */
export function narrowed({ sql, tokens }: Statement, { database }: Marts): string {
  const lists = tokens.flatMap((token, index) => {
    const [dot, relation] = tokens.slice(index + 1, index + 3)
    const rows = SYSTEM_NARROWED[relation?.text ?? '']
    if (token.text !== 'system' || !isSymbol(dot, '.') || relation === undefined || rows === undefined) return []
    return [{ start: token.start, end: relation.end, rows: rows(database) }]
  })
  return lists.reduceRight((text, { start, end, rows }) => text.slice(0, start) + rows + text.slice(end), sql)
}

function refuse(what: string): Refusal {
  return {
    kind: 'refused',
    code: 497,
    name: 'ACCESS_DENIED',
    message: `Not enough privileges: ${what.slice(0, 200)} is not shown here, only the marts are`,
  }
}
