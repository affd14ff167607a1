/** ClickHouse SQL cut into tokens, following the engine's own lexer closely enough to see every name that is code. */

export type Token = {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol'
  /** Without its quotes when quoted. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** Whether a backslash stands between its quotes. */
  readonly isEscaped?: boolean
}

export type Tokens =
  | { readonly kind: 'accepted'; readonly tokens: readonly Token[] }
  | { readonly kind: 'rejected'; readonly reason: string }

const SKIP = /(?:\s|--[^\n]*|#[ !][^\n]*|\/\*[^]*?\*\/)+/y
const HEREDOC = /\$\w*\$/y
const RULES: readonly (readonly [Token['kind'], RegExp])[] = [
  ['string', /'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'/y],
  ['quoted', /`[^`\\]*(?:(?:\\[^]|``)[^`\\]*)*`/y],
  ['quoted', /"[^"\\]*(?:(?:\\[^]|"")[^"\\]*)*"/y],
  ['number', /\d\w*/y],
  ['word', /[A-Za-z_$][\w$]*/y],
]
/** The engine reads these as quotes too; a text that has them outside of strings is refused rather than guessed at. */
const OTHER_QUOTES = /[\u2018\u2019\u201c\u201d\0]/

/** With `until` the text is read only up to that word outside of parentheses: behind it stands data, not SQL. */
export function tokenize(sql: string, options: { until?: string } = {}): Tokens {
  const tokens: Token[] = []
  let at = 0
  let depth = 0
  while (at < sql.length) {
    const skipped = matchAt(SKIP, sql, at)
    if (skipped !== null) {
      at += skipped.length
      continue
    }
    const token = heredocAt(sql, at) ?? tokenAt(sql, at)
    if (token === null)
      return {
        kind: 'rejected',
        reason: `cannot read the statement at position ${at}: an unfinished string, comment or quoted name, or a quote of another alphabet`,
      }
    tokens.push(token)
    at = token.end
    if (isSymbol(token, '(')) depth += 1
    if (isSymbol(token, ')')) depth -= 1
    if (depth === 0 && token.kind === 'word' && token.text.toUpperCase() === options.until) break
  }
  return { kind: 'accepted', tokens }
}

/** A quoted text may look like a symbol. */
export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol
}

function heredocAt(sql: string, start: number): Token | null {
  const tag = matchAt(HEREDOC, sql, start)
  if (tag === null) return null
  const close = sql.indexOf(tag, start + tag.length)
  return close === -1
    ? null
    : { kind: 'string', text: sql.slice(start + tag.length, close), start, end: close + tag.length }
}

function tokenAt(sql: string, start: number): Token | null {
  for (const [kind, rule] of RULES) {
    const text = matchAt(rule, sql, start)
    if (text === null) continue
    const isQuoted = kind === 'quoted' || kind === 'string'
    return {
      kind,
      text: isQuoted ? text.slice(1, -1).replace(/\\([^])/g, '$1') : text,
      ...(isQuoted && text.includes('\\') && { isEscaped: true }),
      start,
      end: start + text.length,
    }
  }
  const char = sql[start] ?? ''
  if (/['"`]/.test(char) || OTHER_QUOTES.test(char) || sql.startsWith('/*', start)) return null
  return { kind: 'symbol', text: char, start, end: start + 1 }
}

function matchAt(rule: RegExp, text: string, at: number): string | null {
  rule.lastIndex = at
  return rule.exec(text)?.[0] ?? null
}
