/**
 * The embedded engine behind the ClickHouse HTTP protocol, so that outside tools and the ClickHouse client read the marts.
 * Read-only unless it is opened for writing.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { EngineAnswer, EngineSession } from '../connect.ts'
import { WarehouseError } from '../errors.ts'
import { createEngine } from './engine.ts'
import type { Engine } from './engine.ts'
import { type Marts, checkShown, narrowed, prepareMarts } from './marts.ts'
import { boundParams, readLogin, readRequest } from './request.ts'
import type { EngineRequest, Login } from './request.ts'
import { failureOf, send, sendAnswer, sendError } from './response.ts'
import type { Answer } from './response.ts'
import { checkStatement, isRead, readStatement, splitInsert, writtenFormat } from './statement.ts'
import type { InsertData, Refusal } from './statement.ts'

export type EndpointOptions = {
  readonly open: () => EngineSession
  /** Folder for the bytes of inserts. */
  readonly spool: string
  readonly database: string
  readonly host?: string
  /** 0 = any free port. */
  readonly port?: number
  readonly login?: Login
  readonly allowWrites?: boolean
  /** Only these relations of the database are shown, as views in a database of their own; without it everything is. */
  readonly relations?: readonly string[]
}

export type Endpoint = {
  readonly url: string
  /** The one that is read where a request names none. */
  readonly database: string
  close(): Promise<void>
}

const MAX_STATEMENT_BYTES = 1_000_000
/** A statement may bring the rows of an INSERT with it. */
const MAX_SCRIPT_BYTES = 64_000_000
/** Parameters of a statement are part of the address; as much as a ClickHouse server takes, Node takes a sixtieth of it. */
const MAX_ADDRESS_BYTES = 1_048_576
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])

export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { host = '127.0.0.1', port = 8123, login = { user: 'default', password: '' } } = options
  if (!LOOPBACK.has(host) && login.password === '') {
    throw new WarehouseError(
      'CONFIG',
      `the endpoint would be open to everybody at ${host}: set CLICKHOUSE_PASSWORD, or listen on 127.0.0.1`,
    )
  }
  const { relations } = options
  const marts =
    relations === undefined || options.allowWrites === true
      ? null
      : await prepareMarts(options.open, { database: options.database, relations })
  const settled = { ...options, login, marts, ...(marts && { database: marts.database }) }
  const engine = await createEngine({ open: options.open, spool: options.spool })
  const server = createServer({ maxHeaderSize: MAX_ADDRESS_BYTES }, (request, response) => {
    answer(engine, settled, request, response).catch((cause: unknown) => sendError(response, failureOf(cause)))
  })
  // An insert of a large file may take longer than Node's five minutes.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new WarehouseError('CONFIG', `cannot listen on ${host}:${port}: ${cause.message}. Choose another --port.`, {
          cause,
        }),
      ),
    )
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    database: settled.database,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await closed
      await engine.close()
    },
  }
}

type Settled = EndpointOptions & { readonly login: Login; readonly marts: Marts | null }

async function answer(
  engine: Engine,
  options: Settled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? '/'
  const path = url.split('?')[0]
  if (path === '/ping' || path === '/replicas_status') return send(response, 200, 'text/plain', Buffer.from('Ok.\n'))
  if (path !== '/')
    return sendError(
      response,
      {
        kind: 'refused',
        code: 404,
        name: 'NOT_FOUND',
        message: 'There is no handle at this path: send statements to /',
      },
      404,
    )
  const stranger = refuseStranger(options, request)
  if (stranger !== null) return sendError(response, stranger)
  if (request.method !== 'GET' && request.method !== 'POST')
    return sendError(
      response,
      { kind: 'refused', code: 501, name: 'NOT_IMPLEMENTED', message: 'only GET and POST are answered' },
      405,
    )
  const asked = readRequest(request.method, url, request.headers)
  if (asked.kind === 'refused') return sendError(response, asked)

  const body = bodyOf(request)
  const caller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) caller.abort()
  })
  const outcome = await run(engine, options, asked, { body, signal: caller.signal })
  if ('kind' in outcome) return sendError(response, outcome)
  sendAnswer(response, asked, outcome)
}

/** A page in a browser must not reach an endpoint without a password: not from another site, and not through a name of its own. */
function refuseStranger(options: Settled, request: IncomingMessage): Refusal | null {
  const { user, password } = readLogin(request.url ?? '/', request.headers)
  const matches = [same(user, options.login.user), same(password, options.login.password)].every(Boolean)
  if (!matches) {
    return {
      kind: 'refused',
      code: 516,
      name: 'AUTHENTICATION_FAILED',
      message: 'Authentication failed: password is incorrect, or there is no user with such name',
    }
  }
  if (options.login.password !== '') return null
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  if (request.headers.origin !== undefined || !LOOPBACK.has(host)) {
    return {
      kind: 'refused',
      code: 516,
      name: 'AUTHENTICATION_FAILED',
      message: 'Requests of web pages need a password: set CLICKHOUSE_PASSWORD for the endpoint',
    }
  }
  return null
}

function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

async function run(
  engine: Engine,
  options: Settled,
  asked: EngineRequest,
  { body, signal }: { body: Readable; signal: AbortSignal },
): Promise<Answer | Refusal> {
  // The insert's data follows its statement: either the whole body, or the rest of it.
  const given = splitInsert(asked.query)
  if (given.kind === 'insert')
    return runInsert(
      engine,
      options,
      asked,
      given,
      given.inline.trim() === '' ? body : Readable.from([Buffer.from(given.inline)]),
    )
  const rest = await readText(body, options.allowWrites === true ? MAX_SCRIPT_BYTES : MAX_STATEMENT_BYTES)
  if (rest === null) return { kind: 'refused', code: 62, name: 'SYNTAX_ERROR', message: 'the statement is too long' }
  const sql = [asked.query, rest].filter((part) => part !== '').join('\n')
  const insert = splitInsert(sql)
  if (insert.kind === 'insert')
    return runInsert(engine, options, asked, insert, Readable.from([Buffer.from(insert.inline)]))

  const statement = readStatement(sql)
  if (statement.kind === 'refused') return statement
  const readOnly = isReadOnly(options, asked)
  const { marts } = options
  const database = asked.database ?? options.database
  const refusal =
    checkStatement(statement, { readOnly, forbidden: engine.forbidden }) ??
    (marts === null ? null : (checkDatabase(database, marts) ?? checkShown(statement, marts)))
  if (refusal !== null) return refusal
  const params = boundParams(asked, statement.sql)
  if (isRefusal(params)) return params
  const answer = await engine.run({
    sql: marts === null ? statement.sql : narrowed(statement, marts),
    format: asked.format,
    params,
    settings: asked.settings,
    database,
    readOnly,
    queryId: asked.queryId,
    ...(isRead(statement) && { signal }),
  })
  return { ...answer, format: writtenFormat(statement) ?? asked.format }
}

async function runInsert(
  engine: Engine,
  options: Settled,
  asked: EngineRequest,
  insert: Extract<InsertData, { kind: 'insert' }>,
  data: Readable,
): Promise<EngineAnswer | Refusal> {
  // What stands for the data is replaced by the file they are in, after everything else was looked at.
  const around = ((at) =>
    at === null ? [insert.head, ''] : [insert.head.slice(0, at.start), insert.head.slice(at.end)])(insert.input)
  const statement = readStatement(insert.input === null ? insert.head : around.join('(select 1)'))
  if (statement.kind === 'refused') return statement
  const refusal = checkStatement(statement, { readOnly: isReadOnly(options, asked), forbidden: engine.forbidden })
  if (refusal !== null) return refusal
  const params = boundParams(asked, statement.sql)
  if (isRefusal(params)) return params
  return engine.spooled(data, ({ path, bytes }) => {
    if (bytes === 0) return Promise.resolve({ bytes: Buffer.alloc(0), rowsRead: 0, bytesRead: 0, seconds: 0 })
    const file = (structure: string): string => `file(${quoted(path)}, '${insert.format}'${structure})`
    const sql =
      insert.input === null
        ? `${statement.sql} select * from ${file('')}`
        : around.join(file(`, ${quoted(insert.input.structure)}`))
    return engine.run({
      sql,
      format: asked.format,
      params,
      settings: asked.settings,
      database: asked.database ?? options.database,
      readOnly: false,
      queryId: asked.queryId,
    })
  })
}

/** A path of ours, or a structure that came as one string of the statement. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

/** Like a ClickHouse server: a GET never writes, and a caller may give up writing for a request. */
function isReadOnly(options: Settled, asked: EngineRequest): boolean {
  return options.allowWrites !== true || asked.method === 'GET' || (asked.settings['readonly'] ?? '0') !== '0'
}

/** As a server says it of a database that is not there. */
function checkDatabase(asked: string, { database }: Marts): Refusal | null {
  if (asked === database) return null
  return { kind: 'refused', code: 81, name: 'UNKNOWN_DATABASE', message: `Database ${asked} does not exist` }
}

function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refused'
}

function bodyOf(request: IncomingMessage): Readable {
  return request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
}

async function readText(body: Readable, limit: number): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += (chunk as Buffer).length
    if (size > limit) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
