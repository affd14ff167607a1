/**
 * Ten questions about the public Olist data that no file of expected values asks: a part of the orders is imported, and every
 * answer of the metrics is compared with a plain loop over the same CSV rows. Set ORDERLENS_OLIST to the folder of the files.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importOlist } from '#ingest/import/olist.ts'
import { createLanding } from '#ingest/landing.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { type Door, createDoor } from '../query/door.ts'
import type { MetricRequestInput } from '../query/request.ts'
import { unrestricted } from '../query/request.ts'
import { createTicker } from '../tick.ts'

const source = process.env['ORDERLENS_OLIST'] ?? join(import.meta.dirname, '../../../shared/data/olist')
const reason = existsSync(join(source, 'olist_orders_dataset.csv.gz'))
  ? ''
  : ` (skipped: no Olist files in ${source}; ORDERLENS_OLIST names the folder of the .csv.gz files)`

/** One order in so many is imported. */
const EVERY = 24
type Row = Readonly<Record<string, string>>

const root = mkdtempSync(join(tmpdir(), 'orderlens-olist-questions-'))
const tables = new Map<string, Row[]>()
let warehouse: Warehouse
let door: Door

const files = {
  orders: 'olist_orders_dataset',
  customers: 'olist_customers_dataset',
  items: 'olist_order_items_dataset',
  payments: 'olist_order_payments_dataset',
  reviews: 'olist_order_reviews_reconstructed',
  products: 'olist_products_dataset',
  sellers: 'olist_sellers_dataset',
  translation: 'product_category_name_translation',
}
const rowsOf = (name: keyof typeof files): Row[] => tables.get(name) ?? []

describe.skipIf(reason !== '')(`Olist, ten questions of our own${reason}`, () => {
  beforeAll(async () => {
    const folder = join(root, 'files')
    mkdirSync(folder)
    readPart(folder)
    warehouse = await openBuiltWarehouse({ path: join(root, 'warehouse'), readers: 4 })
    const project = readProject()
    const landing = await createLanding(warehouse)
    await importOlist(folder, { warehouse, landing })
    await createTicker(warehouse, project).tick(Date.now())
    await landing.close()
    door = createDoor(warehouse)
  }, 300_000)
  afterAll(async () => {
    await warehouse.close()
    rmSync(root, { recursive: true, force: true, maxRetries: 10 })
  })

  test('item total by seller', () =>
    expectSame(
      { metric: 'item_total', by: ['seller'] },
      tally(
        itemsOfOrders(),
        ({ item }) => [item['seller_id']],
        ({ item }) => cents(item['price']),
      ),
    ))

  test('freight by state of the seller and month of purchase', () => {
    const states = lookUp('sellers', 'seller_id', 'seller_state')
    return expectSame(
      { metric: 'freight_total', by: ['seller_region', 'purchase_month'] },
      tally(
        itemsOfOrders(),
        ({ item, order }) => [states.get(item['seller_id'] ?? '') ?? '', order.purchased.slice(0, 7)],
        ({ item }) => cents(item['freight_value']),
      ),
    )
  })

  test('lines by category in English', () => {
    const categories = lookUp('products', 'product_id', 'product_category_name')
    const english = lookUp('translation', 'product_category_name', 'product_category_name_english')
    return expectSame(
      { metric: 'item_rows', by: ['product_category'] },
      tally(
        itemsOfOrders(),
        ({ item }) => {
          const own = categories.get(item['product_id'] ?? '') ?? ''
          return [own === '' ? 'unknown' : (english.get(own) ?? own)]
        },
        () => 1,
      ),
    )
  })

  test('late deliveries by state of the buyer', () =>
    expectSame(
      { metric: 'orders_late', by: ['region'] },
      tally(
        orders().filter(({ timeliness }) => timeliness === 'late'),
        ({ region }) => [region],
        () => 1,
      ),
    ))

  test('late share by month of delivery', () =>
    expectSame(
      { metric: 'late_rate', time: 'delivered_at', grain: 'month' },
      measure(
        orders().filter(({ timeliness }) => timeliness === 'late' || timeliness === 'on_time'),
        ({ delivered }) => [`${delivered.slice(0, 7)}-01T00:00:00.000Z`],
        (group) => group.filter(({ timeliness }) => timeliness === 'late').length / group.length,
      ),
    ))

  test.each([
    ['median', 50],
    ['p90', 90],
    ['p99', 99],
  ] as const)('purchase to delivery by state of the buyer, %s', (statistic, percent) =>
    expectSame(
      { metric: `purchase_to_delivery_${statistic}`, by: ['region'] },
      measure(
        orders().filter(({ delivered }) => delivered !== ''),
        ({ region }) => [region],
        (group) =>
          percentile(
            group.map(({ purchased, delivered }) => (instant(delivered) - instant(purchased)) / 1000),
            percent,
          ),
      ),
    ),
  )

  test('what was paid by way to pay and month of purchase', () =>
    expectSame(
      { metric: 'paid_total', by: ['payment_method', 'purchase_month'] },
      tally(
        ofOrders('payments'),
        ({ row, order }) => [row['payment_type'], order.purchased.slice(0, 7)],
        ({ row }) => cents(row['payment_value']),
      ),
    ))

  test('orders canceled or closed as unavailable by weekday of purchase', () =>
    expectSame(
      { metric: 'orders_canceled', by: ['weekday'], time: 'created_at' },
      tally(
        orders().filter(({ status }) => status === 'canceled' || status === 'unavailable'),
        ({ purchased }) => [String(((new Date(instant(purchased)).getUTCDay() + 6) % 7) + 1)],
        () => 1,
      ),
    ))

  test('score of reviews by timeliness of delivery', () =>
    expectSame(
      { metric: 'mean_review_score', by: ['timeliness'] },
      measure(
        ofOrders('reviews'),
        ({ order }) => [order.timeliness],
        (group) => group.reduce((sum, { row }) => sum + Number(row['review_score']), 0) / group.length,
      ),
    ))

  test('low scores by state of the buyer and timeliness', () =>
    expectSame(
      { metric: 'low_score_rate', by: ['region', 'timeliness'] },
      measure(
        ofOrders('reviews'),
        ({ order }) => [order.region, order.timeliness],
        (group) => group.filter(({ row }) => Number(row['review_score']) <= 2).length / group.length,
      ),
    ))
})

async function expectSame(request: MetricRequestInput, plain: ReadonlyMap<string, number>): Promise<void> {
  const { rows, truncated } = await door.measure({ limit: 10_000, ...request }, unrestricted)
  expect(truncated).toBe(false)
  // A month with nothing in it is a gap on the door's side and no group on ours.
  const said = rows.filter(({ n }) => n > 0).map(({ keys, value }) => [keys.join(' | '), value] as const)
  expect(plain.size).toBeGreaterThan(1)
  expect(Object.fromEntries(said.map(([key, value]) => [key, rounded(value)]))).toEqual(
    Object.fromEntries([...plain].map(([key, value]) => [key, rounded(value)])),
  )
}
/** Floating point sums in another order may differ in the last digits. */
const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(12)))

type Order = ReturnType<typeof orders>[number]

function orders() {
  const states = new Map(rowsOf('customers').map((row) => [row['customer_id'], row['customer_state'] ?? '']))
  return rowsOf('orders').map((row) => {
    const [delivered, promised] = [
      row['order_delivered_customer_date'] ?? '',
      row['order_estimated_delivery_date'] ?? '',
    ]
    return {
      id: row['order_id'] ?? '',
      status: row['order_status'],
      region: states.get(row['customer_id']) ?? '',
      purchased: row['order_purchase_timestamp'] ?? '',
      delivered,
      // An estimate names a day, and the whole of it is in time.
      timeliness:
        delivered === '' ? 'undelivered' : delivered.slice(0, 10) > promised.slice(0, 10) ? 'late' : 'on_time',
    }
  })
}

function ofOrders(table: 'items' | 'payments' | 'reviews'): { row: Row; order: Order }[] {
  const byId = new Map(orders().map((order) => [order.id, order]))
  return rowsOf(table).flatMap((row) => {
    const order = byId.get(row['order_id'] ?? '')
    return order === undefined ? [] : [{ row, order }]
  })
}
const itemsOfOrders = () => ofOrders('items').map(({ row, order }) => ({ item: row, order }))

/** Of a column by another one of the same file. */
const lookUp = (name: keyof typeof files, key: string, column: string): Map<string, string> =>
  new Map(rowsOf(name).map((row) => [row[key] ?? '', row[column] ?? '']))

const instant = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`)
const cents = (text: string | undefined): number => Math.round(Number(text) * 100)

function groups<T>(rows: readonly T[], keyOf: (row: T) => readonly (string | undefined)[]): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const row of rows) {
    const key = keyOf(row).join(' | ')
    const group = found.get(key)
    if (group === undefined) found.set(key, [row])
    else group.push(row)
  }
  return found
}
const measure = <T>(
  rows: readonly T[],
  keyOf: (row: T) => readonly (string | undefined)[],
  value: (group: readonly T[]) => number,
): Map<string, number> => new Map([...groups(rows, keyOf)].map(([key, group]) => [key, value(group)]))
const tally = <T>(
  rows: readonly T[],
  keyOf: (row: T) => readonly (string | undefined)[],
  amount: (row: T) => number,
): Map<string, number> => measure(rows, keyOf, (group) => group.reduce((sum, row) => sum + amount(row), 0))

/** The median is the mean of the middle two; other percentiles are the value at that rank, rounded up. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (rank: number): number => sorted[rank - 1] ?? NaN
  if (percent === 50) return (at(Math.ceil(sorted.length / 2)) + at(Math.floor(sorted.length / 2) + 1)) / 2
  return at(Math.ceil((percent / 100) * sorted.length))
}

/** Reads the files, keeps one order in so many and what belongs to it, and writes these for the import. */
function readPart(folder: string): void {
  const texts = Object.entries(files).map(([name, stem]) => {
    const text = gunzipSync(readFileSync(join(source, `${stem}.csv.gz`))).toString('utf8')
    return { name, stem, records: csvRecords(text.replace(/^\ufeff/, '')) }
  })
  const kept = new Set(texts[0]?.records.slice(1).flatMap(([orderId = ''], n) => (n % EVERY === 0 ? [orderId] : [])))
  for (const { name, stem, records } of texts) {
    const [header = [], ...all] = records
    const place = header.indexOf('order_id')
    const part = place === -1 ? all : all.filter((record) => kept.has(record[place] ?? ''))
    tables.set(
      name,
      part.map((record) => Object.fromEntries(header.map((column, n) => [column, record[n] ?? '']))),
    )
    writeFileSync(join(folder, `${stem}.csv`), [header, ...part].map(csvLine).join(''))
  }
}

const csvLine = (record: readonly string[]): string =>
  `${record.map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`

function csvRecords(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === ',') continue
    if (record.length > 1) records.push(record)
    record = []
  }
  return records
}
