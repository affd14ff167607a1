/** What the product's own metrics say about the imported Olist data, in the sections of a file of expected values. */
import type { Door } from '../query/door.ts'
import { type Asking, type Where, createAsking, isTally } from './asking.ts'
import { type Comparison, type Expectations, type Json, compare } from './expectations.ts'

type Found = Readonly<Record<string, Json | Promise<Json>>>
/** Answers a section; gets the expected value because months and instants are the file's choice. */
type Section = (orders: Asking, records: Asking, expected: Json) => Found | Promise<Json>

export async function verifyOlist(
  door: Pick<Door, 'measure' | 'drill'>,
  expectations: Expectations,
): Promise<Comparison[]> {
  const orders = createAsking(door, { channel: 'olist' })
  const records = createAsking(door, {})
  const comparisons: Comparison[] = []
  for (const [name, expected] of expectations) {
    const section = SECTIONS[name] ?? stageSection(name)
    const answer = section?.(orders, records, expected)
    const found = answer === undefined || answer instanceof Promise ? await answer : await settle(answer)
    comparisons.push(...compare(name, expected, found, isTally))
  }
  return comparisons
}

const delivered: Where = { source_status: 'delivered' }
const without = (part: string): Where => ({ 'order_part!': part })

const SECTIONS: Readonly<Record<string, Section>> = {
  rows: (orders, records) => ({
    ...mapValues(
      {
        orders: 'orders',
        customers: 'customers',
        sellers: 'sellers',
        order_items: 'order_items',
        order_payments: 'order_payments',
        order_reviews: 'order_reviews',
      },
      (format) => records.value('landed_records', { record_format: `olist.${format}` }),
    ),
    ...mapValues(
      {
        distinct_orders_with_items: 'lines',
        distinct_orders_with_payments: 'payments',
        distinct_orders_with_reviews: 'reviews',
      },
      (part) => orders.value('orders_recorded', { order_part: part }),
    ),
    distinct_customer_unique_id: orders.value('buyers'),
  }),
  orphans: (orders, records) => ({
    ...mapValues(
      {
        items_without_order: 'order_items',
        payments_without_order: 'order_payments',
        reviews_without_order: 'order_reviews',
      },
      (format) =>
        records.value('rejected_causes', {
          record_format: `olist.${format}`,
          reject_cause: 'order_id is not in the orders file',
        }),
    ),
    items_with_unknown_seller: orders.value('item_rows', { seller_region: '' }),
    orders_with_unknown_customer: orders.value('orders_recorded', without('buyer')),
  }),
  orders_by_status: (orders) => orders.by('orders_recorded', 'source_status'),
  null_timestamps: (orders) =>
    mapValues(
      {
        order_purchase_timestamp: { 'milestone!': 'created' },
        order_approved_at: { 'milestone!': 'confirmed' },
        order_delivered_carrier_date: { 'milestone!': 'handed_over' },
        order_delivered_customer_date: { 'milestone!': 'delivered' },
        order_estimated_delivery_date: without('promise'),
      },
      (where) =>
        settle({
          total: orders.value('orders_recorded', where),
          by_status: orders.by('orders_recorded', 'source_status', where),
        }),
    ),
  events_if_each_timestamp_is_one_event: (orders) =>
    mapValues(
      {
        order_purchased: 'orders_placed',
        order_approved: 'orders_confirmed',
        handed_to_carrier: 'orders_handed_over',
        delivered_to_customer: 'orders_delivered',
        payment_rows: 'payment_rows',
        item_rows: 'item_rows',
        review_rows: 'review_rows',
      },
      (metric) => orders.value(metric),
    ),
  payment_vs_items: (orders) => ({
    ...mapValues(
      {
        orders_with_both: 'orders_compared',
        mismatch_over_0_01: 'payment_mismatches',
        mismatch_over_1_00: 'payment_mismatches_over_one',
        overpaid: 'orders_overpaid',
        underpaid: 'orders_underpaid',
      },
      (metric) => orders.value(metric),
    ),
    equal_to_the_cent: orders.value('orders_compared', { payment_match: 'equal' }),
    off_by_exactly_one_cent: orders.value('orders_compared', { payment_match: 'within_cent' }),
    ...mapValues(
      {
        overpaid_amount: 'overpaid_amount',
        underpaid_amount: 'underpaid_amount',
        net_amount: 'payment_mismatch_net',
        abs_amount: 'payment_mismatch_amount',
        max_over: 'largest_overpayment',
        max_under: 'largest_underpayment',
      },
      (metric) => orders.money(metric),
    ),
    mismatch_by_status: orders.by('payment_mismatches', 'source_status'),
  }),
  payment_coverage: (orders) => ({
    orders_without_payment: orders.orderIds('orders_recorded', without('payments')),
    orders_without_items: orders.value('orders_recorded', without('lines')),
    orders_without_items_by_status: orders.by('orders_recorded', 'source_status', without('lines')),
    paid_but_no_items: orders.value('orders_recorded', { order_part: 'payments', ...without('lines') }),
    paid_but_no_items_amount: orders.money('paid_total', without('lines')),
  }),
  totals: (orders) =>
    mapValues({ sum_price: 'item_total', sum_freight: 'freight_total', sum_payment: 'paid_total' }, (metric) =>
      orders.money(metric),
    ),
  approved_never_handed_to_carrier: (orders) => {
    const where: Where = { milestone: 'confirmed', 'milestone!': 'handed_over' }
    return {
      total: orders.value('orders_recorded', where),
      by_status: orders.by('orders_recorded', 'source_status', where),
      excluding_canceled_unavailable: orders.value('orders_recorded', {
        ...where,
        'source_status!': ['canceled', 'unavailable'],
      }),
    }
  },
  canceled: (orders) => {
    const canceled: Where = { source_status: 'canceled' }
    return {
      total: orders.value('orders_recorded', canceled),
      after_approval: orders.value('orders_recorded', { ...canceled, milestone: 'confirmed' }),
      before_approval: orders.value('orders_recorded', { ...canceled, 'milestone!': 'confirmed' }),
      after_handover: orders.value('orders_recorded', { ...canceled, milestone: 'handed_over' }),
      after_delivery: orders.value('orders_recorded', { ...canceled, milestone: 'delivered' }),
      with_payment_value: orders.money('paid_total', canceled),
      after_approval_payment_value: orders.money('paid_total', { ...canceled, milestone: 'confirmed' }),
    }
  },
  sequence_violations: (orders) =>
    mapValues(
      {
        approved_before_purchase: ['confirmed_before_created'],
        carrier_before_purchase: ['handed_over_before_created'],
        carrier_before_approval: ['handed_over_before_confirmed'],
        delivered_before_carrier: ['delivered_before_handed_over'],
        delivered_before_approval: ['delivered_before_confirmed'],
        delivered_before_purchase: ['delivered_before_created'],
        estimated_before_purchase: ['promised_before_created'],
        any_of_approval_carrier_customer_out_of_order: [
          'handed_over_before_confirmed',
          'delivered_before_handed_over',
          'delivered_before_confirmed',
        ],
      },
      (violations) => orders.value('orders_recorded', { sequence_violation: violations }),
    ),
  status_inconsistencies: (orders) => ({
    delivered_without_delivery_date: orders.value('orders_recorded', { ...delivered, 'milestone!': 'delivered' }),
    delivered_without_carrier_date: orders.value('orders_recorded', { ...delivered, 'milestone!': 'handed_over' }),
    delivered_without_approval: orders.value('orders_recorded', { ...delivered, 'milestone!': 'confirmed' }),
    not_delivered_but_has_delivery_date: orders.by('orders_recorded', 'source_status', {
      'source_status!': 'delivered',
      milestone: 'delivered',
    }),
    shipped_without_carrier_date: orders.value('orders_recorded', {
      source_status: 'shipped',
      'milestone!': 'handed_over',
    }),
  }),
  late: (orders) => ({
    delivered_with_date: orders.value('orders_delivered', delivered),
    late: orders.value('orders_late', delivered),
  }),
  late_by_purchase_month: (orders, _records, expected) =>
    perKey(expected, (month) => ({
      delivered: orders.value('orders_delivered', { ...delivered, purchase_month: month }),
      late: orders.value('orders_late', { ...delivered, purchase_month: month }),
    })),
  as_of: (orders, _records, expected) => perKey(expected, (instant) => asOf(orders, `${instant.replace(' ', 'T')}Z`)),
}

/** Which files call overdue what is past the start of the promised day; the product's own overdue waits for its end. */
function asOf(orders: Asking, as_of: string): Found {
  const at = (metric: string, where: Where = {}): Promise<number> => orders.value(metric, where, { as_of })
  return {
    purchased: at('orders_standing'),
    approved: at('orders_standing', { milestone: 'confirmed' }),
    handed: at('orders_standing', { milestone: 'handed_over' }),
    delivered: at('orders_standing', { milestone: 'delivered' }),
    open: at('orders_open'),
    open_overdue: at('orders_past_estimate'),
    open_overdue_with_carrier: at('orders_past_estimate', { milestone: 'handed_over' }),
    awaiting_approval_over_48h: at('orders_awaiting_approval_over_48h'),
    approved_not_handed_over_7d: at('orders_awaiting_handover_over_7d'),
  }
}

const STAGE = /^duration_(purchase_to_approval|approval_to_carrier|carrier_to_delivery|purchase_to_delivery)$/

function stageSection(name: string): Section | undefined {
  const stage = STAGE.exec(name)?.[1]
  if (stage === undefined) return undefined
  return (orders) => ({
    n: orders.value(`${stage}_orders`),
    ...mapValues(
      { min_h: 'min', median_h: 'median', p90_h: 'p90', p95_h: 'p95', p99_h: 'p99', max_h: 'max', mean_h: 'mean' },
      (statistic) => orders.hours(`${stage}_${statistic}`),
    ),
    negative: orders.value(`${stage}_negative`),
    zero: orders.value(`${stage}_zero`),
    sum_seconds: orders.value(`${stage}_total`),
  })
}

function mapValues<V>(
  names: Readonly<Record<string, V>>,
  find: (value: V) => Promise<Json>,
): Record<string, Promise<Json>> {
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [name, find(value)]))
}

/** The keys are the file's own: months, instants. */
function perKey(expected: Json, find: (key: string) => Found): Found {
  const keys =
    typeof expected === 'object' && expected !== null && !Array.isArray(expected) ? Object.keys(expected) : []
  return Object.fromEntries(keys.map((key) => [key, settle(find(key))]))
}

async function settle(found: Found): Promise<Json> {
  return Object.fromEntries(
    await Promise.all(Object.entries(found).map(async ([key, value]) => [key, await value] as const)),
  )
}
