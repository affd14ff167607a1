/**
 * A ClickHouse endpoint that misbehaves on request, in front of one that does not: refuses with the engine's own codes, with
 * or without having executed, is slow, or loses the answer. Statements are taken whole, so that "executed" is certain.
 */
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type Fault =
  | { readonly kind: 'none' }
  /** Waits before or after executing. */
  | { readonly kind: 'slow'; readonly ms: number; readonly isAfter: boolean }
  | { readonly kind: 'code'; readonly code: number; readonly isExecuted: boolean }
  /** Cuts the connection, before executing or in the place of the answer. */
  | { readonly kind: 'cut'; readonly isExecuted: boolean }

export type FaultyEndpoint = {
  readonly port: number
  /** Holds for writes, or for reads too, from now on. */
  fault(next: Fault, scope?: 'writes' | 'everything'): void
  /** Statements that met a fault so far. */
  readonly met: () => number
  close(): Promise<void>
}

const NAMES: Readonly<Record<number, string>> = {
  159: 'TIMEOUT_EXCEEDED',
  164: 'READONLY',
  241: 'MEMORY_LIMIT_EXCEEDED',
  243: 'NOT_ENOUGH_SPACE',
  252: 'TOO_MANY_PARTS',
}

export async function startFaultyEndpoint(target: () => number): Promise<FaultyEndpoint> {
  let fault: Fault = { kind: 'none' }
  let scope: 'writes' | 'everything' = 'writes'
  let met = 0

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await collect(incoming)
    const now = scope === 'everything' || isWrite(incoming.url ?? '/', body) ? fault : ({ kind: 'none' } as const)
    if (now.kind !== 'none') met += 1
    if (now.kind === 'slow' && !now.isAfter) await sleep(now.ms)
    const isExecuted = now.kind === 'none' || now.kind === 'slow' || now.isExecuted
    const outcome = isExecuted ? await forward(target(), incoming, body) : null
    if (now.kind === 'slow' && now.isAfter) await sleep(now.ms)
    if (now.kind === 'cut') return void response.destroy()
    if (now.kind === 'code') return refuse(response, now.code)
    if (outcome === null) return void response.destroy()
    response.writeHead(outcome.status, outcome.headers)
    response.end(outcome.body)
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    fault(next, on = 'writes') {
      fault = next
      scope = on
    },
    met: () => met,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function refuse(response: ServerResponse, code: number): void {
  response.writeHead(500, { 'X-ClickHouse-Exception-Code': String(code), 'Content-Type': 'text/plain' })
  response.end(`Code: ${code}. DB::Exception: a fault of the test. (${NAMES[code] ?? 'UNKNOWN'})\n`)
}

/** An insert's statement is in the address and its rows in the body; any other statement is the body. */
function isWrite(url: string, body: Buffer): boolean {
  const statement = new URL(url, 'http://faulty').searchParams.get('query') ?? body.subarray(0, 200).toString('utf8')
  return /^\s*(insert|alter|create|drop|kill)\b/i.test(statement)
}

type Outcome = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer }

function forward(port: number, incoming: IncomingMessage, body: Buffer): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, ...headers } = incoming.headers
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...headers, 'content-length': String(body.length), connection: 'close' },
        agent: false,
      },
      (answered) => {
        collect(answered).then((bytes) => {
          const { connection: _connection, 'transfer-encoding': _encoding, ...kept } = answered.headers
          resolve({ status: answered.statusCode ?? 500, headers: kept, body: bytes })
        }, reject)
      },
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
