/** What goes back over the ClickHouse protocol: results with their headers, errors with code and name. */
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { EngineAnswer } from '../connect.ts'
import type { EngineRequest } from './request.ts'
import type { Refusal } from './statement.ts'

export type Answer = EngineAnswer & { readonly format?: string }

const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [
    /^JSON(Compact|Strings|Columns|ColumnsWithMetadata|CompactColumns)?$|^JSONCompactStrings$/,
    'application/json; charset=UTF-8',
  ],
  [/^(JSON\w*EachRow\w*|NDJSON|JSONLines)$/, 'application/x-ndjson; charset=UTF-8'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=present'],
  [/^(TSV|TabSeparated)/, 'text/tab-separated-values; charset=UTF-8'],
  [/^XML$/, 'application/xml; charset=UTF-8'],
  [/^(Arrow|ArrowStream|Parquet|ORC|Native|RowBinary|Avro|MsgPack)/, 'application/octet-stream'],
]

export function sendAnswer(response: ServerResponse, asked: EngineRequest, outcome: Answer): void {
  const format = outcome.format ?? asked.format
  const type = CONTENT_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? 'text/plain; charset=UTF-8'
  response.setHeader('X-ClickHouse-Query-Id', asked.queryId)
  response.setHeader('X-ClickHouse-Format', format)
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  response.setHeader('X-ClickHouse-Summary', summaryOf(outcome))
  if (asked.wantsGzip) {
    response.setHeader('Content-Encoding', 'gzip')
    return send(response, 200, type, gzipSync(outcome.bytes))
  }
  send(response, 200, type, outcome.bytes)
}

function summaryOf({ rowsRead, bytesRead, bytes, seconds }: EngineAnswer): string {
  const summary = {
    read_rows: rowsRead,
    read_bytes: bytesRead,
    written_rows: 0,
    written_bytes: 0,
    total_rows_to_read: 0,
    result_rows: 0,
    result_bytes: bytes.length,
    elapsed_ns: Math.round(seconds * 1e9),
  }
  return JSON.stringify(Object.fromEntries(Object.entries(summary).map(([name, value]) => [name, String(value)])))
}

const STATUS: Readonly<Record<number, number>> = {
  516: 401,
  164: 403,
  497: 403,
  60: 404,
  81: 404,
  48: 501,
  159: 408,
  241: 503,
  202: 503,
}

/** The engine's own text is the answer here: tools of the ClickHouse world read code and name out of it. */
export function failureOf(cause: unknown): Refusal {
  // The bytes of an insert are spooled beside the tables: a disk that is full for the one is full for the other.
  if ((cause as { code?: unknown } | null)?.code === 'ENOSPC')
    return {
      kind: 'refused',
      code: 243,
      name: 'NOT_ENOUGH_SPACE',
      message: 'no space is left for the bytes of the insert',
    }
  const text = cause instanceof Error ? cause.message : String(cause)
  const found = /^Code:\s*(\d+)\.\s*(?:DB::Exception:\s*)?([^]*)$/.exec(text)
  if (found === null) return { kind: 'refused', code: 1001, name: 'STD_EXCEPTION', message: 'the endpoint failed' }
  const name = /\(([A-Z][A-Z0-9_]+)\)(?: \(version [^)]*\))?\s*$/.exec(text)?.[1] ?? 'UNKNOWN_EXCEPTION'
  const message = (found[2] ?? '').replace(/\s*\([A-Z][A-Z0-9_]+\)(?: \(version [^)]*\))?\s*$/, '')
  return { kind: 'refused', code: Number(found[1]), name, message }
}

export function sendError(
  response: ServerResponse,
  refusal: Refusal,
  status = STATUS[refusal.code] ?? (refusal.code === 1001 ? 500 : 400),
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  response.setHeader('X-ClickHouse-Exception-Code', String(refusal.code))
  // What is still coming of the request is not read, so the connection cannot be used again.
  response.setHeader('Connection', 'close')
  if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="Orderlens warehouse"')
  send(
    response,
    status,
    'text/plain; charset=UTF-8',
    Buffer.from(`Code: ${refusal.code}. DB::Exception: ${refusal.message}. (${refusal.name})\n`),
  )
}

export function send(response: ServerResponse, status: number, type: string, bytes: Buffer): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(bytes)
}
