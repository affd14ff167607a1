/** The one way to the analytical engine; the same statements on the embedded engine and on a server. */
import type { z } from 'zod'
import type { LaneFigures } from './lanes.ts'
import type { StreamedRow } from './row-stream.ts'

export type QueryParams = Readonly<Record<string, unknown>>

/** A named read: its statement with `{name:Type}` parameters and the shape of its rows. */
export type NamedQuery<Row> = {
  readonly name: string
  readonly sql: string
  readonly row: z.ZodType<Row>
}

/** A condition a server evaluates as part of an insert; the embedded engine has one writer and needs none. */
export type InsertGuard = {
  readonly sql: string
  readonly params: QueryParams
  /** Names and types of the inserted columns. */
  readonly structure: string
  readonly queryId: string
  /** Ends the waiting for an answer; whether the insert took place is then not known. */
  readonly signal?: AbortSignal
}

export type Warehouse = {
  readonly mode: 'embedded' | 'server'
  readonly database: string
  /** Reads rows and checks their shape. 64-bit integers and decimals arrive as strings. Read-only, with limits. */
  query<Row>(query: NamedQuery<Row>, params?: QueryParams): Promise<Row[]>
  /** Reads rows without a declared shape: only for results whose columns a user chose. */
  queryRows(sql: string, params?: QueryParams): Promise<Record<string, unknown>[]>
  /** Reads a result in a ClickHouse output format, as bytes (CSVWithNames, JSONCompact, ArrowStream …). */
  queryBytes(sql: string, format: string, params?: QueryParams): Promise<Buffer>
  /** Reads a result of any size in pieces, all of one state of the data, while `take` takes them. */
  streamRows<T>(
    sql: string,
    params: QueryParams,
    take: (pieces: AsyncIterable<readonly StreamedRow[]>) => Promise<T>,
  ): Promise<T>
  /** Runs one statement that returns nothing (DDL, INSERT … SELECT). */
  command(sql: string, params?: QueryParams): Promise<void>
  /** Inserts one Arrow IPC stream as one block. The bytes never become SQL text. */
  insertArrow(table: string, columns: readonly string[], arrow: Uint8Array, guard?: InsertGuard): Promise<void>
  /** Inserts a handful of plain rows (ledger rows, not events). Implemented over Arrow or JSON in a spool file. */
  insertRows(table: string, rows: readonly Record<string, unknown>[]): Promise<void>
  /** What the readers do, by whom they read for. */
  reads(): readonly LaneFigures[]
  close(): Promise<void>
}
