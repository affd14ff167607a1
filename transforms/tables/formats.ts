/** The files a table can be had as, at once or as its rows come. */
import type { TableFormat } from '../query/request.ts'
import { createArrow, hasAverages } from './arrow.ts'
import { createCsv } from './csv.ts'
import type { Table } from './table.ts'
import type { TableHead, TableWriter } from './table-writer.ts'
import { createXlsx } from './xlsx.ts'

const writers = { csv: createCsv, xlsx: createXlsx, arrow: createArrow } as const satisfies Record<
  TableFormat,
  (head: TableHead) => TableWriter
>

export function writeTable(table: Table, format: TableFormat): Buffer {
  const writer = format === 'arrow' ? createArrow(table, hasAverages(table)) : writers[format](table)
  return Buffer.concat([writer.begin(), writer.rows(table.rows), writer.end()])
}

/** The same bytes as the rows come. Amounts among them are whole. */
export async function* streamTable(
  head: TableHead,
  batches: AsyncIterable<Table['rows']>,
  format: TableFormat,
): AsyncGenerator<Uint8Array> {
  const writer = writers[format](head)
  yield writer.begin()
  for await (const rows of batches) yield writer.rows(rows)
  yield writer.end()
}
