/** WooCommerce's documented shapes in small: statuses, topics, versions of the API, missing members, other currencies. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Mapped, type Payload, inBrief, openMapper } from '../golden.ts'
import { readMapping } from '../mapping.ts'

const mapping = readMapping(import.meta.dirname, 'woocommerce')
let mapper: ReturnType<typeof openMapper>
beforeAll(() => {
  mapper = openMapper()
})
afterAll(() => mapper.close())

const bare = (body: unknown): Payload => ({ value: typeof body === 'string' ? body : JSON.stringify(body) })
const webhook = (topic: string, body: unknown): Payload => ({
  ...bare(body),
  headers: { 'x-wc-webhook-topic': topic, 'x-wc-webhook-source': 'https://tea.example/shop/' },
})
const become = async (...payloads: Payload[]): Promise<string[][]> => (await mapper.map(mapping, payloads)).map(inBrief)

/** The events of each payload, none of which may be refused. */
async function eventsOf(...payloads: Payload[]): Promise<Mapped['events'][]> {
  const results = await mapper.map(mapping, payloads)
  expect(results.map(({ concerns, problem, faults }) => ({ concerns, problem, faults }))).toEqual(
    payloads.map(() => ({ concerns: '', problem: '', faults: [] })),
  )
  return results.map(({ events }) => events)
}

const order = {
  id: 727,
  number: 'T-727',
  status: 'pending',
  currency: 'EUR',
  date_created: '2026-03-01T10:00:00',
  date_created_gmt: '2026-03-01T09:00:00',
  date_modified_gmt: '2026-03-01T09:00:00',
  date_paid_gmt: null,
  date_completed_gmt: null,
  total: '29.35',
  shipping_total: '10.00',
  discount_total: '0.00',
  customer_id: 0,
  payment_method: 'bacs',
  transaction_id: '',
  billing: { first_name: 'Ada', last_name: 'Tea', email: 'Ada@example.com', phone: '(555) 555-5555', country: 'DE' },
  shipping: { first_name: '', last_name: '', country: '', state: '' },
  line_items: [{ id: 315, name: 'Tea', sku: 'TEA', quantity: 2, subtotal: '19.35', total: '19.35', price: 9.675 }],
  refunds: [],
}
const at = { date_modified_gmt: '2026-03-02T00:00:00' }
const paid = { ...at, status: 'processing', date_paid_gmt: '2026-03-01T23:59:59', transaction_id: 'ch_1' }

test('an order that was just placed by a guest', async () => {
  const [[created, ...more] = [], [again] = []] = await eventsOf(webhook('order.created', order), bare({ order }))
  expect(more).toEqual([])
  expect(created).toMatchObject({
    id: 'order/727/created',
    subject: 'order/727',
    source: '/shop/woocommerce/tea.example/shop',
    time: '2026-03-01T09:00:00.000Z',
    data: {
      order_no: 'T-727',
      channel: 'woocommerce',
      shop_id: 'tea.example/shop',
      buyer_name: 'Ada Tea',
      buyer_phone_tail: '5555',
      region: 'DE',
      amount_payable: 2935,
      amount_items: 1935,
      amount_freight: 1000,
      lines: [{ line_id: '315', sku: 'TEA', name: 'Tea', quantity: 2, unit_price: 968, amount: 1935 }],
    },
  })
  expect(created?.data['buyer_id']).toMatch(/^guest-[0-9a-f]{16}$/)
  expect(again?.data['buyer_id']).toBe(created?.data['buyer_id'])
})

test('the life of an order by its statuses', async () => {
  const card = { ...paid, payment_method: 'stripe' }
  expect(
    await become(
      webhook('order.updated', { ...order, ...at, status: 'on-hold' }),
      webhook('order.updated', { ...order, ...paid }),
      webhook('order.updated', { ...order, ...card }),
      webhook('order.updated', {
        ...order,
        ...card,
        status: 'wc-completed',
        date_completed_gmt: '2026-03-04T00:00:00',
      }),
      webhook('order.updated', { ...order, ...at, status: 'cancelled' }),
      webhook('order.updated', { ...order, ...at, status: 'failed' }),
      webhook('order.updated', { ...order, ...at, status: 'trash' }),
      webhook('order.restored', { ...order, ...at }),
      webhook('order.updated', { ...order, ...at, status: 'packed-by-our-own-plugin' }),
      webhook('order.updated', { ...order, status: 'checkout-draft' }),
      webhook('order.deleted', { id: 727 }),
    ),
  ).toEqual([
    ['order.created order/727', 'order.updated order/727', 'order.held order/727'],
    [
      'order.created order/727',
      'payment.succeeded order/727',
      'order.hold_released order/727',
      'order.updated order/727',
    ],
    ['order.created order/727', 'payment.succeeded order/727', 'order.updated order/727'],
    ['order.created order/727', 'payment.succeeded order/727', 'order.updated order/727', 'order.completed order/727'],
    ['order.created order/727', 'order.updated order/727', 'order.canceled order/727'],
    ['order.created order/727', 'order.updated order/727', 'payment.failed order/727'],
    ['order.created order/727', 'order.updated order/727', 'order.closed order/727'],
    ['order.created order/727', 'order.updated order/727'],
    ['order.created order/727', 'order.updated order/727'],
    ['concerns draft_order'],
    ['order.closed order/727'],
  ])
})

test('a payment is called after its transaction, and a repeated snapshot repeats the same events', async () => {
  const once = webhook('order.updated', { ...order, ...paid })
  const [first = [], second, [, unnamed] = []] = await eventsOf(
    once,
    once,
    bare({ ...order, ...paid, transaction_id: '' }),
  )
  expect(second).toEqual(first)
  expect(first[1]).toMatchObject({ id: 'order/727/paid', data: { payment_id: 'ch_1', amount: 2935, method: 'bacs' } })
  expect(unnamed?.data).toMatchObject({ payment_id: '727' })
})

test('refunds, within an order and alone', async () => {
  const refund = { id: 3, date_created_gmt: '2026-03-05T00:00:00', amount: '10.00', reason: 'cold', refunded_by: 1 }
  const up = { _links: { up: [{ href: 'https://tea.example/wp-json/wc/v3/orders/727' }] } }
  const [inside = [], [alone] = [], [yen] = []] = await eventsOf(
    bare({ ...order, ...paid, refunds: [{ id: 3, reason: null, total: '-10.00' }] }),
    bare([{ ...refund, ...up }]),
    bare({ ...refund, parent_id: 727, currency: 'JPY', amount: '10' }),
  )
  expect(inside.slice(-2)).toMatchObject([
    { type: 'refund.created', id: 'refund/3/created', data: { refund_id: '3', payment_id: 'ch_1', amount: 1000 } },
    { type: 'refund.succeeded', id: 'refund/3/succeeded' },
  ])
  expect(alone).toMatchObject({ subject: 'order/727', id: 'refund/3/created', data: { amount: 1000, reason: 'cold' } })
  expect(yen).toMatchObject({ subject: 'order/727', data: { amount: 10, currency: 'JPY' } })
  expect(await become(bare(refund), bare({ ...refund, ...up, amount: '10' }))).toEqual([
    ['refund.created lookup/refund/3', 'refund.succeeded lookup/refund/3'],
    ['problem missing_attribute'],
  ])
})

test('parcels: trackings alone and within an order, and labels', async () => {
  const tracking = { tracking_id: 'a1', tracking_provider: '', custom_tracking_provider: 'Cart', tracking_number: 'T1' }
  const [[alone] = [], inside = [], [label] = []] = await eventsOf(
    bare({ data: { ...tracking, date_shipped: '2026-03-03' } }),
    bare({
      ...order,
      meta_data: [{ id: 1, key: '_wc_shipment_tracking_items', value: [{ ...tracking, date_shipped: '1772496000' }] }],
    }),
    bare({
      orderId: 727,
      labelsData: [{ label_id: 5, tracking: 'T1', carrier_id: 'usps', created_date: 1772496000000 }],
    }),
  )
  const handedOver = {
    type: 'shipment.handed_over',
    id: 'tracking/a1',
    time: '2026-03-03T00:00:00.000Z',
    data: { shipment_id: 'T1', carrier_code: 'Cart', tracking_no: 'T1' },
  }
  expect(alone).toMatchObject({ ...handedOver, subject: 'lookup/tracking/T1' })
  expect(inside.at(-1)).toMatchObject({ ...handedOver, subject: 'order/727' })
  expect(label).toMatchObject({ type: 'fulfillment.label_created', subject: 'order/727', data: { shipment_id: 'T1' } })
})

test('money without decimals and with three, and the oldest version of the API', async () => {
  const old = {
    id: 8,
    order_number: 8,
    status: 'processing',
    currency: 'KWD',
    created_at: '2026-03-01T09:00:00Z',
    updated_at: '2026-03-01T09:05:00Z',
    total: '1.250',
    total_shipping: '0.250',
    payment_details: { method_id: 'cod', paid: true },
    billing_address: { first_name: 'Ada', last_name: 'Tea', country: 'KW' },
    line_items: [],
  }
  const [[peso] = [], [dinar, , payment] = []] = await eventsOf(
    bare({ ...order, currency: 'CLP', total: 18000, shipping_total: '0' }),
    bare({ order: old }),
  )
  expect(peso?.data).toMatchObject({ currency: 'CLP', amount_payable: 18000, amount_freight: 0 })
  expect(dinar?.data).toMatchObject({ amount_payable: 1250, amount_freight: 250, buyer_name: 'Ada Tea', region: 'KW' })
  expect(payment).toMatchObject({ type: 'payment.succeeded', data: { payment_id: '8', amount: 1250, method: 'cod' } })
})

test('what does not concern orders is set aside; what cannot be understood says why', async () => {
  const failure = { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } }
  expect(
    await become(
      bare('webhook_id=5'),
      webhook('product.updated', { id: 1, name: 'Tea' }),
      webhook('coupon.created', { id: 1, code: 'x' }),
      webhook('subscription.updated', { ...order, billing_period: 'month' }),
      webhook('action.woocommerce_add_to_cart', { action: 'woocommerce_add_to_cart', arg: 'k' }),
      webhook('action.woocommerce_order_status_cancelled', { action: 'woocommerce_order_status_cancelled', arg: 727 }),
      webhook('action.woocommerce_payment_complete', { action: 'woocommerce_payment_complete', arg: 727 }),
      bare({ data: [] }),
      bare(failure),
      webhook('order.updated', failure),
      webhook('order.updated', { id: 727 }),
      bare({ something: 'else' }),
      bare('{"id": 1,}'),
      bare(''),
      bare('7'),
    ),
  ).toEqual([
    ['concerns ping'],
    ['concerns product.updated'],
    ['concerns coupon.created'],
    ['concerns subscription.updated'],
    ['concerns woocommerce_add_to_cart'],
    ['order.canceled order/727'],
    ['problem unknown_event_type'],
    ['concerns empty_list'],
    ['concerns error_response'],
    ['problem unreadable_record'],
    ['problem unknown_event_type'],
    ['problem unknown_event_type'],
    ['problem invalid_json'],
    ['problem empty'],
    ['problem not_object'],
  ])
})

test('an order without its essentials is refused by the contracts, and takes no other order with it', async () => {
  const dateless = { date_created: '0000-00-00T00:00:00', date_created_gmt: null, date_modified_gmt: null }
  const [result] = await become(
    bare({ orders: [{ ...order, ...dateless, id: 1 }, { ...order, id: 2, currency: '' }, order] }),
  )
  expect(result).toEqual([
    'order.created order/727',
    'missing_attribute: time is missing',
    'missing_attribute: data.currency is missing',
  ])
})
