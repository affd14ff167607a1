/** How Shopify's objects may arrive (bare, wrapped, listed, bridged), and what is no order at all. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Payload, inBrief, openMapper } from '../golden.ts'
import { readMapping } from '../mapping.ts'

const mapping = readMapping(import.meta.dirname, 'shopify')
let mapper: ReturnType<typeof openMapper>
beforeAll(() => {
  mapper = openMapper()
})
afterAll(() => mapper.close())

const bare = (body: unknown): Payload => ({ value: typeof body === 'string' ? body : JSON.stringify(body) })
const webhook = (topic: string, body: unknown): Payload => ({ ...bare(body), headers: { 'x-shopify-topic': topic } })
const become = async (...payloads: Payload[]): Promise<string[][]> => (await mapper.map(mapping, payloads)).map(inBrief)

const order = {
  id: 5,
  name: '#9999',
  created_at: '2026-03-01T08:00:00-05:00',
  updated_at: '2026-03-01T08:00:00-05:00',
  currency: 'EUR',
  total_price: '403.00',
  financial_status: 'pending',
  line_items: [],
}

test('the same order in every wrapping', async () => {
  const bridged = {
    id: 'x',
    'detail-type': 'shopifyWebhook',
    detail: { payload: order, 'X-Shopify-Topic': 'orders/create' },
  }
  const expected = ['order.created order/5']
  expect(
    await become(
      bare(order),
      bare({ order }),
      bare({ orders: [order] }),
      bare({ data: order }),
      bare([order]),
      bare(bridged),
      bare(`\ufeff${JSON.stringify(order)}`),
    ),
  ).toEqual(Array.from({ length: 7 }, () => expected))
})

test('what does not concern orders is set aside; what cannot be understood says why', async () => {
  expect(
    await become(
      webhook('products/update', { id: 1, title: 'Tea', variants: [] }),
      webhook('app/uninstalled', { id: 1 }),
      webhook('checkouts/create', { id: 1, token: 'x', line_items: [] }),
      webhook('draft_orders/create', { id: 1, name: '#D1', order_id: null, line_items: [] }),
      webhook('customers/create', { id: 1 }),
      bare({ orders: [] }),
      bare([]),
      webhook('orders/risk_assessment_changed', { order_id: 1, risk_level: 'high' }),
      webhook('fulfillment_orders/placed_on_hold', { fulfillment_order: { id: 'gid://shopify/FulfillmentOrder/1' } }),
      bare({ something: 'else' }),
      bare('not JSON'),
      bare('{"id": 1,}'),
      bare(''),
      bare('"text"'),
      bare('null'),
      { value: Buffer.from([0x7b, 0xff, 0x7d]) },
    ),
  ).toEqual([
    ['concerns products.update'],
    ['concerns app.uninstalled'],
    ['concerns checkouts.create'],
    ['concerns draft_orders.create'],
    ['concerns customers.create'],
    ['concerns empty_list'],
    ['concerns empty_list'],
    ['problem unknown_event_type'],
    ['problem unknown_event_type'],
    ['problem unknown_event_type'],
    ['problem invalid_json'],
    ['problem invalid_json'],
    ['problem empty'],
    ['problem not_object'],
    ['problem not_object'],
    ['problem invalid_json'],
  ])
})

test('an order without its essentials is refused by the contracts, and takes no other order with it', async () => {
  const [result] = await become(
    bare({
      orders: [order, { ...order, id: 6, currency: null }, { ...order, id: 7, created_at: null, updated_at: null }],
    }),
  )
  expect(result).toEqual([
    'order.created order/5',
    'missing_attribute: time is missing',
    'missing_attribute: data.currency is missing',
  ])
})
