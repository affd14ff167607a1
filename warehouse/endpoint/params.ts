/** `param_name` values of the ClickHouse HTTP protocol as values that the embedded engine's binder takes. */

/** The type a statement declares for each of its `{name:Type}` placeholders. */
export function declaredTypes(sql: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>()
  for (const [, name = '', type = ''] of sql.matchAll(/\{\s*(\w+)\s*:\s*([^{}]+?)\s*\}/g)) types.set(name, type)
  return types
}

/**
 * A scalar comes escaped like a TSV field. Arrays, tuples and maps come as literals; the binder would escape their text
 * once more, so they are taken apart and given to it as values.
 */
export function paramValue(text: string, type: string): unknown {
  if (text === '\\N') return null
  if (!/^(Array|Tuple|Map)\b/i.test(type)) return unescape(text)
  const reader = { text, at: 0 }
  const value = readValue(reader)
  skipSpace(reader)
  if (reader.at < text.length) throw new ParamError(`cannot read ${type} from the parameter at character ${reader.at}`)
  return value
}

export class ParamError extends Error {
  readonly code = 'PARAM'
}

type Reader = { readonly text: string; at: number }

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\x07',
  v: '\v',
}

function unescape(text: string): string {
  return text.replace(/\\([^])/g, (_, char: string) => ESCAPES[char] ?? char)
}

function readValue(reader: Reader): unknown {
  skipSpace(reader)
  const open = reader.text[reader.at]
  if (open === '[') return readList(reader, ']')
  // The binder knows a tuple by its class name.
  if (open === '(') return new TupleParam(readList(reader, ')'))
  if (open === '{') return readMap(reader)
  if (open === "'") return readString(reader)
  const bare = /^[^\s,:\])}[({]+/.exec(reader.text.slice(reader.at))?.[0]
  if (bare === undefined) throw new ParamError(`expected a value at character ${reader.at} of the parameter`)
  reader.at += bare.length
  return bareValue(bare)
}

export class TupleParam {
  readonly values: readonly unknown[]
  constructor(values: readonly unknown[]) {
    this.values = values
  }
}

function readList(reader: Reader, close: string): unknown[] {
  const values: unknown[] = []
  reader.at += 1
  for (;;) {
    skipSpace(reader)
    if (take(reader, close)) return values
    if (values.length > 0 && !take(reader, ','))
      throw new ParamError(`expected "," or "${close}" at character ${reader.at} of the parameter`)
    values.push(readValue(reader))
  }
}

function readMap(reader: Reader): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>()
  reader.at += 1
  for (;;) {
    skipSpace(reader)
    if (take(reader, '}')) return map
    if (map.size > 0 && !take(reader, ','))
      throw new ParamError(`expected "," or "}" at character ${reader.at} of the parameter`)
    const key = readValue(reader)
    skipSpace(reader)
    if (!take(reader, ':')) throw new ParamError(`expected ":" at character ${reader.at} of the parameter`)
    map.set(key, readValue(reader))
  }
}

function readString(reader: Reader): string {
  const found = /^'((?:[^'\\]|\\[^]|'')*)'/.exec(reader.text.slice(reader.at))
  if (found === null)
    throw new ParamError(`a string that begins at character ${reader.at} of the parameter does not end`)
  reader.at += found[0].length
  return unescape((found[1] ?? '').replace(/''/g, "\\'"))
}

function bareValue(word: string): unknown {
  if (/^null$/i.test(word)) return null
  if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true'
  if (/^-?\d+$/.test(word)) return BigInt(word)
  const number = Number(word)
  if (Number.isNaN(number) && !/^nan$/i.test(word))
    throw new ParamError(`"${word.slice(0, 40)}" in the parameter is neither a number nor a quoted string`)
  return number
}

function take(reader: Reader, char: string): boolean {
  if (reader.text[reader.at] !== char) return false
  reader.at += 1
  return true
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at += 1
}
