/** Every format in every compression the engine writes, and what is wrong with files, read by the engine itself. */
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadS3Config } from './config.ts'
import { type FileEngine, openFileEngine } from './engine.ts'
import type { FileFormat } from './kinds.ts'
import { locateFiles } from './locate.ts'
import { type ReadOptions, inspect, prepare } from './prepare.ts'
import { LONGEST_ROW, type Row, readChunks } from './rows.ts'
import { type Spool, openSpool } from './spool.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-reading-'))
const s3 = loadS3Config({})
let engine: FileEngine
let spool: Spool

beforeAll(async () => {
  engine = await openFileEngine(null)
  spool = await openSpool(join(folder, 'spool'))
})
afterAll(async () => {
  await spool.close()
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const make = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

async function read(
  path: string,
  options: ReadOptions = {},
  format?: FileFormat,
): Promise<{ rows: Row[]; notes: readonly string[] }> {
  const [file] = await locateFiles([path], { s3, ...(format && { format }) })
  if (file === undefined) throw new Error('located nothing')
  await inspect(file)
  const prepared = await prepare(file, { engine, spool, s3, options })
  const rows: Row[] = []
  for await (const chunk of readChunks(prepared, { rows: 2, bytes: 1e6 })) rows.push(...chunk.rows)
  await prepared.discard()
  return { rows, notes: prepared.notes }
}
const values = async (path: string, options?: ReadOptions): Promise<unknown[]> =>
  (await read(path, options)).rows.map((row) => (row.problem === '' ? JSON.parse(row.value.toString()) : row.problem))

const SELECT = `select 9007199254740993 + number as n, toString(number) as id, toDecimal64(12.34, 2) as price, toDateTime64('2026-09-01 04:05:06.789', 3, 'UTC') as at,
  toDate('2026-09-01') as day, if(number = 1, null, 'x,"y"\\n浙') as text, number = 0 as yes, [1, 2] as list, nan as nothing from numbers(3)`
const typed = (n: number) => ({
  n: 9007199254740992, // JSON.parse rounds; the text is looked at below
  id: String(n),
  price: '12.34',
  at: expect.stringMatching(/^2026-09-01T04:05:06\.7890*Z$/),
  day: expect.stringMatching(/^2026-09-01/),
  text: n === 1 ? null : 'x,"y"\n浙',
  yes: expect.anything(),
  list: [1, 2],
  nothing: null,
})

describe('each format in each compression gives its rows', () => {
  const packings = ['', '.gz', '.zst', '.lz4', '.xz', '.br']
  const text: [string, string][] = [
    ['csv', 'CSVWithNames'],
    ['tsv', 'CSVWithNames'],
    ['ndjson', 'JSONEachRow'],
    ['json', 'JSONEachRow'],
  ]
  test.each(
    packings.flatMap((packing) => text.map(([ending, format]) => [`${ending}${packing}`, format, ending] as const)),
  )('rows.%s', async (name, format, ending) => {
    const path = join(folder, `rows.${name}`)
    const settings = `output_format_json_array_of_rows = ${ending === 'json' ? 1 : 0}, format_csv_delimiter = '${ending === 'tsv' ? '\t' : ','}'`
    await engine.rows(
      `insert into function file({path:String}, '${format}') settings ${settings} select toString(number) as id, 'a,"b"\\n浙' as text from numbers(5)`,
      { path },
    )
    expect(await values(path)).toEqual([0, 1, 2, 3, 4].map((n) => ({ id: String(n), text: 'a,"b"\n浙' })))
  })

  test.each([
    ['parquet', 'Parquet'],
    ['arrow', 'Arrow'],
    ['arrows', 'ArrowStream'],
    ['stream.arrow', 'ArrowStream'],
    ['orc', 'ORC'],
    ['arrow.gz', 'Arrow'],
    ['parquet.zst', 'Parquet'],
  ])('typed.%s', async (name, format) => {
    const path = join(folder, `typed.${name}`)
    await engine.rows(`insert into function file({path:String}, '${format}') ${SELECT}`, { path })
    const { rows } = await read(path)
    expect(rows.map((row) => JSON.parse(row.value.toString()) as unknown)).toMatchObject(
      [0, 1, 2].map((n) => ({ ...typed(n), n: expect.any(Number) })),
    )
    expect(rows[0]?.value.toString()).toContain('"n":9007199254740993')
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3])
  })

  test('Parquet of several row groups keeps its order', async () => {
    const path = join(folder, 'many.parquet')
    await engine.rows(
      `insert into function file({path:String}, 'Parquet') settings output_format_parquet_row_group_size = 1000 select number as n from numbers(20000)`,
      { path },
    )
    const { rows } = await read(path)
    expect(rows.map((row) => row.value.toString())).toEqual(Array.from({ length: 20_000 }, (_, n) => `{"n":${n}}`))
  })
})

describe('JSON', () => {
  test('an array, objects one after the other, rows inside a document, lines under the ending .json', async () => {
    expect(await values(make('array.json', '\uFEFF[ {"a":\n 1},\n{"a":"]"}]'))).toEqual([{ a: 1 }, { a: ']' }])
    expect(await values(make('sequence.json', '{"a":1}{"a":2}\n{"a":3}'))).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
    const wrapped = make('wrapped.json', '{"result":{"items":[{"a":1},{"a":2}]}}')
    expect(await values(wrapped, { rowsAt: ['result', 'items'] })).toEqual([{ a: 1 }, { a: 2 }])
    expect(await values(wrapped)).toHaveLength(1)
    await expect(read(wrapped, { rowsAt: ['orders'] })).rejects.toThrow(/no array with rows at orders/)
    expect(await values(make('lines.json', '{"a":1}\nbroken\n{"a":3}'.replace('broken', '{"a":2}')))).toHaveLength(3)
  })

  test('a line is its bytes, whatever they are, so that nothing is lost before it is judged', async () => {
    const { rows } = await read(
      make('odd.ndjson', '\uFEFF{"n":12345678901234567890.10}\r\n\n  \nnot json\n{"a":1,"a":2}'),
    )
    expect(rows.map((row) => [row.number, row.value.toString()])).toEqual([
      [1, '{"n":12345678901234567890.10}'],
      [2, 'not json'],
      [3, '{"a":1,"a":2}'],
    ])
  })

  test('a document that ends in the middle is refused, with the row', async () => {
    await expect(read(make('cut.json', '[{"a":1},{"a":2'))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      message: expect.stringMatching(/behind row 2/),
    })
  })
})

describe('CSV', () => {
  test('ragged rows, broken quotes and foreign bytes cost their own row', async () => {
    const bytes = Buffer.from('id;name\n1;a\n2\n3;c;d\n4;"e\n5;"f;g"\n6;\xff\n7;h\n', 'latin1')
    // Far behind the head that is looked at first, the encoding is a matter of the row.
    const filler = '0;x\n'.repeat(20_000)
    const path = make('ragged.csv', Buffer.concat([Buffer.from('id;name\n'), Buffer.from(filler), bytes.subarray(8)]))
    const { rows, notes } = await read(path)
    expect(notes).toEqual([expect.stringContaining('separated by ";"')])
    expect(rows.slice(20_000).map((row) => row.problem.replace(/:.*/, '') || row.value.toString())).toEqual([
      '{"id":"1","name":"a"}',
      'ragged_row',
      'ragged_row',
      'broken_quotes',
      '{"id":"5","name":"f;g"}',
      'invalid_utf8',
      '{"id":"7","name":"h"}',
    ])
    expect(rows[20_001]?.problem).toBe('ragged_row: expected 2 fields as in the first line, found 1 (line 20003)')
    expect(rows[20_001]?.value.toString()).toBe('2')
  })

  test('a byte order mark and empty names are no trouble; a header alone has no rows', async () => {
    expect(await values(make('mark.csv', '\uFEFF"id",\r\n1,2\r\n'))).toEqual([{ id: '1', column_2: '2' }])
    expect(await values(make('header.csv', 'id,name\n'))).toEqual([])
  })

  test.each([
    ['twice.csv', 'id,name,id\n1,2,3\n', {}, 'HEADER', /column id is there twice/],
    ['wrong.csv', 'id;name\n1;2\n', { delimiter: ',' }, 'HEADER', /use --delimiter ";"/],
    ['quotes.csv', '"id,name\n1,2\n', {}, 'HEADER', /first line do not pair up/],
    ['blank.csv', '\n\n  \n', {}, 'FILE_EMPTY', /nothing in it/],
    ['utf16.csv', Buffer.from('\uFEFFid,name\n1,é\n', 'utf16le'), {}, 'ENCODING', /--encoding utf-16le/],
    ['plain16.csv', Buffer.from('id,name\n1,2\n', 'utf16le'), {}, 'ENCODING', /UTF-16LE/],
    ['latin.csv', Buffer.from('id,name\n1,\xe9\n', 'latin1'), {}, 'ENCODING', /windows-1252/],
    ['mac.csv', 'id,name\r1,2\r', {}, 'ENCODING', /carriage returns/],
    ['unknown.csv', 'id\n1\n', { encoding: 'klingon' }, 'ENCODING', /not known/],
  ])('%s is refused', async (name, content, options, code, words) => {
    const reading = read(make(name, content), options)
    await expect(reading).rejects.toMatchObject({ code })
    await expect(reading).rejects.toThrow(words)
  })

  test.each([
    ['utf-16le', Buffer.from('\uFEFFid,name\n1,浙é\n', 'utf16le'), '浙é'],
    ['windows-1252', Buffer.from('id,name\n1,\x80\xe9\n', 'latin1'), '€é'],
    ['gb18030', Buffer.from([...Buffer.from('id,name\n1,'), 0xd5, 0xe3, 0x0a]), '浙'],
  ])('a file in %s is read when it is said to be', async (encoding, content, name) => {
    expect(await values(make(`${encoding}.csv`, content), { encoding })).toEqual([{ id: '1', name }])
  })
})

test('rows that are too long are told and the others are read', async () => {
  const long = `{"x":"${'y'.repeat(LONGEST_ROW)}"}`
  const { rows } = await read(make('long.ndjson', `{"a":1}\n${long}\n{"a":3}\n`))
  expect(rows.map((row) => row.problem.replace(/:.*/, ''))).toEqual(['', 'row_too_long', ''])
  expect(rows[1]?.value.length).toBeLessThan(5_000)
  const { rows: inside } = await read(make('long.json', `[{"a":1},${long},{"a":3}]`))
  expect(inside.map((row) => row.problem.replace(/:.*/, ''))).toEqual(['', 'row_too_long', ''])
})

describe('damaged files are refused whole', () => {
  test('a gzip file that was cut, and one that is none', async () => {
    const path = join(folder, 'cut.ndjson.gz')
    await engine.rows(
      "insert into function file({path:String}, 'JSONEachRow') select number as n, randomPrintableASCII(50) as t from numbers(100000)",
      { path },
    )
    truncateSync(path, 1_000_000)
    const reading = read(path)
    await expect(reading).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    await expect(reading).rejects.toThrow(/not copied completely/)
    await expect(read(make('none.csv.gz', 'id,name\n'))).rejects.toThrow(/named .gz/)
  })

  test('Parquet that was cut, overwritten inside, or is something else', async () => {
    const path = join(folder, 'whole.parquet')
    await engine.rows(
      "insert into function file({path:String}, 'Parquet') settings output_format_parquet_compression_method='zstd' select number as n, randomPrintableASCII(50) as t from numbers(100000)",
      { path },
    )
    const whole = readFileSync(path)
    await expect(read(make('cut.parquet', whole.subarray(0, 100_000)))).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    const scratched = Buffer.from(whole)
    scratched.fill(0x55, 1_000_000, 1_200_000)
    await expect(read(make('scratched.parquet', scratched))).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    await expect(read(make('none.parquet', 'id,name\n'))).rejects.toThrow(/does not begin with PAR1/)
  })

  test('a file that is packed although its name does not say so is read', async () => {
    const path = join(folder, 'named.ndjson.gz')
    await engine.rows("insert into function file({path:String}, 'JSONEachRow') select 1 as a", { path })
    const { rows, notes } = await read(make('unnamed.ndjson', readFileSync(path)))
    expect([rows.length, notes[0]]).toEqual([1, expect.stringContaining('packed as gz')])
  })
})

test('names with the characters of a pattern are read as they stand, and nothing stays in the spool', async () => {
  make('s1.csv', 'id\n1\n')
  expect(await values(make('s*{1,2}?.csv', 'id\n2\n'))).toEqual([{ id: '2' }])
  expect(readdirSync(spool.folder)).toEqual([])
  appendFileSync(join(spool.folder, 'left'), 'x')
  expect(basename(spool.folder)).toMatch(/^import-\d+-/)
})
