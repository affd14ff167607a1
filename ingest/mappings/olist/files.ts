/** The eight files of the Olist data set: what each is called, and the columns the mapping needs of it. */

export type OlistFile = {
  readonly name: string
  /** File names without `.csv` or `.csv.gz`; the first one found is taken. */
  readonly stems: readonly string[]
  /** Records of an event file become events or dead letters; reference files are only looked up. */
  readonly kind: 'event' | 'reference'
  readonly columns: readonly string[]
}

/** In the order they are mapped: what others refer to comes first. */
export const olistFiles = [
  {
    name: 'customers',
    stems: ['olist_customers_dataset'],
    kind: 'reference',
    columns: ['customer_id', 'customer_unique_id', 'customer_state'],
  },
  { name: 'sellers', stems: ['olist_sellers_dataset'], kind: 'reference', columns: ['seller_id', 'seller_state'] },
  {
    name: 'products',
    stems: ['olist_products_dataset'],
    kind: 'reference',
    columns: ['product_id', 'product_category_name'],
  },
  {
    name: 'category_translation',
    stems: ['product_category_name_translation'],
    kind: 'reference',
    columns: ['product_category_name', 'product_category_name_english'],
  },
  {
    name: 'orders',
    stems: ['olist_orders_dataset'],
    kind: 'event',
    columns: [
      'order_id',
      'customer_id',
      'order_status',
      'order_purchase_timestamp',
      'order_approved_at',
      'order_delivered_carrier_date',
      'order_delivered_customer_date',
      'order_estimated_delivery_date',
    ],
  },
  {
    name: 'order_items',
    stems: ['olist_order_items_dataset'],
    kind: 'event',
    columns: ['order_id', 'order_item_id', 'product_id', 'seller_id', 'shipping_limit_date', 'price', 'freight_value'],
  },
  {
    name: 'order_payments',
    stems: ['olist_order_payments_dataset'],
    kind: 'event',
    columns: ['order_id', 'payment_sequential', 'payment_type', 'payment_value'],
  },
  {
    name: 'order_reviews',
    stems: ['olist_order_reviews_dataset', 'olist_order_reviews_reconstructed'],
    kind: 'event',
    columns: [
      'review_id',
      'order_id',
      'review_score',
      'review_comment_title',
      'review_comment_message',
      'review_creation_date',
      'review_answer_timestamp',
    ],
  },
] as const satisfies readonly OlistFile[]

export type OlistFileName = (typeof olistFiles)[number]['name']

/** Part of the published set, but nothing in it is an event or is looked up by one. */
export const ignoredStems = ['olist_geolocation_dataset'] as const

/** Where the first record of every file lands: it names the columns of the others. */
export const HEADER_TOPIC = 'import/olist'
export const OLIST_HEADER = 'olist.header'
