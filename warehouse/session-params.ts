/**
 * Parameters of the embedded engine's reads. Its own way to bind them lets one such statement of the whole process run at a
 * time, so that whoever asks something small waits for whatever large runs. Here they are set in the session before the
 * statement, as values and never as a part of it: the engine reads them by the type that the statement declares.
 */
import { WarehouseError } from './errors.ts'

type Values = Readonly<Record<string, unknown>>

const NAME = /^[A-Za-z_]\w*$/
const PLACEHOLDER = /\{\s*(\w+)\s*:/g

/** The statement that sets them; null without any. Refuses a placeholder without a value: the session may still have one of another's. */
export function settingParams(sql: string, values: Values = {}): string | null {
  for (const [, name = ''] of sql.matchAll(PLACEHOLDER))
    if (!Object.hasOwn(values, name))
      throw new WarehouseError('STATEMENT_REFUSED', `the statement has the parameter ${name}, and no value came for it`)
  const set = Object.entries(values).map(([name, value]) => {
    if (!NAME.test(name))
      throw new WarehouseError('STATEMENT_REFUSED', `not a name of a parameter: ${name.slice(0, 80)}`)
    return `param_${name} = ${quoted(paramText(value))}`
  })
  return set.length === 0 ? null : `set ${set.join(', ')}`
}

/** As the ClickHouse client sends it over HTTP: a field of TSV, in which arrays, tuples and maps are literals. */
export function paramText(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return value instanceof Date ? instantText(value) : literal(value)
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value)
  if (value instanceof Date) return quoted(instantText(value))
  if (Array.isArray(value)) return `[${value.map(literal).join(',')}]`
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return `{${entries.map(([key, one]) => `${literal(key)}:${literal(one)}`).join(',')}}`
}

function numberText(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'nan' : value > 0 ? '+inf' : '-inf'
  return String(value)
}

/** Seconds since the epoch, which every type of instant reads. */
function instantText(value: Date): string {
  const ms = value.getTime() % 1_000
  return ms === 0 ? String(value.getTime() / 1_000) : (value.getTime() / 1_000).toFixed(3)
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' }
const escaped = (text: string): string => text.replace(/[\\\t\n\r\0]/g, (char) => ESCAPES[char] ?? `\\${char}`)
const quoted = (text: string): string => `'${text.replace(/[\\'\t\n\r\0]/g, (char) => ESCAPES[char] ?? `\\${char}`)}'`
