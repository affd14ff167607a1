/**
 * `system.processes` as a server has it: the statements that run here, by the ids their callers gave them. The embedded engine
 * does not know those ids, and a caller that lost its connection asks for them to learn whether its insert is over.
 */
import { isSymbol, tokenize } from './tokens.ts'

const MAX_QUERY = 1_000

/** The statement with `system.processes` replaced by its present rows. */
export function withProcesses(sql: string, running: ReadonlyMap<string, string>): string {
  if (!sql.includes('processes')) return sql
  const lexed = tokenize(sql)
  if (lexed.kind === 'rejected') return sql
  const at = lexed.tokens.findIndex(
    (token, n) =>
      token.text.toLowerCase() === 'system' &&
      isSymbol(lexed.tokens[n + 1], '.') &&
      lexed.tokens[n + 2]?.text.toLowerCase() === 'processes',
  )
  const [first, , last] = lexed.tokens.slice(at, at + 3)
  if (at === -1 || first === undefined || last === undefined) return sql
  // Itself is running too, as on a server.
  const rows = [...running].map(([id, query]) => `(${quoted(id)}, ${quoted(query.slice(0, MAX_QUERY))})`)
  return `${sql.slice(0, first.start)}values('query_id String, query String', ${rows.join(', ')})${sql.slice(last.end)}`
}

/** The id is plain text by the protocol; a statement is quoted whole, and braces would be read as parameters. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/[{}]/g, ' ')}'`
}
