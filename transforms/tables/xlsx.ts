/** A table as a workbook: typed cells, so that text is never a formula and numbers can be added up. */
import writeXlsxFile, { type CellObject } from 'write-excel-file/node'
import { decimalsOf, majorUnits } from './money.ts'
import { type Cell, type ColumnType, type Table, currencyOf } from './table.ts'

/** Of the format itself. */
const MOST_TEXT = 32_767
const MOST_SHEET_NAME = 31
const WIDTHS: Readonly<Record<ColumnType, number>> = { text: 24, code: 18, money: 14, instant: 20, number: 12 }

/** Money comes in major units of the row's currency, instants in UTC. */
export function toXlsx(table: Table): Promise<Buffer> {
  const { name, columns, rows } = table
  const currency = currencyOf(table)
  const header = columns.map((column): CellObject => ({ value: column.name, type: String, fontWeight: 'bold' }))
  const body = rows.map((row) => columns.map(({ type }, index) => cellOf(row[index] ?? null, type, currency(row))))
  return writeXlsxFile([header, ...body], {
    sheet: name.slice(0, MOST_SHEET_NAME),
    columns: columns.map(({ type }) => ({ width: WIDTHS[type] })),
    stickyRowsCount: 1,
  }).toBuffer()
}

function cellOf(value: Cell, type: ColumnType, currency: string): CellObject | null {
  if (value === null) return null
  if (typeof value === 'string' && type === 'instant')
    return { value: new Date(value), type: Date, format: 'yyyy-mm-dd hh:mm:ss' }
  if (typeof value === 'string') return { value: value.slice(0, MOST_TEXT), type: String }
  if (type !== 'money') return { value, type: Number }
  const digits = decimalsOf(currency)
  return {
    value: Number(majorUnits(value, currency)),
    type: Number,
    format: digits === 0 ? '0' : `0.${'0'.repeat(digits)}`,
  }
}
