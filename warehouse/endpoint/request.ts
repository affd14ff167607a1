/** One HTTP request in the terms of the ClickHouse protocol: statement, parameters, settings, login. */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ParamError, declaredTypes, paramValue } from './params.ts'
import type { Refusal } from './statement.ts'

export type EngineRequest = {
  readonly kind: 'request'
  readonly method: string
  /** The `query` parameter; the body is its continuation or its data. */
  readonly query: string
  readonly params: ReadonlyMap<string, string>
  readonly settings: Readonly<Record<string, string>>
  readonly database: string | null
  readonly format: string
  readonly queryId: string
  readonly wantsGzip: boolean
}

/** Settings a caller may give. They hold for the one statement; whatever limits a read can only be tightened. */
const OPEN =
  /^(output_format_|input_format_|format_|date_time_|join_|bool_|cast_|group_by_|union_|prefer_|extremes$|use_query_cache$|aggregate_functions_null_for_empty$|final$|select_sequential_consistency$|mutations_sync$|async_insert$|insert_|max_insert_|min_insert_|optimize_)\w*$/
const CAPPED: Readonly<Record<string, number>> = {
  max_execution_time: 300,
  max_threads: 4,
  max_memory_usage: 4_000_000_000,
  max_result_rows: 10_000_000,
  max_result_bytes: 268_435_456,
  max_rows_to_read: Number.MAX_SAFE_INTEGER,
  max_bytes_to_read: Number.MAX_SAFE_INTEGER,
  max_block_size: 1_000_000,
  max_query_size: 1_000_000,
  readonly: 2,
}
const WORDS: Readonly<Record<string, readonly string[]>> = {
  result_overflow_mode: ['throw', 'break'],
  timeout_overflow_mode: ['throw', 'break'],
}
/** Whether a setting may be given, as a condition on its name; clients leave out what they take for read-only. */
export const openSettings = (column: string): string => {
  const named = [...Object.keys(CAPPED), ...Object.keys(WORDS)].map((name) => `'${name}'`)
  return `match(${column}, '${OPEN.source.replaceAll('\\', '\\\\')}') or ${column} in (${named.join(', ')})`
}

/** Parts of the protocol, and settings that only the transport of a server has. */
const TRANSPORT = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'user',
  'password',
  'session_id',
  'session_timeout',
  'session_check',
  'quota_key',
  'role',
  'compress',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'http_zlib_compression_level',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'http_response_buffer_size',
  'cancel_http_readonly_queries_on_client_close',
  'add_http_cors_header',
  'log_queries',
  'client_protocol_version',
  'http_make_head_request',
  'network_compression_method',
])

export function readRequest(method: string, url: string, headers: IncomingHttpHeaders): EngineRequest | Refusal {
  const search = new URL(url, 'http://endpoint').searchParams
  const settings: Record<string, string> = {}
  const params = new Map<string, string>()
  for (const [name, value] of search) {
    if (name.startsWith('param_')) params.set(name.slice(6), value)
    else if (name === 'decompress' && value === '1')
      return refused(
        48,
        'NOT_IMPLEMENTED',
        'ClickHouse block compression of the body is not supported here; use Content-Encoding: gzip',
      )
    else if (!TRANSPORT.has(name)) {
      const setting = readSetting(name, value)
      if (typeof setting !== 'string') return setting
      settings[name] = setting
    }
  }
  const database = search.get('database') ?? header(headers, 'x-clickhouse-database')
  if (database !== null && database !== '' && !/^[A-Za-z_]\w*$/.test(database))
    return refused(81, 'UNKNOWN_DATABASE', 'the database name has other characters than letters, digits and underscore')
  const format = search.get('default_format') ?? header(headers, 'x-clickhouse-format') ?? 'TabSeparated'
  if (!/^[A-Za-z]\w{0,60}$/.test(format))
    return refused(73, 'UNKNOWN_FORMAT', 'the format name has other characters than letters and digits')
  const queryId = search.get('query_id') ?? ''
  return {
    kind: 'request',
    method,
    query: search.get('query') ?? '',
    params,
    settings,
    database: database === '' ? null : database,
    format,
    // It goes back in a header, so it is text that a header can hold.
    queryId: /^[\x21-\x7e]{1,200}$/.test(queryId) ? queryId : randomUUID(),
    wantsGzip:
      search.get('enable_http_compression') === '1' && /\bgzip\b/.test(header(headers, 'accept-encoding') ?? ''),
  }
}

function readSetting(name: string, value: string): string | Refusal {
  const cap = CAPPED[name]
  if (cap !== undefined) {
    const number = Number(value)
    if (!/^\d{1,18}$/.test(value)) return refused(6, 'CANNOT_PARSE_TEXT', `the setting ${name} is a whole number`)
    return String(number === 0 ? cap : Math.min(number, cap))
  }
  if (WORDS[name]?.includes(value) === true) return value
  if (!OPEN.test(name) || !/^[\w .,:/+-]{0,100}$/.test(value))
    return refused(
      115,
      'UNKNOWN_SETTING',
      `the setting ${name.slice(0, 80)} is unknown here or cannot be set from outside`,
    )
  return value
}

/** The values of a statement's placeholders, read by the types it declares. */
export function boundParams(request: EngineRequest, sql: string): Record<string, unknown> | Refusal {
  const types = declaredTypes(sql)
  const bound: Record<string, unknown> = {}
  try {
    for (const [name, text] of request.params) bound[name] = paramValue(text, types.get(name) ?? 'String')
  } catch (cause) {
    if (cause instanceof ParamError) return refused(457, 'BAD_QUERY_PARAMETER', cause.message)
    throw cause
  }
  return bound
}

export type Login = { readonly user: string; readonly password: string }

export function readLogin(url: string, headers: IncomingHttpHeaders): Login {
  const search = new URL(url, 'http://endpoint').searchParams
  const basic = /^Basic (.+)$/i.exec(header(headers, 'authorization') ?? '')?.[1]
  if (basic !== undefined) {
    const [user = '', ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    return { user, password: password.join(':') }
  }
  return {
    user: header(headers, 'x-clickhouse-user') ?? search.get('user') ?? 'default',
    password: header(headers, 'x-clickhouse-key') ?? search.get('password') ?? '',
  }
}

function header(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}

function refused(code: number, name: string, message: string): Refusal {
  return { kind: 'refused', code, name, message }
}
