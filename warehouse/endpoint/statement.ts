/**
 * What a statement from outside may be. The engine itself refuses writes in a read-only session; here is what it lets
 * through although it touches files or other statements: `file()`, `INTO OUTFILE`, a second statement, KILL, DESCRIBE.
 */
import type { Token } from './tokens.ts'
import { isSymbol, tokenize } from './tokens.ts'

export type Refusal = {
  readonly kind: 'refused'
  readonly code: number
  readonly name: string
  readonly message: string
}

export type Statement = {
  readonly kind: 'statement'
  readonly sql: string
  readonly tokens: readonly Token[]
  /** First word in upper case. */
  readonly verb: string
}

const READS = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'FROM', 'VALUES'])

/** Table functions that only compute or read tables of the warehouse. Every other one that the engine knows is refused. */
const HARMLESS = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generate_series',
  'generateseries',
  'generaterandom',
  'primes',
  'values',
  'view',
  'null',
  'format',
  'merge',
])
/** Functions that reach outside the tables or hold a thread: they are no table functions, so they are named. */
const OUTWARD = ['file', 'eval', 'catboostevaluate', 'sleep', 'sleepeachrow', 'getclienthttpheader']

/** `named` are the engine's table functions and those of its functions that call services. */
export function forbiddenFunctions(named: readonly string[]): ReadonlySet<string> {
  return new Set([...named.map((name) => name.toLowerCase()).filter((name) => !HARMLESS.has(name)), ...OUTWARD])
}

export function readStatement(sql: string): Statement | Refusal {
  const lexed = tokenize(sql)
  if (lexed.kind === 'rejected') return refuse(62, 'SYNTAX_ERROR', lexed.reason)
  const tokens = lexed.tokens.slice(0, lexed.tokens.findLastIndex((token) => !isSymbol(token, ';')) + 1)
  if (tokens.length === 0) return refuse(62, 'SYNTAX_ERROR', 'Empty query')
  if (tokens.some((token) => isSymbol(token, ';')))
    return refuse(62, 'SYNTAX_ERROR', 'Multi-statements are not allowed: send one statement per request')
  const first = tokens.find((token) => !isSymbol(token, '('))
  return {
    kind: 'statement',
    sql: sql.slice(0, tokens.at(-1)?.end),
    tokens,
    verb: first?.kind === 'word' ? first.text.toUpperCase() : '',
  }
}

/** What a statement that only reads begins with. */
export const isRead = ({ verb }: Statement): boolean => READS.has(verb)

/** Null when the statement may run. */
export function checkStatement(
  statement: Statement,
  options: { readOnly: boolean; forbidden: ReadonlySet<string> },
): Refusal | null {
  if (options.readOnly && !isRead(statement)) {
    return refuse(
      164,
      'READONLY',
      `Cannot execute ${statement.verb || 'this'} in readonly mode: only SELECT, WITH, SHOW, DESCRIBE, EXISTS and EXPLAIN are`,
    )
  }
  for (const [index, token] of statement.tokens.entries()) {
    if (token.kind === 'word' && token.text.toUpperCase() === 'OUTFILE')
      return refuse(164, 'READONLY', 'INTO OUTFILE is not allowed here')
    if (token.kind !== 'word' && token.kind !== 'quoted') continue
    const name = token.text.toLowerCase()
    if (!options.forbidden.has(name)) continue
    const isCall = isSymbol(statement.tokens[index + 1], '(')
    if (isCall || isApplied(statement.tokens, index))
      return refuse(164, 'READONLY', `The function ${token.text} is not allowed here: it reaches outside the warehouse`)
  }
  return null
}

/** `* APPLY f` and `* APPLY(f)` call a function without parentheses behind its name. */
function isApplied(tokens: readonly Token[], index: number): boolean {
  const before = isSymbol(tokens[index - 1], '(') ? tokens[index - 2] : tokens[index - 1]
  return before?.text.toUpperCase() === 'APPLY'
}

/** The format a statement asks for itself, or null. */
export function writtenFormat({ tokens }: Statement): string | null {
  const at = tokens.findLastIndex(
    (token, index) =>
      token.kind === 'word' && token.text.toUpperCase() === 'FORMAT' && tokens[index + 1]?.kind === 'word',
  )
  return at === -1 ? null : (tokens[at + 1]?.text ?? null)
}

export type InsertData =
  | {
      readonly kind: 'insert'
      readonly head: string
      readonly format: string
      readonly inline: string
      /** Where `input('structure')` stands in the head of an insert that selects from its data. */
      readonly input: { readonly start: number; readonly end: number; readonly structure: string } | null
    }
  | { readonly kind: 'plain' }

/**
 * Splits `INSERT INTO t (…) FORMAT X data`, also with `SELECT … FROM input('structure')` before the format: the data must
 * never be parsed as SQL. Plain = INSERT … SELECT from tables, or VALUES.
 */
export function splitInsert(sql: string): InsertData {
  const lexed = tokenize(sql, { until: 'FORMAT' })
  if (lexed.kind === 'rejected') return { kind: 'plain' }
  const { tokens } = lexed
  if (tokens[0]?.text.toUpperCase() !== 'INSERT') return { kind: 'plain' }
  const input = inputOf(tokens)
  let depth = 0
  for (const token of tokens) {
    if (isSymbol(token, '(')) depth += 1
    else if (isSymbol(token, ')')) depth -= 1
    if (depth !== 0 || token.kind !== 'word') continue
    const word = token.text.toUpperCase()
    if (word === 'VALUES') return { kind: 'plain' }
    if (word === 'SELECT' || word === 'WITH') {
      if (input === null) return { kind: 'plain' }
      continue
    }
    if (word !== 'FORMAT') continue
    const named = /^\s+([A-Za-z]\w*)[ \t]*(?:\r?\n|$|(?=[^\s\w]))/.exec(sql.slice(token.end))
    if (named?.[1] === undefined) return { kind: 'plain' }
    return {
      kind: 'insert',
      head: sql.slice(0, token.start),
      format: named[1],
      inline: sql.slice(token.end + named[0].length),
      input,
    }
  }
  return { kind: 'plain' }
}

/** `input('structure')` with one text between its parentheses. */
function inputOf(tokens: readonly Token[]): { start: number; end: number; structure: string } | null {
  const at = tokens.findIndex(
    (token, n) =>
      token.kind === 'word' &&
      token.text.toLowerCase() === 'input' &&
      isSymbol(tokens[n + 1], '(') &&
      tokens[n + 2]?.kind === 'string' &&
      isSymbol(tokens[n + 3], ')'),
  )
  const [word, , structure, close] = tokens.slice(at, at + 4)
  if (at === -1 || word === undefined || structure === undefined || close === undefined) return null
  return { start: word.start, end: close.end, structure: structure.text }
}

function refuse(code: number, name: string, message: string): Refusal {
  return { kind: 'refused', code, name, message }
}
