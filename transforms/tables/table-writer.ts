/** How a table becomes a file piece by piece: whole files and streamed ones are written by the same. */
import type { Table } from './table.ts'

export type TableHead = Omit<Table, 'rows'>
/** Used in this order: `begin` once, `rows` as often as there are some, `end` once. */
export type TableWriter = {
  begin(): Uint8Array
  rows(rows: Table['rows']): Uint8Array
  end(): Uint8Array
}
