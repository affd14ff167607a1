/** A table as a CSV file that a spreadsheet opens without running anything in it. */
import { majorUnits } from './money.ts'
import { type Cell, type ColumnType, currencyOf } from './table.ts'
import type { TableHead, TableWriter } from './table-writer.ts'

/** Spreadsheets read a cell that starts with one of these as a formula, the full-width ones too. */
const FORMULA_START = /^[\s\0]*[=+\-@\t\r\0＝＋－＠]/
/** Without it spreadsheets take UTF-8 for the machine's own encoding. */
const BYTE_ORDER_MARK = '\uFEFF'

/** Money comes in major units of the row's currency. */
export function createCsv(head: TableHead): TableWriter {
  const { columns } = head
  const currency = currencyOf(head)
  return {
    begin: () => Buffer.from(`${BYTE_ORDER_MARK}${columns.map(({ name }) => name).join(',')}\r\n`),
    rows: (rows) => {
      const lines = rows.map((row) =>
        columns.map(({ type }, index) => written(row[index] ?? null, type, currency(row))).join(','),
      )
      return Buffer.from(lines.map((line) => `${line}\r\n`).join(''))
    },
    end: () => Buffer.alloc(0),
  }
}

function written(value: Cell, type: ColumnType, currency: string): string {
  if (value === null) return ''
  if (typeof value === 'string') return safeCell(value)
  return type === 'money' ? majorUnits(value, currency) : String(value)
}

/** A text as one cell: never a formula, quoted where it must be. */
export function safeCell(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
