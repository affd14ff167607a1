/** Rows of a prepared file as JSON texts with their numbers, in chunks that memory bounds. */
import { isUtf8 } from 'node:buffer'
import { readCsv } from './csv.ts'
import { shown } from './errors.ts'
import { readLines } from './lines.ts'
import type { Prepared } from './prepare.ts'
import { readTexts } from './row-binary.ts'

/** Longer rows are not landed whole: what follows would have to hold several of them in memory. */
export const LONGEST_ROW = 16 << 20
const KEPT_OF_TOO_LONG = 4_096

export type Row = {
  /** Counted from 1, header and blank lines not counted. */
  readonly number: number
  /** A JSON object; of a row with a problem its bytes as they are. */
  readonly value: Buffer
  /** `reason: words`, '' for none. */
  readonly problem: string
  /** Bytes of the prepared file up to and with this row. */
  readonly at: number
}

export type Chunk = { readonly rows: readonly Row[]; readonly at: number }

/** Rows with numbers above `after`, up to `limit` of them. */
export async function* readChunks(
  prepared: Prepared,
  size: { readonly rows: number; readonly bytes: number },
  after = 0,
  limit = Infinity,
): AsyncGenerator<Chunk> {
  let rows: Row[] = []
  let bytes = 0
  let at = 0
  let taken = 0
  for await (const row of readRows(prepared)) {
    at = row.at
    if (row.number <= after) continue
    if (taken >= limit) break
    taken += 1
    rows.push(row)
    bytes += row.value.length
    if (rows.length < size.rows && bytes < size.bytes) continue
    yield { rows, at }
    rows = []
    bytes = 0
  }
  if (rows.length > 0) yield { rows, at }
}

function readRows(prepared: Prepared): AsyncGenerator<Row> {
  if (prepared.layout.kind === 'csv') return csvRows(prepared.path, prepared.layout)
  return prepared.layout.kind === 'lines' ? lineRows(prepared.path) : textRows(prepared.path)
}

async function* lineRows(path: string): AsyncGenerator<Row> {
  let number = 0
  for await (const { value, at, bytes, line } of readLines(path, LONGEST_ROW + 1)) {
    number += 1
    const text = number === 1 && value.subarray(0, 3).equals(MARK) ? value.subarray(3) : value
    yield bytes > LONGEST_ROW ? tooLong(number, value, bytes, at) : checked(number, text, at, `line ${line}`)
  }
}

async function* textRows(path: string): AsyncGenerator<Row> {
  let number = 0
  for await (const { value, at, bytes } of readTexts(path, LONGEST_ROW + 1)) {
    number += 1
    yield bytes > LONGEST_ROW ? tooLong(number, value, bytes, at) : checked(number, value, at, `row ${number}`)
  }
}

async function* csvRows(path: string, layout: { delimiter: string; columns: readonly string[] }): AsyncGenerator<Row> {
  const names = layout.columns.map((column, n) => `${n === 0 ? '{' : ','}${JSON.stringify(column)}:`)
  let number = -1
  for await (const { bytes, fields, fault, at, line } of readCsv(path, layout.delimiter, LONGEST_ROW)) {
    number += 1
    if (number === 0) continue
    if (fault === 'too_long') yield tooLong(number, bytes, bytes.length, at)
    else if (!isUtf8(bytes)) yield { number, value: bytes, problem: notUtf8(`line ${line}`), at }
    else if (fields === null)
      yield {
        number,
        value: bytes,
        at,
        problem: `broken_quotes: line ${line} opens a quote that is not closed, or goes on behind a closing quote`,
      }
    else if (fields.length !== names.length)
      yield {
        number,
        value: bytes,
        at,
        problem: `ragged_row: expected ${names.length} fields as in the first line, found ${fields.length} (line ${line})`,
      }
    else {
      let text = ''
      for (const [n, field] of fields.entries()) text += `${names[n] ?? ''}${JSON.stringify(field)}`
      yield { number, value: Buffer.from(`${text}}`), problem: '', at }
    }
  }
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf])

function checked(number: number, value: Buffer, at: number, place: string): Row {
  return { number, value, at, problem: isUtf8(value) ? '' : notUtf8(place) }
}

const notUtf8 = (place: string): string => `invalid_utf8: ${place} has bytes that are not UTF-8`

function tooLong(number: number, value: Buffer, bytes: number, at: number): Row {
  const words = `row_too_long: ${bytes > LONGEST_ROW + 1 ? bytes : `more than ${LONGEST_ROW}`} bytes, at most ${LONGEST_ROW} are taken; only its beginning is kept: ${shown(value.toString('utf8', 0, 60), 60)}`
  return { number, value: value.subarray(0, KEPT_OF_TOO_LONG), problem: words, at }
}
