/** Rows of entities as the engine writes them in JSON, made into plain values: instants with their zone, amounts as numbers. */
import { exactNumber, isoInstant } from './answer.ts'

export type Row = Record<string, unknown>

const ENGINE_INSTANT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/
/** Names of 64-bit integers, which arrive as text; every other text stays text. */
const INTEGER_NAME =
  /^(amount|freight|unit_price|quantity|score|copies|total|n)$|_(amount|total)$|^amount_|_difference$/
const INSTANT_NAME = /_(at|by|from|until|since)$|^at$/

export function toRow(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toValue(name, value)]))
}

function toValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (isRow(item) ? toRow(item) : item))
  if (isRow(value)) return toRow(value)
  if (typeof value !== 'string') return value
  if (INSTANT_NAME.test(name) && ENGINE_INSTANT.test(value)) return isoInstant(value)
  return INTEGER_NAME.test(name) && /^-?\d+$/.test(value) ? exactNumber(value) : value
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A data field as text; null where the event did not carry it. */
export function fieldText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value)) return value.length === 0 ? null : JSON.stringify(value)
  return String(value)
}
