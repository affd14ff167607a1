/** Opens the warehouse: connects, brings the tables up to date, and returns the one object everybody reads and writes through. */
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'
import type { WarehouseConfig } from './config.ts'
import { type ClusterDdl, createClusterDdl, spreadTables } from './cluster.ts'
import { connect } from './connect.ts'
import { WarehouseError, toWarehouseError } from './errors.ts'
import { createLanes } from './lanes.ts'
import { migrate } from './migrate.ts'
import { createPool } from './pool.ts'
import { watchPressure } from './pressure.ts'
import { createRowStreams } from './row-stream.ts'
import { endable } from './endable.ts'
import type { InsertGuard, QueryParams, Warehouse } from './warehouse.ts'

/** One insert is one block and therefore one part: nothing of it is ever visible without the rest. */
const INSERT_SETTINGS =
  'async_insert=0, max_insert_block_size=1000000, min_insert_block_size_rows=1000000, min_insert_block_size_bytes=1000000000, max_insert_threads=1, input_format_parallel_parsing=0'
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/

export async function openWarehouse(config: WarehouseConfig): Promise<Warehouse> {
  const { readers, writers, pieces, spool } = await connect(config)
  const pressure = watchPressure()
  const reads = createLanes(readers, { pressure: pressure.now })
  const writes = createPool(writers)
  const streams = createRowStreams(pieces)

  let ddl: ClusterDdl = { statementsOf: (sql) => [sql] }
  const command = (sql: string, params?: QueryParams): Promise<void> =>
    writes
      .run(async (client) => {
        for (const query of ddl.statementsOf(sql))
          await client.command({ query, ...(params && { query_params: { ...params } }) })
      })
      .catch((cause: unknown) => {
        throw toWarehouseError(`a statement (${firstWords(sql)})`, cause)
      })

  /** A read ends with whoever asked for it. A server is told in both ways; the embedded engine holds its reader until the statement is over. */
  const read = <T>(
    sql: string,
    params: QueryParams | undefined,
    work: (client: ClickHouseClient, asked: Asked) => Promise<T>,
  ): Promise<T> =>
    reads.run((reader, signal) => {
      const asked = { query: sql, ...(params && { query_params: { ...params } }) }
      if (signal === undefined) return work(reader.client, asked)
      return endable(signal, reader.end, (id) =>
        work(reader.client, config.mode === 'server' ? { ...asked, query_id: id, abort_signal: signal } : asked),
      )
    })

  const rowsOf = (sql: string, params?: QueryParams): Promise<Record<string, unknown>[]> =>
    read(sql, params, async (client, asked) => {
      const result = await client.query({ ...asked, format: 'JSONEachRow' })
      return result.json<Record<string, unknown>>()
    })

  const insertBytes = async (
    table: string,
    columns: readonly string[],
    format: 'ArrowStream' | 'JSONEachRow',
    bytes: Uint8Array,
    guard?: InsertGuard,
  ): Promise<void> => {
    if (![table, ...columns].every((name) => IDENTIFIER.test(name)))
      throw new WarehouseError('STATEMENT_REFUSED', `not a table and columns: ${table}`)
    // Quoted, because `format` is a name here and a keyword there.
    const list = columns.map((name) => `\`${name}\``).join(', ')
    if (spool === null) {
      const source =
        guard === undefined ? '' : `select ${list} from input(${quote(guard.structure)}) where ${guard.sql}`
      await writes.run((client) =>
        sendBody(
          client,
          `insert into ${table} (${list}) settings ${INSERT_SETTINGS} ${source} format ${format}`,
          bytes,
          guard,
        ),
      )
      return
    }
    const file = join(spool, `${randomUUID()}.${format}`)
    await writeFile(file, bytes)
    try {
      await writes.run((client) =>
        client.command({
          query: `insert into ${table} (${list}) settings ${INSERT_SETTINGS} select ${list} from file(${quote(file)}, '${format}')`,
        }),
      )
    } finally {
      await rm(file, { force: true })
    }
  }

  const warehouse: Warehouse = {
    mode: config.mode,
    database: config.database,
    async query(query, params) {
      const rows = await rowsOf(query.sql, params).catch((cause: unknown) => {
        throw toWarehouseError(`the query ${query.name}`, cause)
      })
      const parsed = z.array(query.row).safeParse(rows)
      if (!parsed.success)
        throw new WarehouseError(
          'UNEXPECTED_ROW',
          `the query ${query.name} answered rows of another shape: ${z.prettifyError(parsed.error)}`,
        )
      return parsed.data
    },
    queryRows: (sql, params) =>
      rowsOf(sql, params).catch((cause: unknown) => {
        throw toWarehouseError('a query', cause)
      }),
    queryBytes: (sql, format, params) =>
      read(`${sql}\nformat ${IDENTIFIER_FORMAT.parse(format)}`, params, async (client, asked) =>
        collect((await client.exec(asked)).stream),
      ).catch((cause: unknown) => {
        throw toWarehouseError('a query', cause)
      }),
    streamRows: streams.run,
    command,
    insertArrow: (table, columns, arrow, guard) =>
      insertBytes(table, columns, 'ArrowStream', arrow, guard).catch((cause: unknown) => {
        throw toWarehouseError(`an insert into ${table}`, cause)
      }),
    async insertRows(table, rows) {
      const [first] = rows
      if (first === undefined) return
      const bytes = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
      await insertBytes(table, Object.keys(first), 'JSONEachRow', bytes).catch((cause: unknown) => {
        throw toWarehouseError(`an insert into ${table}`, cause)
      })
    },
    reads: () => reads.figures(),
    async close() {
      pressure.stop()
      const closed = new Set<ClickHouseClient>()
      const closeOne = async (client: ClickHouseClient): Promise<void> => {
        if (closed.has(client)) return
        closed.add(client)
        await client.close()
      }
      await reads.close(({ client }) => closeOne(client))
      await writes.close(closeOne)
      await streams.close()
    },
  }
  if (config.mode === 'server' && config.cluster !== undefined) {
    const tables = await warehouse.query(spreadTables, { database: config.database })
    const spread = new Map(tables.map(({ name, sharding }) => [name, sharding]))
    ddl = createClusterDdl({ cluster: config.cluster, spread })
  }
  await migrate(warehouse)
  return warehouse
}

type Asked = {
  readonly query: string
  readonly query_params?: Record<string, unknown>
  readonly query_id?: string
  readonly abort_signal?: AbortSignal
}

const IDENTIFIER_FORMAT = z.string().regex(/^[A-Za-z]{2,40}$/)

/** Paths are ours (a random name in our own spool folder); quoting covers a data folder with a quote in its name. */
function quote(path: string): string {
  return `'${path.replace(/[\\']/g, '\\$&')}'`
}

function firstWords(sql: string): string {
  return sql.trim().split(/\s+/).slice(0, 4).join(' ')
}

async function sendBody(
  client: ClickHouseClient,
  query: string,
  bytes: Uint8Array,
  guard?: InsertGuard,
): Promise<void> {
  const result = await client.exec({
    query,
    ...(guard && { query_params: { ...guard.params }, query_id: guard.queryId }),
    ...(guard?.signal && { abort_signal: guard.signal }),
    values: Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]),
  })
  await collect(result.stream)
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}
