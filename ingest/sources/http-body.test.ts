import { Readable } from 'node:stream'
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readHttpBody } from './http-body.ts'
import { createByteBudget } from './http-budget.ts'

const MB = 1024 * 1024
const text = Buffer.from('{"a":1}\n'.repeat(1_000))
const read = (bytes: Buffer | Readable, encoding?: string, limit = MB) =>
  readHttpBody(bytes instanceof Readable ? bytes : Readable.from([bytes]), { encoding, limit })

test.each([
  ['as it is', text, undefined],
  ['identity', text, 'identity'],
  ['gzip', gzipSync(text), 'gzip'],
  ['gzip in capitals', gzipSync(text), ' GZIP '],
  ['x-gzip', gzipSync(text), 'x-gzip'],
  ['deflate', deflateSync(text), 'deflate'],
  ['br', brotliCompressSync(text), 'br'],
] as const)('%s', async (_name, bytes, encoding) => {
  expect(await read(bytes, encoding)).toEqual({ kind: 'read', bytes: text })
})

test('two gzip members after one another are one body', async () => {
  expect(await read(Buffer.concat([gzipSync('ab'), gzipSync('cd')]), 'gzip')).toEqual({
    kind: 'read',
    bytes: Buffer.from('abcd'),
  })
})

describe('refused with a reason', () => {
  test.each([
    ['cut off', gzipSync(text).subarray(0, 30), 'gzip', 400, 'ended early'],
    ['not what it says', text, 'gzip', 400, 'content-encoding'],
    ['unknown', text, 'compress', 415, 'content-encoding of gzip'],
    ['twice', gzipSync(gzipSync(text)), 'gzip, gzip', 415, 'one content-encoding'],
    ['too long', Buffer.alloc(MB + 1), undefined, 413, 'more than'],
    ['too long unpacked', gzipSync(Buffer.alloc(MB + 1)), 'gzip', 413, 'unpacked'],
  ] as const)('%s', async (_name, bytes, encoding, status, words) => {
    expect(await read(bytes, encoding)).toMatchObject({
      kind: 'rejected',
      status,
      reason: expect.stringContaining(words) as string,
    })
  })

  test('a connection that breaks', async () => {
    const stream = new Readable({ read() {} })
    const reading = read(stream)
    stream.push('{"a"')
    stream.destroy(new Error('aborted'))
    expect(await reading).toMatchObject({ status: 400 })
  })

  test('a connection that breaks inside compressed bytes', async () => {
    const stream = new Readable({ read() {} })
    const reading = read(stream, 'gzip')
    stream.push(gzipSync(text).subarray(0, 20))
    stream.destroy(new Error('aborted'))
    expect(await reading).toMatchObject({ status: 400 })
  })
})

test('a bomb is stopped while it is unpacked, without its size in memory', { timeout: 60_000 }, async () => {
  // 4 GB of zeros in 4 MB: read to the end it would take seconds, unpacked at once it would not fit.
  const zeros = Buffer.alloc(MB)
  let sent = 0
  const bomb = Readable.from(
    (function* () {
      for (let n = 0; n < 4_096; n += 1) {
        sent += 1
        yield zeros
      }
    })(),
  ).pipe(createGzip({ level: 9 }))
  const before = process.memoryUsage.rss()
  const startedAt = performance.now()
  expect(await read(bomb, 'gzip', 8 * MB)).toMatchObject({ status: 413 })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MB)
  expect(sent).toBeLessThan(4_096)
  bomb.destroy()
})

test('compressed bytes that unpack to nothing are limited too', async () => {
  const empty = gzipSync('')
  const endless = Readable.from(
    (function* () {
      for (let n = 0; n < 10_000; n += 1) yield Buffer.concat(Array.from({ length: 100 }, () => empty))
    })(),
  )
  expect(await read(endless, 'gzip', MB)).toMatchObject({ status: 413 })
})

test('all bodies together stay within one budget, which is free again afterwards', async () => {
  const budget = createByteBudget(2 * MB)
  const slow = new Readable({ read() {} })
  const held = readHttpBody(slow, { encoding: undefined, limit: 4 * MB, budget })
  slow.push(Buffer.alloc(1.5 * MB))
  await new Promise((resolve) => setImmediate(resolve))
  const other = () => readHttpBody(Readable.from([Buffer.alloc(MB)]), { encoding: undefined, limit: MB, budget })
  expect(await other()).toMatchObject({ status: 429 })
  slow.push(null)
  expect(await held).toMatchObject({ kind: 'read' })
  expect(await other()).toMatchObject({ kind: 'read' })
})
