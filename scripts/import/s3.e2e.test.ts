/** The whole command against real S3-compatible storage: keys, patterns, resuming, and what it says when it may not read. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFileEngine } from '#ingest/files/engine.ts'
import { type S3Login, type S3Service, startS3 } from '../services/s3.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-s3-'))
const command = join(import.meta.dirname, '../import.ts')
let s3: S3Service
/** Not looked at before the storage is told to. */
let login: S3Login = { keyId: 'anybody', secret: 'any-secret-at-all' }

const HEADER = 'id,source,type,order_id,time,channel,currency,buyer_id\n'
const lines = (from: number, n: number): string =>
  Array.from(
    { length: n },
    (_, at) => `s-${from + at},/history,order.created,S-${from + at},2024-02-03T04:05:06Z,web,CNY,b\n`,
  ).join('')

beforeAll(async () => {
  const files: Record<string, string | Buffer> = {
    '2024/01/orders.csv': HEADER + lines(0, 300),
    '2024/02/orders ü+2.csv.gz': gzipSync(HEADER + lines(300, 3_000)),
    '2024/02/ragged.csv': `${HEADER}${lines(90_000, 1)}short,row\n`,
    'top.csv': HEADER + lines(95_000, 5),
    'notes.txt': 'nothing to import',
  }
  for (const [key, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'bucket', key)), { recursive: true })
    writeFileSync(join(folder, 'bucket', key), content)
  }
  const engine = await openFileEngine(null)
  await engine.rows(
    `insert into function file({path:String}, 'Parquet') select 's-' || toString(number + 80000) as id, '/history' as source, 'order.created' as type,
      'S-' || toString(number + 80000) as order_id, toDateTime64('2024-02-03 04:05:06', 3, 'UTC') as time, 'web' as channel, 'CNY' as currency, 'b' as buyer_id from numbers(1000)`,
    { path: join(folder, 'bucket/2024/03.parquet') },
  )
  await engine.close()
  s3 = await startS3(folder)
  await s3.upload(join(folder, 'bucket'), 'history')
})
afterAll(async () => {
  await s3.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const settings = {
    ORDERLENS_DATA: join(folder, 'data'),
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: login.keyId,
    S3_SECRET_ACCESS_KEY: login.secret,
  }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', command, 'files', ...args],
      { env: { ...process.env, ...settings, ...env } },
      (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    )
  })
}

test('a dry run of a pattern shows events and the ragged row, and makes no data folder', async () => {
  const { code, out } = await run(['s3://history/2024/**', '--mapping', 'events', '--dry-run'])
  expect(out).toContain('conserved   4302 rows = 4301 events + 1 dead letters + 0 set aside')
  expect(out).toMatch(/ragged_row: expected 8 fields.*\n +at s3:\/\/history\/2024\/02\/ragged.csv:2/)
  expect(code).toBe(0)
})

test('objects land under their keys; a second run fetches them again and adds nothing', async () => {
  const args = ['s3://history/2024/**', '--mapping', 'events']
  const first = await run(args)
  expect(first.out).toContain('4302 rows landed: 4301 events, 1 dead letters, 0 set aside')
  expect(first.err).toMatch(/100 % {2}[\d,]+ rows/)
  const second = await run(args)
  expect(second.out).toContain('0 rows landed (4302 were landed before): 4301 events')
  expect(second.err).toContain('s3://history/2024/02/orders ü+2.csv.gz: 3000 rows were landed before')
})

test('an address with its own host is the same storage', async () => {
  const { out } = await run([`${s3.url}/history/2024/01/orders.csv`, '--mapping', 'events', '--dry-run'], {
    S3_ENDPOINT: '',
  })
  expect(out).toContain('conserved   300 rows = 300 events')
})

test.each([
  ['another bucket', 's3://no-such-bucket/**', /S3_NOT_FOUND.*NoSuchBucket/],
  ['no match', 's3://history/2025/**', /NO_MATCH/],
  ['an ending that says nothing', 's3://history/notes*', /FORMAT_UNKNOWN.*--format/],
])('%s is said', async (_, address, words) => {
  const { code, err } = await run([address, '--mapping', 'events', '--dry-run'])
  expect(code).toBe(1)
  expect(err).toMatch(words)
})

describe('where keys are checked', () => {
  beforeAll(async () => {
    login = await s3.requireLogin()
  })

  test('a good key reads', async () => {
    const { out } = await run(['s3://history/top.csv', '--mapping', 'events', '--dry-run'])
    expect(out).toContain('conserved   5 rows = 5 events')
  })

  test.each([
    ['a wrong secret', { S3_SECRET_ACCESS_KEY: 'not-the-secret' }, /S3_DENIED.*SignatureDoesNotMatch/],
    ['an unknown key', { S3_ACCESS_KEY_ID: 'UNKNOWN-KEY' }, /S3_DENIED.*InvalidAccessKeyId/],
    ['nobody there', { S3_ENDPOINT: 'http://127.0.0.1:9' }, /S3_UNREACHABLE/],
  ])('%s is said, without the secret', async (_, env, words) => {
    const { code, err, out } = await run(['s3://history/top.csv', '--mapping', 'events', '--dry-run'], env)
    expect(code).toBe(1)
    expect(err).toMatch(words)
    for (const secret of [login.secret, 'not-the-secret']) expect(err + out).not.toContain(secret)
  })
})

test('the storage itself was not written to', () => {
  expect(readFileSync(join(folder, 's3.log'), 'utf8')).not.toMatch(/(DELETE|POST) \/history\/2024/)
})
