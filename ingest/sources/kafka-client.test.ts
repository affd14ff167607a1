/** The client over lines that break, against a broker that speaks just enough. */
import { type AddressInfo, type Server, type Socket, createConnection, createServer } from 'node:net'
import kafkajs from 'kafkajs'
import Connection from 'kafkajs/src/network/connection.js'
import Encoder from 'kafkajs/src/protocol/encoder.js'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { loadKafkaConfig } from './config.ts'
import { SILENT, createKafka } from './kafka-client.ts'

const config = loadKafkaConfig({ KAFKA_BROKERS: '127.0.0.1:1' })
let server: Server | undefined
const open = new Set<Socket>()

beforeAll(async () => {
  if (config !== null) await createKafka(config, SILENT)
})
afterEach(() => {
  for (const socket of open) socket.destroy()
  server?.close()
})

/** A broker that answers the request on its `n`th line as told, and a connection to it. */
async function broker(answer: (socket: Socket, request: Buffer, line: number) => void): Promise<Connection> {
  let lines = 0
  const listening = createServer((socket) => {
    const line = (lines += 1)
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (request: Buffer) => answer(socket, request, line))
  })
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', () => resolve()))
  const silent = {
    namespace: () => silent,
    debug() {},
    info() {},
    warn() {},
    error() {},
    level: kafkajs.logLevel.NOTHING,
  }
  return new Connection({
    host: '127.0.0.1',
    port: (listening.address() as AddressInfo).port,
    logger: silent,
    socketFactory: ({ host, port, onConnect }: { host: string; port: number; onConnect: () => void }) =>
      connectTo(host, port, onConnect),
    connectionTimeout: 1_000,
    requestTimeout: 1_000,
  })
}

const connectTo = (host: string, port: number, onConnect: () => void): Socket =>
  createConnection({ host, port }, onConnect)

const ask = (connection: Connection): Promise<unknown> =>
  connection.send({
    request: {
      apiKey: 18,
      apiVersion: 0,
      apiName: 'ApiVersions',
      encode: () => Promise.resolve(new Encoder()),
    },
    response: { decode: (bytes: Buffer) => Promise.resolve(bytes), parse: (bytes: Buffer) => Promise.resolve(bytes) },
    logResponseError: false,
  })

/** An answer in its frame: how long it is, to which request, and what it says. */
function answerTo(request: Buffer, text: string): Buffer {
  const frame = Buffer.alloc(8)
  frame.writeInt32BE(4 + text.length)
  request.copy(frame, 4, 8, 12)
  return Buffer.concat([frame, Buffer.from(text)])
}

test('half an answer on a line that breaks is forgotten on the next', async () => {
  const connection = await broker((socket, request, line) => {
    if (line > 1) return void socket.write(answerTo(request, 'the whole answer'))
    socket.write(answerTo(request, 'x'.repeat(500)).subarray(0, 40), () =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    )
  })
  await connection.connect()
  await expect(ask(connection)).rejects.toThrow(/closed|ECONNRESET/i)
  await connection.connect()
  expect(String(await ask(connection))).toBe('the whole answer')
  await connection.disconnect()
})

test('bytes that are no answer end the line, and the process goes on', async () => {
  const connection = await broker((socket, request, line) =>
    // A length of nothing: the client would read a number where there is none.
    socket.write(line === 1 ? Buffer.alloc(4) : answerTo(request, 'better')),
  )
  await connection.connect()
  await expect(ask(connection)).rejects.toThrow(/outside buffer bounds/)
  await connection.connect()
  expect(String(await ask(connection))).toBe('better')
  await connection.disconnect()
})
