/** Results of any size in pieces: one statement, therefore one state of the data, read no faster than it is taken. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Connections } from './connect.ts'
import { toWarehouseError } from './errors.ts'
import { createPool } from './pool.ts'
import { settingParams } from './session-params.ts'
import type { QueryParams } from './warehouse.ts'

export type StreamedRow = readonly (string | number | null)[]
/** A connection of its own for each stream; who stops reading ends the statement. */
export type RowSource = (sql: string, params: QueryParams) => AsyncIterable<readonly StreamedRow[]>

/** Beside the limits of every read: as many rows as there are, for as long as a slow reader takes, sorted on disk beyond memory. */
export const STREAM_SETTINGS = {
  max_result_rows: 0,
  max_result_bytes: 0,
  max_execution_time: 3_600,
  max_bytes_before_external_sort: 400_000_000,
  max_block_size: 8_192,
} as const

const FORMAT = 'JSONCompactEachRow'

/** A session of the embedded engine, as far as it is used here. */
type PieceSession = {
  query(sql: string): unknown
  queryStream(sql: string, options: { format: string }): AsyncIterable<{ text(): string }>
  close(): void
}

export const embeddedSource = (open: () => PieceSession): RowSource =>
  async function* (sql, params) {
    const session = open()
    try {
      const setting = settingParams(sql, params)
      if (setting !== null) session.query(setting)
      for await (const chunk of session.queryStream(sql, { format: FORMAT })) yield rowsOf(chunk.text())
    } finally {
      session.close()
    }
  }

/** A piece ends with a row, and rows have no line breaks of their own. */
const rowsOf = (text: string): StreamedRow[] => JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as StreamedRow[]

export const serverSource = (client: ClickHouseClient): RowSource =>
  async function* (sql, params) {
    const result = await client.query({ query: sql, format: FORMAT, query_params: { ...params } })
    try {
      for await (const rows of result.stream<StreamedRow>()) yield rows.map((row) => row.json<StreamedRow>())
    } finally {
      result.close()
    }
  }

/** Streams at once: they hold a sort each, and everybody else reads beside them. */
const MOST_STREAMS = 3

export function createRowStreams({ open: source, close }: Connections['pieces']) {
  const pool = createPool(Array.from({ length: MOST_STREAMS }, () => source))
  return {
    run: <T>(
      sql: string,
      params: QueryParams,
      take: (pieces: AsyncIterable<readonly StreamedRow[]>) => Promise<T>,
    ): Promise<T> => pool.run((open) => take(named(open(sql, params)))),
    /** Waits for those under way. */
    async close(): Promise<void> {
      await pool.close(async () => undefined)
      await close()
    },
  }
}

/** Failures of the engine by our names; those of whoever takes the rows stay as they are. */
async function* named(pieces: AsyncIterable<readonly StreamedRow[]>): AsyncGenerator<readonly StreamedRow[]> {
  const iterator = pieces[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await iterator.next().catch((cause: unknown) => {
        throw toWarehouseError('a read in pieces', cause)
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}
