import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadS3Config } from './config.ts'
import { FileError } from './errors.ts'
import { expandGlob, matchesGlob } from './glob.ts'
import { compressionOf, formatOf, kindOfName } from './kinds.ts'
import { locateFiles } from './locate.ts'
import { parseS3 } from './s3.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-names-'))
const s3 = loadS3Config({})

beforeAll(() => {
  for (const name of ['a.csv', 'b.csv.gz', 'c.txt', '.hidden.csv', 'odd[1]{x}*.csv', 'in/d.csv', 'in/deep/e.csv']) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), name.endsWith('.gz') ? Buffer.from([0x1f, 0x8b]) : 'id\n1\n')
  }
  writeFileSync(join(folder, 'empty.csv'), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const names = async (pattern: string): Promise<string[]> =>
  (await expandGlob(join(folder, pattern))).map((path) => path.slice(folder.length + 1))

test('a pattern names files as a shell would', async () => {
  expect(await names('?.csv*')).toEqual(['a.csv', 'b.csv.gz'])
  expect(await names('[!b].{csv,txt}')).toEqual(['a.csv', 'c.txt'])
  expect(await names('**/*.csv')).toEqual(['a.csv', 'empty.csv', 'in/d.csv', 'in/deep/e.csv', 'odd[1]{x}*.csv'])
  expect(await names('.h*')).toEqual(['.hidden.csv'])
  expect(await names('nothing/*')).toEqual([])
})

test('a key is matched with its slashes', () => {
  expect(matchesGlob('2026/09/x.csv', '2026/*/x.csv')).toBe(true)
  expect(matchesGlob('2026/09/x.csv', '2026/*.csv')).toBe(false)
  expect(matchesGlob('2026/09/x.csv', '2026/**.csv')).toBe(true)
  expect(matchesGlob('x.csv', '**/x.csv')).toBe(true)
  expect(matchesGlob('a+b(1).csv', 'a+b(1).c?v')).toBe(true)
})

describe('what was typed becomes files, or says why not', () => {
  test.each([
    ['nope.csv', 'FILE_NOT_FOUND', 'is not there'],
    ['in', 'IS_FOLDER', 'd.csv, deep'],
    ['*.parquet', 'NO_MATCH', 'Quote the pattern'],
    ['empty.csv', 'FILE_EMPTY', '0 bytes'],
    ['c.txt', 'FORMAT_UNKNOWN', '--format'],
  ])('%s: %s', async (name, code, words) => {
    const found = locateFiles([join(folder, name)], { s3 })
    await expect(found).rejects.toMatchObject({ code, retryable: false })
    await expect(found).rejects.toThrow(words)
  })

  test('a name with the characters of a pattern is that file; a file named twice is one', async () => {
    const found = await locateFiles([join(folder, 'odd[1]{x}*.csv'), join(folder, 'a.csv'), join(folder, 'a.*')], {
      s3,
    })
    expect(found.map(({ name }) => name)).toEqual(['odd[1]{x}*.csv', 'a.csv'])
  })
})

test('the name tells format and compression, the first bytes are believed more', () => {
  expect(kindOfName('Orders.CSV.GZ')).toEqual({ format: 'csv', compression: 'gz' })
  expect(kindOfName('2026.09.jsonl')).toEqual({ format: 'ndjson', compression: 'none' })
  expect(kindOfName('dump.zst', 'ndjson')).toEqual({ format: 'ndjson', compression: 'zst' })
  expect(() => kindOfName('orders.csv.bz2')).toThrow(/bunzip2/)
  expect(() => kindOfName('orders.xlsx')).toThrow(FileError)
  expect(() => kindOfName('orders')).toThrow(/no ending/)
  expect(compressionOf('x.csv', Buffer.from([0x1f, 0x8b, 8]), 'none')).toBe('gz')
  expect(() => compressionOf('x.csv.gz', Buffer.from('id,na'), 'gz')).toThrow(/named .gz/)
  expect(() => compressionOf('x.csv', Buffer.from('PK\u0003\u0004'), 'none')).toThrow(/unzip/)
  expect(formatOf('arrow', Buffer.from('ARROW1\0\0'))).toBe('arrow')
  expect(formatOf('arrow', Buffer.from([255, 255, 255, 255, 1, 0]))).toBe('arrowstream')
})

test('an address names endpoint, bucket and key', () => {
  const own = loadS3Config({ S3_ENDPOINT: 'http://127.0.0.1:9000/' })
  expect(parseS3('s3://hist/2026/*.csv', own)).toEqual({
    endpoint: 'http://127.0.0.1:9000',
    bucket: 'hist',
    key: '2026/*.csv',
  })
  expect(parseS3('s3://hist/x.csv', s3).endpoint).toBe('https://s3.us-east-1.amazonaws.com')
  expect(parseS3('https://store.example.com/hist/a%20b.csv', s3)).toEqual({
    endpoint: 'https://store.example.com',
    bucket: 'hist',
    key: 'a b.csv',
  })
  expect(parseS3('https://my.hist.s3.eu-west-1.amazonaws.com/a/b.csv', s3)).toEqual({
    endpoint: 'https://s3.eu-west-1.amazonaws.com',
    bucket: 'my.hist',
    key: 'a/b.csv',
  })
  expect(() => parseS3('s3://hist', s3)).toThrow(/s3:\/\/bucket\/key/)
})

test('settings are refused by name and never by value', () => {
  expect(() => loadS3Config({ S3_ENDPOINT: 'ftp://secret-host' })).toThrow(/^(?!.*secret-host).*S3_ENDPOINT/)
  expect(() => loadS3Config({ S3_SECRET_ACCESS_KEY: 'a-secret' })).toThrow(/^(?!.*a-secret).*S3_ACCESS_KEY_ID/)
})
