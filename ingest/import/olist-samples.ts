/** A small but complete folder of Olist files, for tests. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventFormats } from '#ingest/mappings/formats.ts'

export const ordersHeader =
  'order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date'
export const delivered =
  'o1,c1,delivered,2017-10-02 10:56:33,2017-10-02 11:07:15,2017-10-04 19:55:00,2017-10-10 21:25:13,2017-10-18 00:00:00'
export const canceled = '"o2","c2",canceled,2017-11-01 00:00:00,,,,2017-11-20 00:00:00'
export const itemsHeader = 'order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value'
export const paymentsHeader = 'order_id,payment_sequential,payment_type,payment_installments,payment_value'
export const reviewsHeader =
  'review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp'

export const whole: Readonly<Record<string, readonly string[]>> = {
  olist_orders_dataset: [ordersHeader, delivered, canceled],
  olist_customers_dataset: [
    'customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state',
    'c1,u1,1,"sao, paulo",SP',
    'c2,u2,2,rio,RJ',
  ],
  olist_order_items_dataset: [
    itemsHeader,
    'o1,1,p1,s1,2017-10-06 11:07:15,58.90,13.29',
    'o1,2,p2,s9,2017-10-06 11:07:15,0.1,7',
  ],
  olist_order_payments_dataset: [paymentsHeader, 'o1,1,credit_card,8,79.29', 'o2,1,boleto,1,10.00'],
  olist_order_reviews_dataset: [
    reviewsHeader,
    'r1,o1,4,,"muito ""bom"",\r\nrecomendo",2018-01-18 00:00:00,2018-01-18 21:46:59',
    'r1,o2,1,,,2018-01-19 00:00:00,',
  ],
  olist_sellers_dataset: ['seller_id,seller_zip_code_prefix,seller_city,seller_state', 's1,1,campinas,SP'],
  olist_products_dataset: ['product_id,product_category_name,product_name_lenght', 'p1,beleza_saude,40', 'p2,,1'],
  product_category_name_translation: [
    '\uFEFFproduct_category_name,product_category_name_english\r',
    'beleza_saude,health_beauty\r',
  ],
}

export function writeFiles(folder: string, files: Readonly<Record<string, readonly string[] | Buffer>>): void {
  for (const [stem, content] of Object.entries(files)) {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(`${content.join('\n')}\n`)
    writeFileSync(join(folder, stem.includes('.csv') ? stem : `${stem}.csv`), bytes)
  }
}

/** Records landed in event formats, and what became of them: both columns are equal, always. */
export function conservation(): string {
  const formats = eventFormats()
    .map((format) => `'${format}'`)
    .join(', ')
  return `select (select count() from raw_events where format in (${formats})) as landed,
    (select count() from events final where ordinal = 0) + (select count() from dead_letters final) as accounted`
}

/** What the two lines of the whole folder's order become, in the order of their ids. */
export const linesOfWhole = [
  {
    lines: [
      {
        line_id: '1',
        sku: 'p1',
        name: 'health_beauty',
        category: 'health_beauty',
        seller_id: 's1',
        seller_region: 'SP',
        quantity: 1,
        unit_price: '5890',
        amount: '5890',
        freight: '1329',
      },
    ],
    ship_by: '2017-10-06 11:07:15.000',
  },
  {
    lines: [
      {
        line_id: '2',
        sku: 'p2',
        name: 'p2',
        category: 'unknown',
        seller_id: 's9',
        seller_region: '',
        quantity: 1,
        unit_price: '10',
        amount: '10',
        freight: '700',
      },
    ],
    ship_by: '2017-10-06 11:07:15.000',
  },
]
