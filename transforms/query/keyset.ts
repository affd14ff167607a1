/** Pages that stay as they are while rows are added: what comes after a row, by the values that it is sorted by. */
import { QueryError } from './errors.ts'
import { INSTANT } from './fragments.ts'
import { param } from './knex.ts'

/** Where a page ends: the values its last row is sorted by, as the engine writes them. */
export type Place = readonly (string | number | null)[]

type KeyType = 'String' | 'Int64' | 'UInt64' | 'Float64' | typeof INSTANT
export type SortKey = { readonly expression: string; readonly type: KeyType; readonly descending?: boolean }

export const orderOf = (keys: readonly SortKey[]): string =>
  keys.map(({ expression, descending }) => `${expression} ${descending ? 'desc' : 'asc'} nulls last`).join(', ')

/**
 * What stands after the place. Together, the keys tell rows apart; where some rows are the same in all of them,
 * `isInclusive` takes these in again, and the caller leaves out as many as were told.
 */
export function afterOf(
  keys: readonly SortKey[],
  place: Place,
  { isInclusive = false } = {},
): { condition: string; parameters: Record<string, string | number> } {
  if (place.length !== keys.length || keys.some(({ type }, index) => !isOf(type, place[index] ?? null)))
    throw new QueryError('INVALID_REQUEST', 'this is no place in what was asked for: begin with the first page')
  const condition = keys.reduceRight((rest, { expression, type, descending }, index) => {
    const value = param(`after_${index}`, type)
    // Nothing comes after a row without a value but rows without one.
    if (place[index] === null) return `(${expression} is null and ${rest})`
    const beyond = `${expression} ${descending ? '<' : '>'} ${value} or ${expression} is null`
    return `(${beyond} or (${expression} = ${value} and ${rest}))`
  }, String(isInclusive))
  const given = place.flatMap((value, index) => (value === null ? [] : [[`after_${index}`, value] as const]))
  return { condition, parameters: Object.fromEntries(given) }
}

const ENGINE_INSTANT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,9})?$/

function isOf(type: KeyType, value: string | number | null): boolean {
  if (value === null || type === 'String') return value === null || typeof value === 'string'
  if (type === INSTANT) return ENGINE_INSTANT.test(String(value))
  if (type === 'Float64') return Number.isFinite(Number(value))
  return /^-?\d{1,19}$/.test(String(value)) || (type === 'UInt64' && /^\d{20}$/.test(String(value)))
}

/** What a row is sorted by, to be selected beside what is told of it. */
export const keyColumns = (keys: readonly SortKey[]): string[] =>
  keys.map(({ expression }, index) => `toString(${expression}) as key_${index}`)

/** Of one row more than was asked for: the page, and the place it ends at where there is more. */
export function pageOf<Row extends object>(
  found: readonly object[],
  limit: number,
): { rows: Row[]; next: Place | null } {
  const told = found.slice(0, limit)
  const last = told.at(-1)
  const isKey = ([name]: [string, unknown]) => /^key_\d+$/.test(name)
  return {
    // Safe because the statement selects a row's own columns and those of `keyColumns`.
    rows: told.map((row) => Object.fromEntries(Object.entries(row).filter((cell) => !isKey(cell)))) as Row[],
    next:
      found.length > limit && last !== undefined
        ? Object.entries(last)
            .filter(isKey)
            .map(([, value]) => value as string | null)
        : null,
  }
}
