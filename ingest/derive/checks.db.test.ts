/** Lengths, choices and ranges at their very edges: the statement and the schemas must draw the same line. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { eventContracts, parseEvent } from '../contracts/index.ts'
import { createLanding } from '../landing.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-checks-'))
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database: 'checks', readers: 1 })
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const withData = (type: string, data: Record<string, unknown>): string => {
  const example = eventContracts.get(type)?.example
  return JSON.stringify({ ...example, data: { ...example?.data, ...data } })
}
const order = (data: Record<string, unknown>) => withData('order.created', data)
const review = (data: Record<string, unknown>) => withData('review.submitted', data)

/** What a text of `n` characters looks like in JSON: plain, escaped, several bytes a character, outside the basic plane. */
const spellings = (n: number): string[] => ['a', '"', '\n', '\\', '浙', 'é'].map((character) => character.repeat(n))

const messages = [
  ...[1, 255, 256, 257, 300].flatMap(spellings).map((buyer_id) => order({ buyer_id })),
  ...[1, 7, 8, 9, 20].flatMap(spellings).map((buyer_phone_tail) => order({ buyer_phone_tail })),
  ...[4095, 4096, 4097].flatMap(spellings).map((buyer_name) => order({ buyer_name })),
  order({ buyer_id: '' }),
  order({ buyer_name: '' }),
  order({ shop_id: '', region: '' }),
  order({ unknown_field: 'x'.repeat(10_000) }),
  ...['CNY', 'cny', 'CN', 'CNYY', ' CNY'].map((currency) => order({ currency })),
  ...[-1, 0, 5, 10, 11].map((score) => review({ score })),
]

test('each message is judged by the statement as it is by its schema', async () => {
  const landing = await createLanding(warehouse)
  await landing.land({
    topic: 'edges',
    partition: 0,
    epoch: '1',
    format: 'cloudevents',
    messages: messages.map((text, index) => ({
      offset: BigInt(index),
      key: null,
      value: Buffer.from(text),
      brokerAtMs: 0,
    })),
  })
  await landing.settled()
  const dead = await warehouse.queryRows(
    'select toUInt32(offset) as offset, reason, detail from dead_letters final order by offset',
  )
  const events = await warehouse.queryRows('select toUInt32(offset) as offset from events final')
  expect(dead.length + events.length).toBe(messages.length)

  const found = new Map(dead.map((row) => [Number(row['offset']), String(row['reason'])]))
  const disagreements = messages.flatMap((text, index) => {
    const outcome = parseEvent(text)
    const expected = outcome.kind === 'rejected' ? outcome.reason : 'accepted'
    const actual = found.get(index) ?? 'accepted'
    return expected === actual ? [] : [`${text.slice(0, 400)}: schema says ${expected}, statement says ${actual}`]
  })
  expect(disagreements).toEqual([])
  expect(dead.length).toBeGreaterThan(20)
})
