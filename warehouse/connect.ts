/** The only file that makes connections: to the embedded engine or to a server, with the same client. */
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { ClickHouseClient } from '@clickhouse/client'
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Session } from 'chdb'
import { type ChdbConnection, createChdbConnection } from 'chdb/connection'
import type { ReadLimits, WarehouseConfig } from './config.ts'
import { WarehouseError, toWarehouseError } from './errors.ts'
import { type RowSource, STREAM_SETTINGS, embeddedSource, serverSource } from './row-stream.ts'
import { settingParams } from './session-params.ts'

export type Connections = {
  readonly readers: readonly Reader[]
  readonly writers: readonly ClickHouseClient[]
  /** Reads whose rows come in pieces. */
  readonly pieces: { readonly open: RowSource; close(): Promise<void> }
  /** Folder for spooled inserts; null when bytes travel in a request body. */
  readonly spool: string | null
}

const READ_LIMITS: ReadLimits = {
  seconds: 30,
  memoryBytes: 3_000_000_000,
  rowsRead: 2_000_000_000,
  resultRows: 200_000,
  resultBytes: 268_435_456,
}

export type Reader = {
  readonly client: ClickHouseClient
  /** Ends the statement it runs; on a server the one with this id. */
  end(queryId: string): Promise<void>
}

/** Limits of every read. 64-bit integers are quoted so that no reader loses digits. */
function readSettings(given: Partial<ReadLimits> = {}): Settings {
  const limits = { ...READ_LIMITS, ...given }
  return {
    max_execution_time: limits.seconds,
    max_threads: 2,
    max_memory_usage: limits.memoryBytes,
    max_rows_to_read: limits.rowsRead,
    max_result_rows: limits.resultRows,
    max_result_bytes: limits.resultBytes,
    result_overflow_mode: 'throw',
    max_query_size: 1_000_000,
    output_format_json_quote_64bit_integers: 1,
    readonly: 1,
  }
}

/**
 * An insert is there on its shards when it is answered, and is read where it was written; orders are joined and looked up
 * within their own shard.
 */
const CLUSTER_SETTINGS = {
  distributed_foreground_insert: 1,
  distributed_product_mode: 'local',
  load_balancing: 'in_order',
  prefer_localhost_replica: 0,
} as const

/**
 * Chains of comparisons are looked for in every condition of every lambda: half of the planning of the longer models, in
 * which there are none.
 */
const WRITE_SETTINGS = { optimize_and_compare_chain: 0 } as const

/**
 * An embedded engine forgets with its process what machine code it made of expressions that came a third time, and making
 * it costs more than such a process gets back: a fifth of everything, for a few hundred small statements.
 */
const EMBEDDED_SETTINGS = {
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  compile_sort_description: 0,
} as const

/** Two for landing, one for deriving, one for the ticks, two for what was known at an instant: none waits for another. */
const WRITERS = 6

export async function connect(config: WarehouseConfig): Promise<Connections> {
  return config.mode === 'embedded' ? connectEmbedded(config) : connectServer(config)
}

async function connectEmbedded(config: Extract<WarehouseConfig, { mode: 'embedded' }>): Promise<Connections> {
  const path = resolve(config.path)
  const spool = resolve(dirname(path), 'spool')
  mkdirSync(path, { recursive: true })
  mkdirSync(spool, { recursive: true })
  // safe because chdb types the same Connection contract from its own copy of the client's common package
  const clientOf = (connection: object): ClickHouseClient => createClient({ connection: connection as never })
  const open = (): ClickHouseClient => clientOf(createChdbConnection({ path }))
  let writers: ClickHouseClient[]
  try {
    writers = Array.from({ length: WRITERS }, open)
    await writers[0]?.command({ query: `create database if not exists ${config.database}` })
  } catch (cause) {
    const error = toWarehouseError('opening the embedded warehouse', cause)
    // The engine tells why a folder did not open on stderr only; a lock held by another process is the one reason met.
    const isLocked = error.code === 'LOCKED' || (cause as { code?: unknown }).code === 'CHDB_CONNECTION'
    if (isLocked) throw lockedError(path, cause)
    throw error
  }
  for (const writer of writers) {
    await writer.command({ query: `use ${config.database}` })
    await apply(writer, { ...EMBEDDED_SETTINGS, ...WRITE_SETTINGS })
  }
  const readers = Array.from({ length: config.readers }, (): Reader & { name: string } => {
    const name = randomUUID()
    const client = clientOf(inSession(createChdbConnection({ path })))
    return { client, name, end: () => endNamed(() => openSession(path), name) }
  })
  for (const { client, name } of readers) await restrict(client, name, config)
  const openStream = (): Session => {
    const session = new Session(path)
    session.query(`use ${config.database}`)
    session.query(settingOf({ ...EMBEDDED_SETTINGS, ...readSettings(config.limits), ...STREAM_SETTINGS }))
    return session
  }
  return { readers, writers, pieces: { open: embeddedSource(openStream), close: async () => undefined }, spool }
}

/** Gives a session a name, by which what it runs can be ended from another; a UUID of ours. */
export const named = (name: string) => ({ log_comment: name }) as const

/**
 * The embedded engine gives statements ids of its own, and writes them anew with their values in place; the settings of a
 * session are what is left to know them by.
 */
export async function endNamed(open: () => EngineSession, name: string): Promise<void> {
  const session = open()
  try {
    await session.run(`kill query where Settings['log_comment'] = '${name}' async`)
  } finally {
    session.close()
  }
}

/** A connection whose parameters are those of its session, see `session-params.ts`. */
function inSession(connection: ChdbConnection): object {
  const set = async <P extends Asked>({ query_params: values, ...rest }: P): Promise<Omit<P, 'query_params'>> => {
    const statement = settingParams(rest.query, values)
    if (statement !== null) await connection.command({ query: statement })
    return rest
  }
  return {
    query: async (asked: Asked) => connection.query(await set(asked)),
    exec: async (asked: Asked) => connection.exec(await set(asked)),
    command: (asked: Asked) => connection.command(asked),
    ping: (how: Parameters<ChdbConnection['ping']>[0]) => connection.ping(how),
    close: () => connection.close(),
  }
}
type Asked = { readonly query: string; readonly query_params?: Readonly<Record<string, unknown>> }

/** Settings given to the client would stick to the embedded session, so a reader gets its limits once and is sealed. */
async function restrict(reader: ClickHouseClient, name: string, { database, limits }: WarehouseConfig): Promise<void> {
  await reader.command({ query: `use ${database}` })
  await apply(reader, { ...EMBEDDED_SETTINGS, ...named(name), ...readSettings(limits) })
}

type Settings = Readonly<Record<string, string | number>>

const apply = (client: ClickHouseClient, settings: Settings): Promise<unknown> =>
  client.command({ query: settingOf(settings) })

function settingOf(settings: Settings): string {
  const list = Object.entries(settings).map(
    ([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`,
  )
  return `set ${list.join(', ')}`
}

function lockedError(path: string, cause: unknown): WarehouseError {
  return new WarehouseError(
    'LOCKED',
    `the embedded warehouse at ${path} is in use by another process. One process owns it at a time: stop that process, or point ORDERLENS_DATA at another folder, or set CLICKHOUSE_URL.`,
    { cause },
  )
}

async function connectServer(config: Extract<WarehouseConfig, { mode: 'server' }>): Promise<Connections> {
  const login = {
    url: config.url,
    username: config.user,
    password: config.password,
    request_timeout: 300_000,
    log: { level: ClickHouseLogLevel.OFF },
  }
  const bootstrap = createClient(login)
  try {
    const where = config.cluster === undefined ? '' : ` on cluster ${config.cluster}`
    await bootstrap.command({ query: `create database if not exists ${config.database}${where}` })
  } catch (cause) {
    throw toWarehouseError('connecting', cause)
  } finally {
    await bootstrap.close()
  }
  // On a server these settings travel with each request and stick to nothing.
  const readerOf = (settings: Settings): ClickHouseClient =>
    createClient({
      ...login,
      database: config.database,
      clickhouse_settings: {
        ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
        // Whoever goes away takes the statement along.
        cancel_http_readonly_queries_on_client_close: 1,
        ...(config.cluster !== undefined && CLUSTER_SETTINGS),
      },
    })
  const reader = readerOf(readSettings(config.limits))
  const streamer = readerOf({ ...readSettings(config.limits), ...STREAM_SETTINGS })
  const writer = createClient({
    ...login,
    database: config.database,
    clickhouse_settings: { ...WRITE_SETTINGS, ...(config.cluster !== undefined && CLUSTER_SETTINGS) },
  })
  const end = async (id: string): Promise<void> => {
    await writer.command({ query: 'kill query where query_id = {id:String} async', query_params: { id } })
  }
  return {
    readers: Array.from({ length: config.readers }, () => ({ client: reader, end })),
    writers: Array.from({ length: WRITERS }, () => writer),
    pieces: { open: serverSource(streamer), close: () => streamer.close() },
    spool: null,
  }
}

export type EngineAnswer = {
  readonly bytes: Buffer
  readonly rowsRead: number
  readonly bytesRead: number
  readonly seconds: number
}

/** A session of its own on the embedded engine: what is set in it ends with it. Opening one takes about a millisecond. */
export type EngineSession = {
  run(sql: string, options?: { format?: string; params?: Readonly<Record<string, unknown>> }): Promise<EngineAnswer>
  close(): void
}

export function openSession(path: string): EngineSession {
  const session = new Session(resolve(path))
  session.query(settingOf(EMBEDDED_SETTINGS))
  return {
    async run(sql, { format = 'TabSeparated', params = {} } = {}) {
      const hasParams = Object.keys(params).length > 0
      const result = await (hasParams
        ? session.queryBindAsync(sql, params, { format })
        : session.queryAsync(sql, { format }))
      return {
        bytes: Buffer.from(result.bytes()),
        rowsRead: result.rowsRead,
        bytesRead: result.bytesRead,
        seconds: result.elapsed,
      }
    },
    close: () => session.close(),
  }
}
