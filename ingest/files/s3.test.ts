/** Against a small server that answers what storages answer; `scripts/import/s3.e2e.test.ts` asks a real one. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type S3Config, loadS3Config } from './config.ts'
import { fetchObject, listObjects } from './s3.ts'
import { encodeKey, signedHeaders } from './s3-sign.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-s3-'))
let answer: (request: IncomingMessage, response: ServerResponse) => void
const seen: string[] = []
const server = createServer((request, response) => {
  seen.push(`${request.url ?? ''} ${request.headers.range ?? ''}`.trim())
  answer(request, response)
})
let config: S3Config

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  config = loadS3Config({
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_ACCESS_KEY_ID: 'id',
    S3_SECRET_ACCESS_KEY: 'a-secret',
  })
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  seen.length = 0
})

const place = () => ({ endpoint: config.endpoint ?? '', bucket: 'hist', key: 'x.csv' })
const refuse = (status: number, code: string, more = '') => {
  answer = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(`<Error><Code>${code}</Code>${more}</Error>`)
  }
}

test('a signature is the one of the documented example', () => {
  const url = new URL('https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J')
  const { authorization } = signedHeaders('GET', url, {
    login: { keyId: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    region: 'us-east-1',
    nowMs: Date.UTC(2013, 4, 24),
  })
  expect(authorization).toContain('/20130524/us-east-1/s3/aws4_request')
  expect(authorization).toContain('Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')
  expect(encodeKey("a b/ü+(1)'.csv")).toBe('a%20b/%C3%BC%2B%281%29%27.csv')
})

test.each([
  [403, 'AccessDenied', '', 'S3_DENIED', /S3_ACCESS_KEY_ID/],
  [403, 'SignatureDoesNotMatch', '', 'S3_DENIED', /SignatureDoesNotMatch/],
  [404, 'NoSuchBucket', '', 'S3_NOT_FOUND', /NoSuchBucket/],
  [400, 'AuthorizationHeaderMalformed', '<Region>eu-central-1</Region>', 'S3_REGION', /S3_REGION=eu-central-1/],
  [301, 'PermanentRedirect', '', 'S3_REGION', /S3_REGION/],
])('a refusal %i %s %s says what to do', async (status, code, more, expected, words) => {
  refuse(status, code, more)
  const listing = listObjects(place(), config)
  await expect(listing).rejects.toMatchObject({ code: expected })
  await expect(listing).rejects.toThrow(words)
  await expect(listing).rejects.not.toThrow(/a-secret/)
})

test('a listing is read to its last page', async () => {
  const page = (keys: string[], more: string): string =>
    `<R>${keys.map((key) => `<Contents><Key>${key}</Key><Size>3</Size><ETag>&quot;e&quot;</ETag></Contents>`).join('')}${more}</R>`
  answer = (request, response) =>
    response.end(
      request.url?.includes('continuation-token=t%2F1') === true
        ? page(['in/c &amp; d.csv', 'in/e.txt'], '<IsTruncated>false</IsTruncated>')
        : page(
            ['in/', 'in/a.csv', 'in/sub/b.csv'],
            '<IsTruncated>true</IsTruncated><NextContinuationToken>t/1</NextContinuationToken>',
          ),
    )
  const found = await listObjects({ ...place(), key: 'in/*.csv' }, config)
  expect(found.map(({ key, bytes, etag }) => [key, bytes, etag])).toEqual([
    ['in/a.csv', 3, 'e'],
    ['in/c & d.csv', 3, 'e'],
  ])
})

test('a connection that breaks is taken up where it broke', async () => {
  const content = 'x'.repeat(100_000)
  let times = 0
  answer = (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from })
    times += 1
    if (times > 2) return response.end(content.slice(from))
    response.write(content.slice(from, from + 30_000), () => setTimeout(() => response.destroy(), 50))
    return undefined
  }
  const file = join(folder, 'fetched')
  await fetchObject({ ...place(), bytes: content.length, etag: 'e' }, file, config)
  expect(readFileSync(file, 'utf8')).toBe(content)
  expect(seen).toEqual(['/hist/x.csv', '/hist/x.csv bytes=30000-', '/hist/x.csv bytes=60000-'])
})

test('an object that was replaced meanwhile is not mixed with what it was', async () => {
  refuse(412, 'PreconditionFailed')
  await expect(fetchObject({ ...place(), bytes: 5, etag: 'old' }, join(folder, 'replaced'), config)).rejects.toThrow(
    /replaced/,
  )
})
