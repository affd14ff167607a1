/** The same table as every file, read back by readers that know nothing of ours. */
import { tableFromIPC } from 'apache-arrow'
import { strFromU8, unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { streamTable, writeTable } from './formats.ts'
import { type Table, metricTable } from './table.ts'
import { createXlsx } from './xlsx.ts'

const table: Table = {
  name: 'anomalies_opened_by_a_name_that_is_long',
  columns: [
    { name: 'order_no', type: 'text' },
    { name: 'opened_at', type: 'instant' },
    { name: 'amount', type: 'money' },
    { name: 'currency', type: 'code' },
    { name: 'hours', type: 'number' },
  ],
  rows: [
    ['=SUM(A1:A9)', '2026-11-20T08:30:00.250Z', -12_345, 'CNY', 1.5],
    ['订单 "甲", ☃ 𝄞\n<b>&', null, 1_500, 'JPY', -3],
    ['nul\0 half\uD800', '2026-01-01T00:00:00.000Z', null, 'KWD', null],
  ],
  facts: { metric: 'anomalies_opened', as_of: '2026-11-20T09:00:00.000Z' },
}

/** A part of the workbook, as text. */
const part = (bytes: Buffer, name: string): string => strFromU8(unzipSync(bytes)[name] ?? new Uint8Array())

test('a workbook has typed cells: no text is a formula, amounts are numbers in major units, instants are dates', () => {
  const bytes = writeTable(table, 'xlsx')
  const sheet = part(bytes, 'xl/worksheets/sheet1.xml')
  expect(sheet).not.toMatch(/<f[ >]/)
  expect(sheet).toContain('=SUM(A1:A9)')
  expect(sheet).toContain('订单 "甲", ☃ 𝄞\n&lt;b&gt;&amp;')
  expect(sheet).toContain('>nul half</t>')
  expect(sheet).toContain('<v>-123.45</v>')
  expect(sheet).toContain('<v>1500</v>')
  // 2026-11-20 08:30 as days since the end of 1899.
  expect(sheet).toMatch(/<v>46346\.3541/)
})

test('an Arrow stream has whole minor units, instants in UTC and what is true of all of it', () => {
  const read = tableFromIPC(writeTable(table, 'arrow'))
  expect(read.schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual([
    'order_no Utf8',
    'opened_at Timestamp<MILLISECOND, UTC>',
    'amount Int64',
    'currency Utf8',
    'hours Float64',
  ])
  expect(Object.fromEntries(read.schema.metadata)).toEqual(table.facts)
  expect(read.toArray().map((row) => Object.values(row?.toJSON() ?? {}))).toEqual([
    ['=SUM(A1:A9)', Date.UTC(2026, 10, 20, 8, 30, 0, 250), -12_345n, 'CNY', 1.5],
    ['订单 "甲", ☃ 𝄞\n<b>&', null, 1_500n, 'JPY', -3],
    ['nul\0 half\uFFFD', Date.UTC(2026, 0, 1), null, 'KWD', null],
  ])
})

test.each(['csv', 'xlsx', 'arrow'] as const)('a table without rows can be had as %s', (format) => {
  expect(writeTable({ ...table, rows: [] }, format).length).toBeGreaterThan(0)
  expect(writeTable({ name: 'x', columns: [], rows: [], facts: {} }, format).length).toBeGreaterThan(0)
})

test('an answer is a table of its keys, the value with its currency, and what it was measured over', () => {
  const result = metricTable({
    metric: 'money_lost',
    unit: 'money',
    currency: 'CNY',
    keys: ['bucket', 'channel'],
    rows: [
      { keys: ['2026-11-20T00:00:00.000Z', 'tmall'], value: 1_250, n: 3 },
      { keys: ['2026-11-20T00:00:00.000Z', null], value: null, n: 0 },
    ],
    as_of: '2026-11-21T00:00:00.000Z',
    truncated: false,
  })
  expect(writeTable(result, 'csv').toString()).toBe(
    '\uFEFFbucket,channel,value,currency,n\r\n2026-11-20T00:00:00.000Z,tmall,12.50,CNY,3\r\n2026-11-20T00:00:00.000Z,,,CNY,0\r\n',
  )
  expect(result.facts).toEqual({
    metric: 'money_lost',
    unit: 'money',
    currency: 'CNY',
    as_of: '2026-11-21T00:00:00.000Z',
    truncated: 'false',
  })
})

test.each(['csv', 'arrow', 'xlsx'] as const)(
  '%s says the same whether it is written at once or as rows come',
  async (format) => {
    async function* batches(): AsyncGenerator<Table['rows']> {
      yield table.rows.slice(0, 1)
      yield []
      yield table.rows.slice(1)
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of streamTable(table, batches(), format)) chunks.push(chunk)
    const streamed = Buffer.concat(chunks)
    const read = (bytes: Buffer): unknown => {
      if (format === 'arrow')
        return tableFromIPC(bytes)
          .toArray()
          .map((row) => row?.toJSON())
      return format === 'xlsx' ? part(bytes, 'xl/worksheets/sheet1.xml') : bytes.toString()
    }
    expect(read(streamed)).toEqual(read(writeTable(table, format)))
  },
)

test('a sheet that is full goes on in the next, under the same header, by a name that no program refuses', () => {
  const writer = createXlsx({ ...table, name: "a'b/[x]*?" }, 3)
  const bytes = Buffer.concat([writer.begin(), writer.rows([...table.rows, ...table.rows]), writer.end()])
  const rowsOf = (sheet: number) => part(bytes, `xl/worksheets/sheet${sheet}.xml`).match(/<row>/g)?.length
  expect([rowsOf(1), rowsOf(2), rowsOf(3)]).toEqual([3, 3, 3])
  expect(part(bytes, 'xl/workbook.xml')).toContain('<sheet name="a_b__x___ 3" sheetId="3" r:id="rId3"/>')
  expect(part(bytes, 'xl/worksheets/sheet3.xml')).toContain('order_no')
})
