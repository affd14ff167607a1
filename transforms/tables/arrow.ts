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
  vectorFromArray,
  Table as ArrowTable,
} from 'apache-arrow'
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
  const vectors = fields.map(({ type }, index) =>
    vectorFromArray(
      rows.map((row) => arrowCell(row[index] ?? null, kinds[index] ?? 'text')),
      type as Utf8,
    ),
  )
  return makeData({
    type: new Struct(fields),
    length: rows.length,
    nullCount: 0,
    children: vectors.flatMap((vector) => vector.data),
  })
}

const ARROW_TYPES = {
  text: () => new Utf8(),
  code: () => new Utf8(),
  money: () => new Int64(),
  instant: () => new TimestampMillisecond('UTC'),
  number: () => new Float64(),
} as const satisfies Record<Column['type'], () => unknown>

function arrowCell(cell: Cell, type: ColumnType): string | number | bigint | null {
  if (cell === null) return null
  if (type === 'instant') return Date.parse(String(cell))
  if (type === 'number') return Number(cell)
  return type === 'money' ? BigInt(cell) : String(cell)
}
