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
import { createLane } from './lane.ts'
import { migrate } from './migrate.ts'
import type { InsertGuard, QueryParams, Warehouse } from './warehouse.ts'

/** One insert is one block and therefore one part: nothing of it is ever visible without the rest. */
const INSERT_SETTINGS =
  'async_insert=0, max_insert_block_size=1000000, min_insert_block_size_rows=1000000, min_insert_block_size_bytes=1000000000, max_insert_threads=1, input_format_parallel_parsing=0'
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/

export async function openWarehouse(config: WarehouseConfig): Promise<Warehouse> {
  const { readers, writers, spool } = await connect(config)
  const reads = createLane(readers)
  const writes = createLane(writers)

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

  const rowsOf = (sql: string, params?: QueryParams): Promise<Record<string, unknown>[]> =>
    reads.run(async (client) => {
      const result = await client.query({
        query: sql,
        format: 'JSONEachRow',
        ...(params && { query_params: { ...params } }),
      })
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
      reads
        .run(async (client) => {
          const result = await client.exec({
            query: `${sql}\nformat ${IDENTIFIER_FORMAT.parse(format)}`,
            ...(params && { query_params: { ...params } }),
          })
          return collect(result.stream)
        })
        .catch((cause: unknown) => {
          throw toWarehouseError('a query', cause)
        }),
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
    async close() {
      const closed = new Set<ClickHouseClient>()
      const closeOne = async (client: ClickHouseClient): Promise<void> => {
        if (closed.has(client)) return
        closed.add(client)
        await client.close()
      }
      await reads.close(closeOne)
      await writes.close(closeOne)
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
