/** The files a table can be had as. */
import type { TableFormat } from '../query/request.ts'
import { toArrow } from './arrow.ts'
import { toCsv } from './csv.ts'
import type { Table } from './table.ts'
import { toXlsx } from './xlsx.ts'

const writers = { csv: toCsv, xlsx: toXlsx, arrow: toArrow } as const satisfies Record<
  TableFormat,
  (table: Table) => Buffer | Promise<Buffer>
>

export const writeTable = async (table: Table, format: TableFormat): Promise<Buffer> => writers[format](table)
