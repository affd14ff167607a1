/**
 * A table as a workbook: typed cells, so that text is never a formula and numbers can be added up. Written row by row into
 * a zip that is made as it grows, because a workbook in memory is many times its file.
 */
import { Zip, ZipDeflate, strToU8 } from 'fflate'
import { decimalsOf, majorUnits } from './money.ts'
import { type Cell, type ColumnType, currencyOf } from './table.ts'
import type { TableHead, TableWriter } from './table-writer.ts'
import { STYLE, packageParts, sheetNameOf, styleOfMoney } from './xlsx-package.ts'

/** Of the format itself. */
const MOST_TEXT = 32_767
const MOST_SHEET_ROWS = 1_048_576
const WIDTHS: Readonly<Record<ColumnType, number>> = { text: 24, code: 18, money: 14, instant: 20, number: 12 }
const DAY_MS = 86_400_000
/** Day 0 of spreadsheets. */
const EPOCH = Date.UTC(1899, 11, 30)

/** Money comes in major units of the row's currency, instants in UTC. A sheet that is full goes on in the next. */
export function createXlsx(head: TableHead, mostRows = MOST_SHEET_ROWS): TableWriter {
  const { columns } = head
  const currency = currencyOf(head)
  const zip = createZip()
  const sheets: string[] = []
  let sheet: ZipDeflate | null = null
  let told = 0
  const nextSheet = (): ZipDeflate => {
    sheet?.push(strToU8(SHEET_END), true)
    sheets.push(sheetNameOf(head.name, sheets.length))
    sheet = zip.add(`xl/worksheets/sheet${sheets.length}.xml`)
    const header = columns.map(({ name }) => textCell(name, STYLE.header)).join('')
    sheet.push(strToU8(`${sheetBegin(columns.map(({ type }) => WIDTHS[type]))}<row>${header}</row>`))
    told = 1
    return sheet
  }
  const lineOf = (row: readonly Cell[]): string =>
    `<row>${columns.map(({ type }, index) => cellOf(row[index] ?? null, type, currency(row))).join('')}</row>`
  return {
    begin() {
      nextSheet()
      return zip.take()
    },
    rows(rows) {
      for (let from = 0; from < rows.length; ) {
        const into = told >= mostRows || sheet === null ? nextSheet() : sheet
        const part = rows.slice(from, from + Math.min(MOST_AT_ONCE, mostRows - told))
        into.push(strToU8(part.map(lineOf).join('')))
        told += part.length
        from += part.length
      }
      return zip.take()
    },
    end() {
      sheet?.push(strToU8(SHEET_END), true)
      for (const [name, text] of packageParts(sheets)) zip.add(name).push(strToU8(text), true)
      zip.end()
      return zip.take()
    },
  }
}

/** Rows that become one text. */
const MOST_AT_ONCE = 2_000

function createZip() {
  let made: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    made.push(chunk)
  })
  return {
    add(name: string): ZipDeflate {
      const file = new ZipDeflate(name, { level: 3 })
      // Otherwise the same table is another file each time.
      file.mtime = '2026-01-01'
      zip.add(file)
      return file
    },
    end: () => zip.end(),
    /** What was made since the last time. */
    take(): Uint8Array {
      const taken = Buffer.concat(made)
      made = []
      return taken
    },
  }
}

const sheetBegin = (widths: readonly number[]): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${
    widths.length === 0
      ? ''
      : `<cols>${widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('')}</cols>`
  }<sheetData>`
const SHEET_END = '</sheetData></worksheet>'

function cellOf(value: Cell, type: ColumnType, currency: string): string {
  if (value === null) return '<c/>'
  if (typeof value === 'string' && type === 'instant')
    return `<c s="${STYLE.instant}"><v>${(Date.parse(value) - EPOCH) / DAY_MS}</v></c>`
  if (typeof value === 'string') return textCell(value, STYLE.plain)
  if (type !== 'money') return `<c><v>${value}</v></c>`
  return `<c s="${styleOfMoney(decimalsOf(currency))}"><v>${Number(majorUnits(value, currency))}</v></c>`
}

const textCell = (text: string, style: number): string =>
  `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${xmlText(text.slice(0, MOST_TEXT))}</t></is></c>`

// eslint-disable-next-line no-control-regex -- these are what XML cannot have.
const NOT_XML = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]|\p{Cs}/gu

/** `_x000D_` in a text is an escape of the format. */
function xmlText(text: string): string {
  return text
    .replaceAll(NOT_XML, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
}
