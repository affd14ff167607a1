/** A table as an Arrow IPC stream; what is true of all of it stands in the metadata of its schema. */
import {
  Field,
  Float64,
  Int64,
  RecordBatch,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
  makeData,
  tableToIPC,
  Table as ArrowTable,
} from 'apache-arrow'
import type { Data } from 'apache-arrow'
import type { Cell, Column, ColumnType, Table } from './table.ts'
import type { TableHead, TableWriter } from './table-writer.ts'

/** Ends every stream: a continuation mark and no length. */
const END = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0)

/** Money stays in minor units: whole numbers, unless `averaged` says that a column is an average. */
export function createArrow({ columns, facts }: TableHead, averaged = (_index: number): boolean => false): TableWriter {
  const kinds = columns.map(({ type }, index) => (type === 'money' && averaged(index) ? 'number' : type))
  const fields = columns.map(({ name }, index) =>
    Field.new({ name, type: ARROW_TYPES[kinds[index] ?? 'text'](), nullable: true }),
  )
  const schema = new Schema(fields, new Map(Object.entries(facts)))
  const streamOf = (rows: Table['rows']): Uint8Array =>
    tableToIPC(new ArrowTable(schema, new RecordBatch(schema, dataOf(fields, kinds, rows))), 'stream')
  // The engine of the format writes whole streams: each begins with the schema and ends with the mark.
  const begin = tableToIPC(new ArrowTable(schema), 'stream').slice(0, -END.length)
  return {
    begin: () => begin,
    rows: (rows) => (rows.length === 0 ? new Uint8Array() : streamOf(rows).subarray(begin.length, -END.length)),
    end: () => END,
  }
}

/** Whether amounts of a column are averages, as far as its rows tell. */
export const hasAverages =
  ({ rows }: Table) =>
  (index: number): boolean =>
    !rows.every((row) => (row[index] ?? null) === null || Number.isSafeInteger(row[index]))

function dataOf(fields: Field[], kinds: readonly ColumnType[], rows: Table['rows']) {
  return makeData({
    type: new Struct(fields),
    length: rows.length,
    nullCount: 0,
    children: kinds.map((kind, index) =>
      columnOf(
        kind,
        rows.map((row) => row[index] ?? null),
      ),
    ),
  })
}

const ARROW_TYPES = {
  text: () => new Utf8(),
  code: () => new Utf8(),
  money: () => new Int64(),
  instant: () => new TimestampMillisecond('UTC'),
  number: () => new Float64(),
} as const satisfies Record<Column['type'], () => unknown>

/** Filled as a whole: the format's own builders take each value by itself, and three times as long. */
function columnOf(kind: ColumnType, cells: readonly Cell[]): Data {
  const shape = { length: cells.length, ...nullsOf(cells) }
  switch (kind) {
    case 'money':
      return makeData({
        type: ARROW_TYPES.money(),
        data: BigInt64Array.from(cells, (cell) => BigInt(cell ?? 0)),
        ...shape,
      })
    case 'instant':
      return makeData({
        type: ARROW_TYPES.instant(),
        data: BigInt64Array.from(cells, (cell) => (cell === null ? 0n : BigInt(Date.parse(String(cell))))),
        ...shape,
      })
    case 'number':
      return makeData({ type: ARROW_TYPES.number(), data: Float64Array.from(cells, Number), ...shape })
    default:
      return makeData({ type: ARROW_TYPES[kind](), ...textsOf(cells), ...shape })
  }
}

/** One bit per cell, the lowest first; set where there is a value. */
function nullsOf(cells: readonly Cell[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(cells.length / 8))
  let nullCount = 0
  cells.forEach((cell, at) => {
    if (cell === null) nullCount += 1
    else nullBitmap[at >> 3] = (nullBitmap[at >> 3] ?? 0) | (1 << (at & 7))
  })
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap }
}

/** The texts one after the other in UTF-8, and where each begins. */
function textsOf(cells: readonly Cell[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const texts = cells.map((cell) => (cell === null ? '' : String(cell)))
  const all = texts.join('')
  const data = Buffer.from(all)
  const isAscii = data.length === all.length
  const valueOffsets = new Int32Array(texts.length + 1)
  let end = 0
  texts.forEach((text, at) => {
    end += isAscii ? text.length : Buffer.byteLength(text)
    valueOffsets[at + 1] = end
  })
  return { data, valueOffsets }
}
