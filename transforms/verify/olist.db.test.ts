/** A small folder of Olist files with one of each trouble, imported, against values worked out here without any SQL. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importOlist } from '#ingest/import/olist.ts'
import { createLanding } from '#ingest/landing.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { createDoor } from '../query/door.ts'
import { createTicker } from '../tick.ts'
import { type Comparison, type Json, readExpectations } from './expectations.ts'
import { verifyOlist } from './olist.ts'

const root = mkdtempSync(join(tmpdir(), 'orderlens-verify-'))
let warehouse: Warehouse

const files: Readonly<Record<string, string>> = {
  olist_orders_dataset: `order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
o1,c1,delivered,2017-01-01 00:00:00,2017-01-01 01:00:00,2017-01-02 00:00:00,2017-01-05 10:00:00,2017-01-05 00:00:00
o2,c2,delivered,2017-01-03 00:00:00,2017-01-03 00:00:00,2017-01-02 23:00:00,2017-01-09 00:00:00,2017-01-08 00:00:00
o3,c3,shipped,2017-02-01 12:00:00,2017-02-03 12:00:00,2017-02-04 12:00:00,,2017-02-10 00:00:00
o4,c4,canceled,2017-02-02 00:00:00,2017-02-02 02:00:00,,,2017-02-20 00:00:00
o5,c5,created,2017-02-05 00:00:00,,,,2017-02-25 00:00:00`,
  olist_customers_dataset: `customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
c1,u1,1,a,SP
c2,u2,1,a,SP
c3,u1,1,a,RJ
c4,u3,1,a,MG
c5,u4,1,a,MG`,
  olist_order_items_dataset: `order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
o1,1,p1,s1,2017-01-06 00:00:00,10.00,1.50
o1,2,p1,s2,2017-01-06 00:00:00,5.10,0.40
o2,1,p1,s1,2017-01-06 00:00:00,20.00,0.00
o3,1,p1,s2,2017-02-06 00:00:00,7.77,0.33
o9,1,p1,s1,2017-02-06 00:00:00,1.00,0.00`,
  olist_order_payments_dataset: `order_id,payment_sequential,payment_type,payment_installments,payment_value
o1,1,credit_card,1,10.00
o1,2,voucher,1,7.01
o2,1,boleto,1,22.50
o3,1,boleto,1,5.00
o4,1,boleto,1,9.99
o8,1,boleto,1,1.00
o8,2,boleto,1,1.00`,
  olist_order_reviews_dataset: `review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp
r1,o1,5,,,2017-01-06 00:00:00,2017-01-07 00:00:00
r2,o1,5,,,2017-01-08 00:00:00,2017-01-09 00:00:00
r1,o2,1,,,2017-01-10 00:00:00,2017-01-11 00:00:00`,
  olist_sellers_dataset: `seller_id,seller_zip_code_prefix,seller_city,seller_state
s1,1,a,SP
s2,1,a,`,
  olist_products_dataset: `product_id,product_category_name
p1,beleza`,
  product_category_name_translation: `product_category_name,product_category_name_english
beleza,beauty`,
}

const right: Readonly<Record<string, Json>> = {
  rows: {
    orders: 5,
    customers: 5,
    sellers: 2,
    order_items: 5,
    order_payments: 7,
    order_reviews: 3,
    distinct_orders_with_items: 3,
    distinct_orders_with_payments: 4,
    distinct_orders_with_reviews: 2,
    distinct_customer_unique_id: 4,
  },
  orphans: {
    items_without_order: 1,
    payments_without_order: 1,
    reviews_without_order: 0,
    items_with_unknown_seller: 2,
    orders_with_unknown_customer: 0,
  },
  orders_by_status: { delivered: 2, shipped: 1, canceled: 1, created: 1 },
  null_timestamps: {
    order_purchase_timestamp: { total: 0, by_status: {} },
    order_approved_at: { total: 1, by_status: { created: 1 } },
    order_delivered_carrier_date: { total: 2, by_status: { canceled: 1, created: 1 } },
    order_delivered_customer_date: { total: 3, by_status: { canceled: 1, created: 1, shipped: 1 } },
    order_estimated_delivery_date: { total: 0, by_status: {} },
  },
  events_if_each_timestamp_is_one_event: {
    order_purchased: 5,
    order_approved: 4,
    handed_to_carrier: 3,
    delivered_to_customer: 2,
    payment_rows: 5,
    item_rows: 4,
    review_rows: 3,
  },
  payment_vs_items: {
    orders_with_both: 3,
    equal_to_the_cent: 0,
    off_by_exactly_one_cent: 1,
    mismatch_over_0_01: 2,
    overpaid: 1,
    overpaid_amount: 2.5,
    underpaid: 1,
    underpaid_amount: -3.1,
    net_amount: -0.6,
    abs_amount: 5.6,
    max_over: 2.5,
    max_under: -3.1,
    mismatch_over_1_00: 2,
    mismatch_by_status: { delivered: 1, shipped: 1 },
  },
  payment_coverage: {
    orders_without_payment: ['o5'],
    orders_without_items: 2,
    orders_without_items_by_status: { canceled: 1, created: 1 },
    paid_but_no_items: 1,
    paid_but_no_items_amount: 9.99,
  },
  totals: { sum_price: 42.87, sum_freight: 2.23, sum_payment: 54.5 },
  approved_never_handed_to_carrier: { total: 1, by_status: { canceled: 1 }, excluding_canceled_unavailable: 0 },
  canceled: {
    total: 1,
    after_approval: 1,
    before_approval: 0,
    after_handover: 0,
    after_delivery: 0,
    with_payment_value: 9.99,
    after_approval_payment_value: 9.99,
  },
  duration_purchase_to_approval: {
    n: 4,
    min_h: 0,
    median_h: 1.5,
    p90_h: 48,
    p95_h: 48,
    p99_h: 48,
    max_h: 48,
    mean_h: 12.75,
    negative: 0,
    zero: 1,
    sum_seconds: 183_600,
  },
  duration_approval_to_carrier: {
    n: 3,
    min_h: -1,
    median_h: 23,
    p90_h: 24,
    p95_h: 24,
    p99_h: 24,
    max_h: 24,
    mean_h: 15.3333,
    negative: 1,
    zero: 0,
    sum_seconds: 165_600,
  },
  sequence_violations: {
    approved_before_purchase: 0,
    carrier_before_purchase: 1,
    carrier_before_approval: 1,
    delivered_before_carrier: 0,
    delivered_before_approval: 0,
    delivered_before_purchase: 0,
    estimated_before_purchase: 0,
    any_of_approval_carrier_customer_out_of_order: 1,
  },
  status_inconsistencies: {
    delivered_without_delivery_date: 0,
    delivered_without_carrier_date: 0,
    delivered_without_approval: 0,
    not_delivered_but_has_delivery_date: {},
    shipped_without_carrier_date: 0,
  },
  late: { delivered_with_date: 2, late: 1 },
  late_by_purchase_month: { '2017-01': { delivered: 2, late: 1 }, '2017-02': { delivered: 0, late: 0 } },
  as_of: {
    '2017-01-05 00:00:00': {
      purchased: 2,
      approved: 2,
      handed: 2,
      delivered: 0,
      open: 2,
      open_overdue: 0,
      open_overdue_with_carrier: 0,
      awaiting_approval_over_48h: 0,
      approved_not_handed_over_7d: 0,
    },
    '2017-01-08 00:00:01': {
      purchased: 2,
      approved: 2,
      handed: 2,
      delivered: 1,
      open: 1,
      open_overdue: 1,
      open_overdue_with_carrier: 1,
      awaiting_approval_over_48h: 0,
      approved_not_handed_over_7d: 0,
    },
    '2017-02-07 00:00:00': {
      purchased: 4,
      approved: 3,
      handed: 3,
      delivered: 2,
      open: 2,
      open_overdue: 0,
      open_overdue_with_carrier: 0,
      awaiting_approval_over_48h: 0,
      approved_not_handed_over_7d: 0,
    },
    '2017-02-07 00:00:01': {
      purchased: 4,
      approved: 3,
      handed: 3,
      delivered: 2,
      open: 2,
      open_overdue: 0,
      open_overdue_with_carrier: 0,
      awaiting_approval_over_48h: 1,
      approved_not_handed_over_7d: 0,
    },
  },
}

beforeAll(async () => {
  const folder = join(root, 'files')
  mkdirSync(folder)
  for (const [stem, text] of Object.entries(files)) writeFileSync(join(folder, `${stem}.csv`), `${text}\n`)
  warehouse = await openBuiltWarehouse({ path: join(root, 'warehouse'), readers: 4 })
  const project = readProject()
  const landing = await createLanding(warehouse)
  await importOlist(folder, { warehouse, landing })
  await createTicker(warehouse, project).tick(Date.now())
})

afterAll(async () => {
  await warehouse.close()
  rmSync(root, { recursive: true, force: true, maxRetries: 10 })
})

async function verify(values: Readonly<Record<string, Json>>): Promise<Comparison[]> {
  const path = join(root, 'expected.json')
  const sections = Object.entries(values).map(([name, value]) => [name, { definition: name, value }])
  writeFileSync(path, JSON.stringify({ about: 'test', values: Object.fromEntries(sections) }))
  return verifyOlist(createDoor(warehouse), readExpectations(path))
}

const differences = (comparisons: readonly Comparison[]) => comparisons.filter(({ isEqual }) => !isEqual)

test('every value comes out of the metrics as worked out by hand', async () => {
  const comparisons = await verify(right)
  expect(differences(comparisons)).toEqual([])
  expect(comparisons.length).toBeGreaterThan(100)
})

test('a value that differs, one that nobody can answer and one that nobody expected are told', async () => {
  const comparisons = await verify({
    late: { delivered_with_date: 3, late: 1, on_the_moon: 4 },
    totals: { sum_price: 42.87 },
    orders_by_status: { delivered: 2, shipped: 1, canceled: 1 },
    tides: { high: 1 },
  })
  expect(differences(comparisons)).toEqual([
    { name: 'late.delivered_with_date', expected: 3, found: 2, isEqual: false },
    { name: 'late.on_the_moon', expected: 4, found: undefined, isEqual: false },
    { name: 'orders_by_status.created', expected: undefined, found: 1, isEqual: false },
    { name: 'tides.high', expected: 1, found: undefined, isEqual: false },
  ])
})
