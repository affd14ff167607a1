import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createFileSink, createHttpSink } from './sink.ts'

type Request = { readonly headers: Record<string, unknown>; readonly url: string; readonly body: string }
const servers: ReturnType<typeof createServer>[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close()))

/** Answers with the given statuses, then with 200. */
async function listen(...statuses: number[]): Promise<{ url: string; requests: Request[] }> {
  const requests: Request[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      requests.push({ headers: request.headers, url: request.url ?? '', body })
      response.writeHead(statuses.shift() ?? 200).end('{"message":"no"}')
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const message = { key: 'a', value: '{"id":"1"}' }

test('lines go to the ingestion door with the key, and again while it is busy', async () => {
  const { url, requests } = await listen(503, 200)
  await createHttpSink({ url, apiKey: 'secret' }).send([message, message])
  expect(requests).toHaveLength(2)
  expect(requests[1]).toMatchObject({
    url: '/ingest/events',
    body: '{"id":"1"}\n{"id":"1"}',
    headers: { authorization: 'Bearer secret', 'content-type': 'application/x-ndjson' },
  })
})

test('a refusal is final and says the status, not the key', async () => {
  const { url, requests } = await listen(401)
  const failure = await createHttpSink({ url, apiKey: 'secret' })
    .send([message])
    .catch((error: Error) => error)
  expect(failure).toMatchObject({
    code: 'OUTPUT_FAILED',
    retryable: false,
    message: expect.stringContaining('401') as string,
  })
  expect(String(failure)).not.toContain('secret')
  expect(requests).toHaveLength(1)
})

test('a file holds one line per message; one that cannot be opened is named', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'orderlens-sink-'))
  const sink = await createFileSink(path.join(directory, 'out.ndjson'))
  await sink.send([message])
  await sink.send([message])
  await sink.close()
  expect(await readFile(path.join(directory, 'out.ndjson'), 'utf8')).toBe('{"id":"1"}\n{"id":"1"}\n')
  await expect(createFileSink(path.join(directory, 'missing', 'out'))).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: expect.stringContaining('missing') as string,
  })
})
