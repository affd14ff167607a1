/** A handful of orders that a search is asked for in every way, among hundreds of another region that look alike. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { createTicker } from '../tick.ts'
import { hostileTexts } from './hostile-text.ts'
import { type RowScope, unrestricted } from './request.ts'
import { type SearchFilters, noFilters } from './search-filters.ts'
import { lineOf, numberOf, wordsOf } from './search-text.ts'
import { searchOrders } from './search.ts'

const START = Date.UTC(2026, 8, 1)
const HOUR = 3_600_000
/** More than are looked at one by one. */
const FOREIGN = 400
const folder = mkdtempSync(join(tmpdir(), 'orderlens-search-'))
let warehouse: Warehouse

type Placed = {
  id: string
  hours: number
  order_no: string
  region: string
  buyer_name: string
  name: string
  amount: number
  more?: (readonly [type: string, data: Record<string, unknown>])[]
  data?: Record<string, unknown>
}

const own: Placed[] = [
  {
    id: 'o-1',
    hours: 1,
    order_no: 'SO-2026-000123',
    region: 'DE',
    buyer_name: '王小明',
    name: '无线蓝牙耳机 Pro',
    amount: 19_900,
    data: { buyer_id: 'B-88-901', buyer_phone_tail: '4321' },
    more: [
      ['payment.captured', { payment_id: 'pay_AB12CD34', amount: 19_900, currency: 'CNY' }],
      ['shipment.handed_over', { shipment_id: 'sp-1', tracking_no: 'SF 1234-567-890', carrier_code: 'sf' }],
      ['refund.created', { refund_id: 'RF/77/88', payment_id: 'pay_AB12CD34', amount: 100, currency: 'CNY' }],
      [
        'dispute.opened',
        { dispute_id: 'dp-1', payment_id: 'pay_AB12CD34', amount: 100, currency: 'CNY', status: 'needs_response' },
      ],
    ],
  },
  {
    id: 'o-2',
    hours: 2,
    order_no: 'X-2',
    region: 'DE',
    buyer_name: 'José Smith',
    name: 'Espresso machine deluxe',
    amount: 50_000,
  },
  {
    id: 'o-3',
    hours: 3,
    order_no: 'X-3',
    region: 'FR',
    buyer_name: 'Anna Smithson',
    name: 'Ｅspresso cup',
    amount: 900,
  },
  ...[1, 2, 3].map((n) => ({
    id: `c-own-${n}`,
    hours: 3 + n,
    order_no: `COMMON-9-${n}`,
    region: 'DE',
    buyer_name: 'Li Wei',
    name: 'Common mug',
    amount: 700,
    data: { buyer_phone_tail: '7777' },
  })),
]
const foreign: Placed[] = Array.from({ length: FOREIGN }, (_, n) => ({
  id: `c-us-${n}`,
  hours: 10 + n / 100,
  order_no: `COMMON-1-${n}`,
  region: 'US',
  buyer_name: 'Li Wei',
  name: 'Common mug',
  amount: 800,
  data: { buyer_phone_tail: '7777' },
}))

function envelopesOf({ id, hours, order_no, region, buyer_name, name, amount, more = [], data = {} }: Placed) {
  const line = { line_id: '1', sku: `sku-${name}`, name, quantity: 1, unit_price: amount, amount }
  const created = {
    order_no,
    channel: 'tmall',
    region,
    currency: 'CNY',
    buyer_id: `of ${id}`,
    buyer_name,
    amount_payable: amount,
    lines: [line],
  }
  return [['order.created', { ...created, ...data }] as const, ...more].map(([type, told], at) => ({
    specversion: '1.0',
    id: `${id}-${at}`,
    source: '/shop/tmall/oms',
    type,
    subject: `order/${id}`,
    time: new Date(START + (hours + at / 100) * HOUR).toISOString(),
    data: told,
  }))
}

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse'), readers: 4 })
  const landing = await createLanding(warehouse)
  const messages = [...own, ...foreign].flatMap(envelopesOf).map((envelope, index) => ({
    offset: BigInt(index),
    key: null,
    value: Buffer.from(JSON.stringify(envelope)),
    brokerAtMs: START,
  }))
  await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
  await landing.settled()
  await landing.close()
  await createTicker(warehouse, readProject()).tick(START + 30 * HOUR)
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const ask = (text: string, filters: Partial<SearchFilters> = {}, scope: RowScope = unrestricted) =>
  searchOrders(warehouse, { text, filters: { ...noFilters, ...filters } }, scope)
const told = async (text: string, filters: Partial<SearchFilters> = {}, scope: RowScope = unrestricted) =>
  (await ask(text, filters, scope)).results.map(({ order_id, kind, precision }) => `${order_id} ${kind} ${precision}`)

describe('the first that is found for', () => {
  test.each([
    // What it is called by, as it is written and as it is typed.
    ['SO-2026-000123', 'o-1 order_no exact', 'SO-2026-000123'],
    ['ｓｏ2026 000123', 'o-1 order_no exact', 'SO-2026-000123'],
    ['O-1', 'o-1 order_id exact', 'o-1'],
    ['b88901', 'o-1 buyer exact', 'B-88-901'],
    ['4321', 'o-1 phone_tail exact', '4321'],
    ['PAY_ab12cd34', 'o-1 payment exact', 'pay_AB12CD34'],
    ['rf7788', 'o-1 refund exact', 'RF/77/88'],
    ['sf1234567890', 'o-1 tracking exact', 'SF 1234-567-890'],
    ['王小明', 'o-1 buyer_name exact', '王小明'],
    ['jose SMITH', 'o-2 buyer_name exact', 'José Smith'],
    ['Smith, José', 'o-2 buyer_name exact', 'José Smith'],
    ['espresso  Machine-deluxe', 'o-2 product exact', 'Espresso machine deluxe'],
    // A beginning, and a part of a product's name.
    ['so-2026', 'o-1 order_no part', 'SO-2026-000123'],
    ['SF1234', 'o-1 tracking part', 'SF 1234-567-890'],
    ['小明', 'o-1 buyer_name part', '王小明'],
    ['anna smi', 'o-3 buyer_name part', 'Anna Smithson'],
    ['蓝牙', 'o-1 product part', '无线蓝牙耳机 Pro'],
    ['deluxe espresso', 'o-2 product part', 'Espresso machine deluxe'],
    // One character is wrong, missing, too much, or has changed places with the next.
    ['SO-2026-000124', 'o-1 order_no approximate', 'SO-2026-000123'],
    ['SO-2026-00123', 'o-1 order_no approximate', 'SO-2026-000123'],
    ['SF12345678990', 'o-1 tracking approximate', 'SF 1234-567-890'],
    ['pay_BA12CD34', 'o-1 payment approximate', 'pay_AB12CD34'],
    ['rf7798', 'o-1 refund approximate', 'RF/77/88'],
    ['王晓明', 'o-1 buyer_name approximate', '王小明'],
    ['王明小', 'o-1 buyer_name approximate', '王小明'],
    ['王小日明', 'o-1 buyer_name approximate', '王小明'],
    ['josé smtih', 'o-2 buyer_name approximate', 'José Smith'],
    ['jsé smith', 'o-2 buyer_name approximate', 'José Smith'],
    ['anna smithsonn', 'o-3 buyer_name approximate', 'Anna Smithson'],
    ['expresso machine', 'o-2 product approximate', 'Espresso machine deluxe'],
    ['esspresso deluxe', 'o-2 product approximate', 'Espresso machine deluxe'],
    ['无线兰牙', 'o-1 product approximate', '无线蓝牙耳机 Pro'],
  ])('%s', async (text, expected, matched) => {
    const [first] = (await ask(text)).results
    expect(`${first?.order_id} ${first?.kind} ${first?.precision}`).toBe(expected)
    expect(first?.matched).toBe(matched)
  })
})

test('what is not there is not found, and one character is not an approximation', async () => {
  for (const text of ['', '  ', '---', 'zzzzzz', 'SO-2026-000199', '张伟强', 's', '王'])
    expect([text, await told(text)]).toEqual([text, []])
})

test('exact before part, then the newest', async () => {
  expect(await told('X-2')).toEqual(['o-2 order_no exact'])
  expect(await told('smith')).toEqual(['o-3 buyer_name part', 'o-2 buyer_name part'])
  const { results, more } = await ask('common mug')
  expect(results.map(({ order_id }) => order_id)).toEqual(
    Array.from({ length: 20 }, (_, n) => `c-us-${FOREIGN - 1 - n}`),
  )
  expect(more).toBe(true)
})

test('rows out of sight take no place from those in sight', async () => {
  const scope: RowScope = { ...unrestricted, regions: ['DE'] }
  const mine = ['c-own-3', 'c-own-2', 'c-own-1']
  for (const text of ['common mug', 'mug', 'common', 'li wei', 'wei', '7777', 'comon mug', 'li wie', 'comm'])
    expect([text, (await ask(text, {}, scope)).results.map(({ order_id }) => order_id)]).toEqual([text, mine])
  expect((await ask('common mug', {}, scope)).more).toBe(false)
  for (const text of ['COMMON-1-7', 'o-3', 'Smithson'])
    expect((await told(text, {}, scope)).filter((row) => !/^(c-own-\d|o-[12]) /.test(row))).toEqual([])
  expect(await told('mug', {}, { ...unrestricted, channels: [] })).toEqual([])
})

test('filters narrow a text, and are asked without one', async () => {
  const at = (hours: number) => new Date(START + hours * HOUR).toISOString()
  expect(await told('espresso', { region: ['FR'] })).toEqual(['o-3 product part'])
  expect(await told('espresso', { amount_from: 900, amount_to: 900 })).toEqual(['o-3 product part'])
  expect(await told('espresso', { created_from: at(2), created_to: at(3) })).toEqual(['o-2 product part'])
  expect((await told('mug', { region: ['DE'], channel: ['tmall'] })).length).toBe(3)
  expect(await told('mug', { channel: ['amazon'] })).toEqual([])
  expect(await told('', { order_status: ['shipped'] })).toEqual(['o-1  exact'])
  expect(await told('', { anomaly_type: ['dispute_opened'] })).toEqual(['o-1  exact'])
  expect(await told('王小明', { anomaly: 'open' })).toEqual(['o-1 buyer_name exact'])
  expect(await told('espresso', { anomaly_type: ['dispute_opened'] })).toEqual([])
  expect(await told('王小明', { anomaly: 'open' }, { ...unrestricted, anomaly_types: ['not_shipped'] })).toEqual([])
  for (const far of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59+14:00'])
    expect(await told('X-2', { created_from: far, created_to: far })).toEqual([])
  expect(await told('', { region: ['FR', 'DE'], created_to: at(3) })).toEqual(['o-2  exact', 'o-1  exact'])
})

test('what is typed is read as what is stored', async () => {
  const texts = [
    'ΣΊΣΥΦΟΣ Οδυσσεύς',
    'İstanbul ÇELİK',
    '김철수 Kim',
    'ガギグ テスト',
    'Ⅷ ㎏ ℡',
    'Straße-12',
    'Ｏ’Brien',
    'Нина Йод',
    '李Anna王',
    '𝕏😀9',
    ...hostileTexts,
  ]
  const rows = texts.flatMap((value, n) =>
    ['order_no', 'buyer_name'].map((kind) => ({ kind, value, order_id: `t-${n}` })),
  )
  await warehouse.insertRows('order_lookup', rows)
  await warehouse.insertRows(
    'product_lookup',
    texts.map((name, n) => ({ name, sku: '', order_id: `t-${n}` })),
  )
  for (const [n, text] of texts.entries()) {
    const keys = await warehouse.queryRows(
      'select distinct kind, word from search_keys final where order_id = {id:String}',
      { id: `t-${n}` },
    )
    const of = (kind: string) => keys.filter((key) => key['kind'] === kind).map(({ word }) => String(word))
    expect([text, of('order_no')]).toEqual([text, [numberOf(text)].filter((number) => number !== '')])
    expect([text, of('buyer_name').toSorted()]).toEqual([text, [...new Set(wordsOf(text))].toSorted()])
    const [line] = await warehouse.queryRows('select text from search_products final where name = {name:String}', {
      name: text,
    })
    expect([text, line?.['text'] ?? '']).toEqual([text, lineOf(text)])
  }
})
