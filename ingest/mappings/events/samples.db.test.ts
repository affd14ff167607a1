import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EventFieldName, eventFields } from '../../contracts/fields.ts'
import { loadS3Config } from '../../files/config.ts'
import { type DryRun, dryRun } from '../../files/dry-run.ts'
import { type FileEngine, openFileEngine } from '../../files/engine.ts'
import { locateFiles } from '../../files/locate.ts'
import { type Spool, openSpool } from '../../files/spool.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-events-'))
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

async function look(name: string, content: string): Promise<DryRun> {
  writeFileSync(join(folder, name), content)
  const files = await locateFiles([join(folder, name)], { s3 })
  return dryRun({ files, format: 'events', options: {} }, { engine, spool, s3, mappings: [] })
}
const row = { id: 'e1', source: '/s', type: 'payment.succeeded', order_id: 'o1', time: '2026-01-02T03:04:05+08:00' }
const paid = { payment_id: 'p1', amount: 1250, currency: 'CNY' }

test('data is an object, its text, columns data.x, or plain columns; all the same event', async () => {
  const spellings = [
    { ...row, data: paid },
    { ...row, data: JSON.stringify(paid) },
    { ...row, 'data.payment_id': 'p1', 'data.amount': '1250', 'data.currency': 'CNY', 'data.method': '' },
    { ...row, payment_id: 'p1', amount: '1250', currency: 'CNY', method: null },
    {
      ...row,
      order_id: null,
      subject: 'order/o1',
      specversion: '1.0',
      data: { payment_id: 'p1', currency: 'CNY' },
      amount: 1250,
    },
  ]
  const { firstEvents, asEvents, repeated } = await look(
    'spellings.ndjson',
    spellings.map((one) => JSON.stringify(one)).join('\n'),
  )
  expect([asEvents, repeated]).toEqual([5, 4])
  for (const event of firstEvents)
    expect(event).toMatchObject({
      id: 'e1',
      type: 'payment.succeeded',
      subject: 'order/o1',
      time: '2026-01-01T19:04:05.000Z',
      data: { ...paid },
    })
})

test('numbers in text columns become text, lines may be text, unknown columns do no harm', async () => {
  const lines = [{ line_id: '1', sku: 's', name: 'n', quantity: 2, amount: 5 }]
  const order = {
    ...row,
    id: 17,
    order_id: 5001,
    type: 'order.created',
    sequence: 3,
    channel: 'web',
    currency: 'CNY',
    buyer_id: 88,
    order_no: 9007199254740993n.toString(),
    warehouse_row: 12.5,
    lines: JSON.stringify(lines),
  }
  const { firstEvents, problems } = await look('numbers.ndjson', JSON.stringify(order))
  expect(problems).toEqual([])
  expect(firstEvents[0]).toMatchObject({
    id: '17',
    subject: 'order/5001',
    data: {
      buyer_id: '88',
      order_no: '9007199254740993',
      lines: [expect.objectContaining({ quantity: 2, amount: 5 })],
    },
  })
})

test.each([
  ['missing id', { ...row, ...paid, id: '' }, 'missing_attribute', 'id is missing'],
  ['no order', { ...row, ...paid, order_id: '' }, 'missing_attribute', 'order/{order_id}'],
  ['part of a cent', { ...row, ...paid, amount: '12.50' }, 'wrong_type', 'data.amount: expected integer'],
  ['a time without a zone', { ...row, ...paid, time: '2026-01-02 03:04:05' }, 'wrong_type', 'RFC 3339'],
  ['data that is none', { ...row, data: 'free text' }, 'wrong_type', 'data: expected a JSON object'],
  ['data that is a list', { ...row, data: [1] }, 'wrong_type', 'data: expected a JSON object'],
  ['lines that are none', { ...row, type: 'order.updated', lines: 'two of those' }, 'wrong_type', 'lines'],
  ['an unknown type', { ...row, ...paid, type: 'payment.lost' }, 'unknown_event_type', 'payment.lost'],
  ['a list', [1, 2], 'not_object', 'found array'],
])('%s is a dead letter that says so', async (_, content, reason, words) => {
  const { problems, rows, asDeadLetters } = await look('wrong.ndjson', JSON.stringify(content))
  expect([rows, asDeadLetters]).toEqual([1, 1])
  expect(problems[0]).toMatchObject({ reason, detail: expect.stringContaining(words) })
})

test('the integers of the mapping are those of the contracts', () => {
  const sql = readFileSync(join(import.meta.dirname, 'map.sql'), 'utf8')
  const listed = /set integers = "([^"]+)"/.exec(sql)?.[1]?.replaceAll("'", '').split(',')
  const integers = (Object.keys(eventFields) as EventFieldName[]).filter((name) => eventFields[name].kind === 'integer')
  expect(listed?.sort()).toEqual([...integers].sort())
})
