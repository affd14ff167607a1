/** Small folders of Olist files, whole and broken, through the import into the tables. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Landing, createLanding } from '#ingest/landing.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { ImportError } from './errors.ts'
import { type ImportSummary, importOlist } from './olist.ts'
import {
  canceled,
  delivered,
  itemsHeader,
  ordersHeader,
  paymentsHeader,
  reviewsHeader,
  whole,
  conservation,
  linesOfWhole,
  writeFiles,
} from './olist-samples.ts'

const root = mkdtempSync(join(tmpdir(), 'orderlens-olist-'))
let warehouse: Warehouse
let landing: Landing
let folder: string
let count = 0
let databases = 0

beforeEach(() => {
  count += 1
  folder = join(root, `files-${count}`)
  mkdirSync(folder)
})
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }))

async function openFresh(): Promise<void> {
  databases += 1
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(root, 'warehouse'),
    database: `import_${databases}`,
    readers: 1,
  })
  landing = await createLanding(warehouse)
}
const close = (): Promise<void> => warehouse.close()

const write = (files: Parameters<typeof writeFiles>[1]): void => writeFiles(folder, files)
const run = (): Promise<ImportSummary> => importOlist(folder, { warehouse, landing })
const rows = (sql: string): Promise<Record<string, unknown>[]> => warehouse.queryRows(sql)
const events = (): Promise<Record<string, unknown>[]> =>
  rows('select event_id, event_type, toString(occurred_at) as at from events final order by event_id')

async function failure(): Promise<ImportError> {
  const error: unknown = await run().then(
    () => null,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(ImportError)
  expect(await rows('select count() as n from raw_events')).toEqual([{ n: '0' }])
  return error as ImportError
}

const expectConserved = async (): Promise<void> => {
  const [counts] = await rows(conservation())
  expect(counts?.['accounted']).toEqual(counts?.['landed'])
}

describe('a whole folder', () => {
  beforeEach(openFresh)
  afterEach(close)

  test('becomes one event per instant, line, payment and review', async () => {
    write(whole)
    expect(await run()).toEqual({ landed: 14, alreadyLanded: 0, isMapped: true, unreadableCount: 0, unreadable: [] })
    expect(await events()).toEqual([
      { event_id: 'o1/confirmed', event_type: 'order.confirmed', at: '2017-10-02 11:07:15.000' },
      { event_id: 'o1/created', event_type: 'order.created', at: '2017-10-02 10:56:33.000' },
      { event_id: 'o1/delivered', event_type: 'shipment.delivered', at: '2017-10-10 21:25:13.000' },
      { event_id: 'o1/handed_over', event_type: 'shipment.handed_over', at: '2017-10-04 19:55:00.000' },
      { event_id: 'o1/item/1', event_type: 'order.updated', at: '2017-10-02 10:56:33.000' },
      { event_id: 'o1/item/2', event_type: 'order.updated', at: '2017-10-02 10:56:33.000' },
      { event_id: 'o1/payment/1', event_type: 'payment.captured', at: '2017-10-02 11:07:15.000' },
      { event_id: 'o2/canceled', event_type: 'order.canceled', at: '2017-11-01 00:00:00.000' },
      { event_id: 'o2/created', event_type: 'order.created', at: '2017-11-01 00:00:00.000' },
      { event_id: 'o2/payment/1', event_type: 'payment.captured', at: '2017-11-01 00:00:00.000' },
      { event_id: 'r1/o1', event_type: 'review.submitted', at: '2018-01-18 21:46:59.000' },
      { event_id: 'r1/o2', event_type: 'review.submitted', at: '2018-01-19 00:00:00.000' },
    ])
    await expectConserved()
  })

  test('carries buyer, region, promise, money and lines', async () => {
    write(whole)
    await run()
    expect(
      await rows(`select buyer_id, region, channel, currency, source_status, historic, toString(promised_delivery_from) as from_at,
        toString(promised_delivery_until) as until_at from events final where event_id = 'o1/created'`),
    ).toEqual([
      {
        buyer_id: 'u1',
        region: 'SP',
        channel: 'olist',
        currency: 'BRL',
        source_status: 'delivered',
        historic: 1,
        from_at: '2017-10-18 00:00:00.000',
        until_at: '2017-10-18 23:59:59.999',
      },
    ])
    expect(
      await rows(
        "select lines, toString(promised_ship_by) as ship_by from events final where event_type = 'order.updated' order by event_id",
      ),
    ).toEqual(linesOfWhole)
    expect(
      await rows(
        "select payment_id, amount, method from events final where event_type = 'payment.captured' order by payment_id limit 1",
      ),
    ).toEqual([{ payment_id: 'o1/1', amount: '7929', method: 'credit_card' }])
    expect(await rows("select score, message from events final where event_id = 'r1/o1'")).toEqual([
      { score: '4', message: 'muito "bom",\r\nrecomendo' },
    ])
  })

  test('lands the bytes of every record as they are, at the line they began on', async () => {
    write(whole)
    await run()
    expect(
      await rows(
        "select topic, toUInt32(offset) as line, value from raw_events where format = 'olist.orders' order by offset",
      ),
    ).toEqual([
      { topic: 'import/olist/olist_orders_dataset', line: 2, value: delivered },
      { topic: 'import/olist/olist_orders_dataset', line: 3, value: canceled },
    ])
  })

  test('is read the same gzipped, with other column order, extra columns and quotes everywhere', async () => {
    const turned = [
      '"extra","review_score","order_id","review_id","review_answer_timestamp","review_creation_date","review_comment_message","review_comment_title"',
      '"","5","o1","r7","2018-02-01 01:02:03","2018-01-31 00:00:00","a, ""b""","t"',
    ]
    const { olist_order_reviews_dataset: _, ...others } = whole
    for (const [stem, lines] of Object.entries({ ...others, olist_order_reviews_reconstructed: turned }))
      write({ [`${stem}.csv.gz`]: gzipSync(lines.join('\n')) })
    expect((await run()).unreadableCount).toBe(0)
    expect(
      await rows(
        "select event_id, score, message, toString(occurred_at) as at from events final where event_type = 'review.submitted'",
      ),
    ).toEqual([{ event_id: 'r7/o1', score: '5', message: 't\na, "b"', at: '2018-02-01 01:02:03.000' }])
  })
})

describe('a second run', () => {
  beforeEach(openFresh)
  afterEach(close)

  test('of the same files adds nothing', async () => {
    write(whole)
    await run()
    const before = await rows('select count() as n from events')
    expect(await run()).toMatchObject({ landed: 0, alreadyLanded: 14, isMapped: false })
    expect(await rows('select count() as n from events')).toEqual(before)
  })

  test('goes on where a stopped one ended', async () => {
    write(whole)
    const stop = new AbortController()
    const stopped = importOlist(folder, {
      warehouse,
      landing,
      signal: stop.signal,
      onProgress: ({ phase }) => phase === 'land' && stop.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'STOPPED' })
    const done = await run()
    expect(done.alreadyLanded).toBeGreaterThan(0)
    expect(done.landed + done.alreadyLanded).toBe(14)
    await expectConserved()
    expect(await rows('select count() as n, uniqExact(topic, epoch, offset) as positions from raw_events')).toEqual([
      { n: '22', positions: '22' },
    ])
  })

  test('with a file that was missing before completes what it lacked', async () => {
    const { olist_customers_dataset: customers = [], ...others } = whole
    write({ ...others, olist_orders_dataset: [ordersHeader, delivered] })
    expect((await run()).unreadable.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['missing_attribute', 'order_id is not in the orders file: o2'],
      ['missing_attribute', 'order_id is not in the orders file: o2'],
    ])
    await expectConserved()
    write({ olist_orders_dataset: [ordersHeader, delivered, canceled], olist_customers_dataset: customers })
    expect(await run()).toMatchObject({ isMapped: true, unreadableCount: 0 })
    expect(
      await rows(
        "select distinct order_id, region from events final where event_type = 'order.created' and region != '' order by order_id",
      ),
    ).toEqual([
      { order_id: 'o1', region: 'SP' },
      { order_id: 'o2', region: 'RJ' },
    ])
  })

  test('leaves its change to the next tick', async () => {
    write(whole)
    await run()
    expect(
      await rows(
        'select distinct order_id from touched where batch_id in (select batch_id from landed_batches) order by order_id',
      ),
    ).toEqual([{ order_id: 'o1' }, { order_id: 'o2' }])
    expect(await landing.unlisted('olist.')).toEqual([])
  })
})

describe('a record that cannot be mapped', () => {
  beforeEach(openFresh)
  afterEach(close)

  test('is named with file, line and reason, and the rest goes on', async () => {
    write({
      olist_orders_dataset: [
        ordersHeader,
        delivered,
        'o3,c1,delivered',
        canceled.replace('2017-11-20', '2017-02-30'),
        canceled.replace('2017-11-01 00:00:00', ''),
        canceled,
      ],
      olist_order_items_dataset: [
        itemsHeader,
        'o1,1,p1,s1,2017-10-06 11:07:15,58.905,13.29',
        'o9,1,p1,s1,2017-10-06 11:07:15,58.90,13.29',
        'o1,2,p1,s1,2017-10-06 11:07:15,58.90,13.290',
      ],
      olist_order_payments_dataset: Buffer.concat([
        Buffer.from(`${paymentsHeader}\no1,1,"credit_card,8,79.29\no2,1,boleto,1,10.00\n`),
        Buffer.from('o1,1,cart\xe3o,8,79.29\n', 'latin1'),
        Buffer.from("o1,2,x,1,'; drop table events\n"),
      ]),
      olist_order_reviews_dataset: [
        reviewsHeader,
        'r1,o1,11,,,2018-01-18 00:00:00,',
        'r2,o1,5,,,,',
        'r3,o1,5,,"a\nb",2018-01-18 00:00:00,',
        'r4,,5,,,2018-01-18 00:00:00,',
      ],
    })
    const summary = await run()
    expect(
      summary.unreadable.map(
        ({ file, line, reason, detail }) => `${file.slice(folder.length + 1)}:${line} ${reason} ${detail}`,
      ),
    ).toEqual([
      'olist_order_items_dataset.csv:2 wrong_type column price is not an amount: 58.905',
      'olist_order_items_dataset.csv:3 missing_attribute order_id is not in the orders file: o9',
      'olist_order_payments_dataset.csv:2 unreadable_record the quotes of the record do not pair up',
      'olist_order_payments_dataset.csv:4 unreadable_record the record is not UTF-8',
      "olist_order_payments_dataset.csv:5 wrong_type column payment_value is not an amount: '; drop table events",
      'olist_order_reviews_dataset.csv:2 wrong_type column review_score is not a score from 0 to 10: 11',
      'olist_order_reviews_dataset.csv:6 missing_attribute column order_id is empty',
      'olist_orders_dataset.csv:3 unreadable_record 3 fields where the header has 8',
      'olist_orders_dataset.csv:4 wrong_type column order_estimated_delivery_date is not a time: 2017-02-30 00:00:00',
      'olist_orders_dataset.csv:5 missing_attribute column order_purchase_timestamp is empty',
    ])
    expect(summary.unreadableCount).toBe(10)
    expect((await events()).map(({ event_id }) => event_id)).toEqual([
      'o1/confirmed',
      'o1/created',
      'o1/delivered',
      'o1/handed_over',
      'o1/item/2',
      'o2/canceled',
      'o2/created',
      'o2/payment/1',
      'r2/o1',
      'r3/o1',
    ])
    await expectConserved()
  })
})

describe('a folder that is wrong is named and changes nothing', () => {
  beforeAll(openFresh)
  afterAll(close)

  test('no such folder', async () => {
    rmSync(folder, { recursive: true })
    expect((await failure()).code).toBe('FOLDER_NOT_FOUND')
  })

  test('no orders file', async () => {
    write({ 'something.txt': ['x'] })
    const error = await failure()
    expect(error.code).toBe('FILE_MISSING')
    expect(error.message).toContain('olist_orders_dataset.csv')
  })

  test('an empty file', async () => {
    write({ ...whole, olist_order_items_dataset: Buffer.alloc(0) })
    expect((await failure()).message).toContain('olist_order_items_dataset.csv is empty')
  })

  test('a missing column', async () => {
    write({ ...whole, olist_order_payments_dataset: ['order_id;payment_value', 'o1;3'] })
    const error = await failure()
    expect(error.code).toBe('COLUMN_MISSING')
    expect(error.message).toContain(
      'olist_order_payments_dataset.csv has no column order_id, payment_sequential, payment_type, payment_value',
    )
    expect(error.message).toContain('order_id;payment_value')
  })

  test('a gzip file cut short', async () => {
    const packed = gzipSync(whole['olist_orders_dataset']?.join('\n') ?? '')
    write({ 'olist_orders_dataset.csv.gz': packed.subarray(0, packed.length - 12) })
    const error = await failure()
    expect(error.code).toBe('FILE_DAMAGED')
    expect(error.message).toContain('ends in the middle')
  })
})
