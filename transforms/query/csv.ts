/** Rows of a drill as a CSV file that a spreadsheet opens without running anything in it. */
import type { DrillResult } from './request.ts'

type Columns = DrillResult['columns']
type Row = DrillResult['rows'][number]

/** Spreadsheets read a cell that starts with one of these as a formula, the full-width ones too. */
const FORMULA_START = /^[\s\0]*[=+\-@\t\r\0＝＋－＠]/
/** Without it spreadsheets take UTF-8 for the machine's own encoding. */
const BYTE_ORDER_MARK = '\uFEFF'

/** Money comes in major units of the row's currency. */
export function drillToCsv(columns: Columns, rows: readonly Row[]): Buffer {
  const lines = rows.map((row) =>
    columns.map(({ name, type }) => cell(row[name] ?? null, type, row['currency'])).join(','),
  )
  return Buffer.from(
    BYTE_ORDER_MARK + [columns.map(({ name }) => name).join(','), ...lines].map((line) => `${line}\r\n`).join(''),
  )
}

function cell(value: string | number | null, type: Columns[number]['type'], currency: Row[string] | undefined): string {
  if (value === null) return ''
  if (type === 'money' && typeof value === 'number')
    return majorUnits(value, typeof currency === 'string' ? currency : '')
  if (typeof value === 'number') return String(value)
  return safeCell(value)
}

/** A text as one cell: never a formula, quoted where it must be. */
export function safeCell(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const decimals = new Map<string, number>()

/** `1234` fen as `12.34`, exactly; unknown currencies have two decimals. */
export function majorUnits(minor: number, currency: string): string {
  const digits = decimalsOf(currency)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const sign = minor < 0 ? '-' : ''
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

function decimalsOf(currency: string): number {
  const known = decimals.get(currency)
  if (known !== undefined) return known
  const isCode = /^[A-Z]{3}$/.test(currency)
  const digits = isCode
    ? (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
    : 2
  decimals.set(currency, digits)
  return digits
}
