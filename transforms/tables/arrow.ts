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
import type { Cell, ColumnType, Table } from './table.ts'

/** Money stays in minor units: whole numbers, unless it is an average. */
export function toArrow({ columns, rows, facts }: Table): Buffer {
  const vectors = columns.map(({ type }, index) => {
    const cells = rows.map((row) => row[index] ?? null)
    const kind = type === 'money' && !cells.every(isWhole) ? 'number' : type
    return vectorFromArray(
      cells.map((cell) => arrowCell(cell, kind)),
      ARROW_TYPES[kind](),
    )
  })
  const fields = columns.map(({ name }, index) =>
    Field.new({ name, type: vectors[index]?.type ?? new Utf8(), nullable: true }),
  )
  const schema = new Schema(fields, new Map(Object.entries(facts)))
  const data = makeData({
    type: new Struct(fields),
    length: rows.length,
    nullCount: 0,
    children: vectors.flatMap((vector) => vector.data),
  })
  return Buffer.from(tableToIPC(new ArrowTable(schema, new RecordBatch(schema, data)), 'stream'))
}

const ARROW_TYPES = {
  text: () => new Utf8(),
  code: () => new Utf8(),
  money: () => new Int64(),
  instant: () => new TimestampMillisecond('UTC'),
  number: () => new Float64(),
} as const

const isWhole = (cell: Cell): boolean => cell === null || Number.isSafeInteger(cell)

function arrowCell(cell: Cell, type: ColumnType): string | number | bigint | null {
  if (cell === null) return null
  if (type === 'instant') return Date.parse(String(cell))
  if (type === 'number') return Number(cell)
  return type === 'money' ? BigInt(cell) : String(cell)
}
