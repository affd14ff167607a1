import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readCsv } from './csv.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-csv-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function records(text: string | Buffer, delimiter = ',', longest = 1 << 24) {
  const path = join(folder, 'file.csv')
  writeFileSync(path, text)
  const found = []
  for await (const record of readCsv(path, delimiter, longest)) found.push(record)
  return found
}
const fields = async (text: string | Buffer, delimiter = ',') =>
  (await records(text, delimiter)).map((record) => record.fields ?? record.bytes.toString())

describe('a CSV file of any size is cut into records', () => {
  test('whatever ends its lines, with or without a byte order mark and a last line end', async () => {
    expect(await fields('\uFEFFa,b\r\n1,2\n\n3,4')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ])
    expect(await fields('\uFEFF"a";"b"\r\n', ';')).toEqual([['a', 'b']])
    expect(await fields('a,b\r\n1,"2"\r')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })

  test('a quoted field may hold delimiters, quotes and line ends', async () => {
    expect(await fields('a,b\n"1,""x""\r\ny",2\n,""\n')).toEqual([
      ['a', 'b'],
      ['1,"x"\r\ny', '2'],
      ['', ''],
    ])
  })

  test('broken quotes cost their own line only', async () => {
    expect(await fields('1,"open\n2,two\n3,"x"y\n4,"four"\n')).toEqual([
      '1,"open',
      ['2', 'two'],
      '3,"x"y',
      ['4', 'four'],
    ])
  })

  test('a record knows its first line, and how far the file is read', async () => {
    const text = 'a\n"x\ny"\n\nz'
    const found = await records(text)
    expect(found.map(({ line }) => line)).toEqual([1, 2, 5])
    expect(found.at(-1)?.at).toBe(text.length)
  })

  test('a record may cross the pieces a file is read in, wherever the cut is', async () => {
    const piece = 1 << 20
    for (const before of [piece - 4, piece - 3, piece - 2, piece - 1, piece]) {
      const filler = `${'x'.repeat(before - 1)}\n`
      expect((await fields(`${filler}"1""2",é\r\n"3",4\n`)).slice(1)).toEqual([
        ['1"2', 'é'],
        ['3', '4'],
      ])
    }
  })

  test('a record that is too long is cut and told, and the next one is whole', async () => {
    const found = await records(`a,b\n${'y'.repeat(5_000)},1\n2,3\n`, ',', 1_000)
    expect(found.map(({ fault, bytes }) => [fault, bytes.length])).toEqual([
      [null, 3],
      ['too_long', 1_000],
      [null, 3],
    ])
    const endless = await records(`a,b\n"${'y'.repeat(3 << 20)}\n2,3\n`)
    expect(endless.map(({ fault }) => fault)).toEqual([null, 'quotes', null])
  })
})
