/** Shopify's documented webhooks in small: what each topic tells, repeated deliveries, other currencies. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Mapped, type Payload, inBrief, openMapper } from '../golden.ts'
import { readMapping } from '../mapping.ts'

const mapping = readMapping(import.meta.dirname, 'shopify')
let mapper: ReturnType<typeof openMapper>
beforeAll(() => {
  mapper = openMapper()
})
afterAll(() => mapper.close())

const webhook = (topic: string, body: unknown): Payload => ({
  value: typeof body === 'string' ? body : JSON.stringify(body),
  headers: {
    'x-shopify-topic': topic,
    'x-shopify-shop-domain': 'Tea.myshopify.com',
    'x-shopify-triggered-at': '2026-03-05T10:00:00.123456Z',
  },
})
const bare = (body: unknown): Payload => ({ value: typeof body === 'string' ? body : JSON.stringify(body) })

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
  id: 'ID',
  name: '#9999',
  email: 'jon@example.com',
  created_at: '2026-03-01T08:00:00-05:00',
  updated_at: '2026-03-01T08:00:00-05:00',
  currency: 'EUR',
  total_price: '403.00',
  total_line_items_price: '398.00',
  total_discounts: '5.00',
  total_shipping_price_set: { shop_money: { amount: '10.00', currency_code: 'EUR' } },
  financial_status: 'pending',
  payment_gateway_names: ['visa', 'bogus'],
  line_items: [{ id: 1, sku: 'TEA', name: 'Tea', quantity: 2, price: '199.00' }],
}
// The numbers of real orders go beyond what JSON.stringify can write.
const text = (changes: object): string =>
  JSON.stringify({ ...order, ...changes }).replace('"id":"ID"', '"id":820982911946154508')
const ORDER = 'order/820982911946154508'

test('an order that was just placed', async () => {
  const [[created, ...more] = []] = await eventsOf(webhook('orders/create', text({})))
  expect(more).toEqual([])
  expect(created).toMatchObject({
    id: `${ORDER}/created`,
    subject: ORDER,
    source: '/shop/shopify/tea.myshopify.com',
    time: '2026-03-01T13:00:00.000Z',
    data: {
      order_no: '#9999',
      channel: 'shopify',
      shop_id: 'tea.myshopify.com',
      amount_payable: 40300,
      amount_freight: 1000,
    },
  })
  expect(created?.data['lines']).toEqual([
    { line_id: '1', sku: 'TEA', name: 'Tea', quantity: 2, unit_price: 19900, amount: 39800 },
  ])
  expect(created?.data['buyer_id']).toMatch(/^guest-[0-9a-f]{16}$/)
})

test('snapshots repeat what was told, under the same ids', async () => {
  const paid = { financial_status: 'paid', updated_at: '2026-03-01T14:00:00Z' }
  const sent = {
    ...paid,
    updated_at: '2026-03-02T14:00:00Z',
    fulfillments: [
      {
        id: 7,
        order_id: 1,
        status: 'success',
        created_at: '2026-03-02T13:59:00Z',
        updated_at: '2026-03-02T14:00:00Z',
        shipment_status: null,
        tracking_company: 'UPS',
        tracking_numbers: ['1Z1', '1Z2'],
      },
    ],
  }
  const once = webhook('orders/paid', text(paid))
  const [first = [], second = [], again] = await eventsOf(once, webhook('orders/fulfilled', text(sent)), once)
  expect(first.map(({ type }) => type)).toEqual(['order.created', 'order.updated', 'payment.succeeded'])
  expect(second.map(({ type }) => type)).toEqual([
    'order.created',
    'fulfillment.created',
    'shipment.handed_over',
    'order.updated',
    'payment.succeeded',
  ])
  const ids = (of: Mapped['events']) => of.map(({ id }) => id)
  expect(ids(first).filter((id) => ids(second).includes(id))).toEqual([`${ORDER}/created`, `${ORDER}/paid/40300`])
  expect(second[2]?.data).toMatchObject({ shipment_id: '7', carrier_code: 'UPS', tracking_no: '1Z1' })
  expect(again).toEqual(first)
})

test('the end of an order: canceled, filed after it was paid, filed after all money went back', async () => {
  const at = '2026-03-03T00:00:00Z'
  expect(
    await become(
      webhook('orders/cancelled', text({ cancelled_at: at, cancel_reason: 'fraud', financial_status: 'voided' })),
      webhook('orders/updated', text({ closed_at: at, financial_status: 'paid' })),
      webhook('orders/updated', text({ closed_at: at, financial_status: 'refunded' })),
      webhook('orders/delete', '{"id":820982911946154508}'),
    ),
  ).toEqual([
    [`order.created ${ORDER}`, `payment.voided ${ORDER}`, `order.canceled ${ORDER}`],
    [`order.created ${ORDER}`, `payment.succeeded ${ORDER}`, `order.completed ${ORDER}`],
    [`order.created ${ORDER}`, `payment.succeeded ${ORDER}`, `order.closed ${ORDER}`],
    [`order.closed ${ORDER}`],
  ])
})

test('payments: one per order, whether transactions or snapshots tell of it', async () => {
  const sale = {
    id: 11,
    order_id: 5,
    kind: 'sale',
    status: 'success',
    gateway: 'shopify_payments',
    amount: '10.50',
    currency: 'USD',
    created_at: '2026-03-01T08:00:00Z',
    processed_at: '2026-03-01T08:00:05Z',
  }
  const [[one] = [], [refused] = [], [, partly] = []] = await eventsOf(
    webhook('order_transactions/create', sale),
    webhook('order_transactions/create', { ...sale, status: 'failure', error_code: 'card_declined' }),
    webhook('orders/updated', text({ financial_status: 'partially_paid', total_outstanding: '300.00' })),
  )
  expect(one).toMatchObject({
    type: 'payment.succeeded',
    subject: 'order/5',
    time: '2026-03-01T08:00:05.000Z',
    data: { payment_id: '5', amount: 1050, currency: 'USD', method: 'shopify_payments' },
  })
  expect(refused).toMatchObject({
    type: 'payment.failed',
    data: { failure_code: 'card_declined' },
  })
  expect(
    await become(
      webhook('order_transactions/create', { ...sale, kind: 'authorization' }),
      webhook('order_transactions/create', { ...sale, kind: 'capture' }),
      webhook('order_transactions/create', { ...sale, kind: 'void' }),
      webhook('order_transactions/create', { ...sale, status: 'pending' }),
      webhook('order_transactions/create', { ...sale, kind: 'change' }),
      bare({ transactions: [sale, { ...sale, id: 12, kind: 'refund' }] }),
      bare({ transaction: { ...sale, currency: null } }),
      webhook('orders/updated', text({ financial_status: 'partially_paid', total_outstanding: '300.00' })),
    ),
  ).toEqual([
    ['payment.authorized order/5'],
    ['payment.captured order/5'],
    ['payment.voided order/5'],
    ['payment.processing order/5'],
    ['concerns transaction_without_payment'],
    ['refund.created order/5', 'payment.succeeded order/5', 'refund.succeeded order/5'],
    ['problem missing_attribute'],
    [`order.created ${ORDER}`, `payment.succeeded ${ORDER}`],
  ])
  expect(partly?.data).toMatchObject({ amount: 10300 })
})

test('money of currencies with none and three decimals', async () => {
  const [[yen] = [], [dinar] = []] = await eventsOf(
    webhook('orders/create', text({ currency: 'JPY', total_price: '403', line_items: [] })),
    webhook('orders/create', text({ currency: 'KWD', total_price: 1.5, line_items: null })),
  )
  expect(yen?.data).toMatchObject({ currency: 'JPY', amount_payable: 403, amount_items: 398 })
  expect(dinar?.data).toMatchObject({ currency: 'KWD', amount_payable: 1500, amount_discount: 5000 })
})

test('refunds: by transaction, waiting or failed, and goods without money', async () => {
  const refund = {
    id: 3,
    order_id: 5,
    created_at: '2026-03-04T00:00:00Z',
    note: 'broken',
    refund_line_items: [],
    transactions: [{ id: 31, kind: 'refund', status: 'pending', amount: '2.00', currency: 'USD' }],
  }
  const by = (status: string) => ({ ...refund, transactions: [{ ...refund.transactions[0], status }] })
  const [[, repaid] = []] = await eventsOf(webhook('refunds/create', by('success')))
  expect(repaid).toMatchObject({
    type: 'refund.succeeded',
    id: 'refund/31/succeeded',
    data: { refund_id: '31', payment_id: '5', amount: 200, reason: 'broken' },
  })
  expect(
    await become(
      webhook('refunds/create', refund),
      webhook('refunds/create', by('failure')),
      webhook('refunds/create', { ...refund, transactions: [] }),
      bare({ refunds: [by('success')] }),
      webhook('orders/updated', text({ refunds: [by('success')] })),
    ),
  ).toEqual([
    ['refund.created order/5'],
    ['refund.created order/5', 'refund.failed order/5'],
    ['order.updated order/5'],
    ['refund.created order/5', 'refund.succeeded order/5'],
    [`order.created ${ORDER}`, `refund.created ${ORDER}`, `refund.succeeded ${ORDER}`],
  ])
})

test('parcels: what the carrier says, as fulfilment and as fulfilment event', async () => {
  const fulfillment = {
    id: 7,
    order_id: 5,
    status: 'success',
    created_at: '2026-03-02T00:00:00Z',
    updated_at: '2026-03-03T00:00:00Z',
    tracking_numbers: [],
  }
  const scan = {
    id: 8,
    fulfillment_id: 7,
    order_id: 5,
    happened_at: '2026-03-03T00:00:00Z',
    city: 'Kyoto',
    country: 'JP',
  }
  const [[checkpoint] = []] = await eventsOf(
    webhook('fulfillment_events/create', { ...scan, status: 'attempted_delivery' }),
  )
  expect(checkpoint).toMatchObject({
    type: 'shipment.checkpoint',
    data: { shipment_id: '7', status: 'attempt_failed', raw_status: 'attempted_delivery', location: 'Kyoto, JP' },
  })
  expect(
    await become(
      webhook('fulfillments/create', fulfillment),
      webhook('fulfillments/update', { ...fulfillment, shipment_status: 'out_for_delivery' }),
      webhook('fulfillments/update', { ...fulfillment, shipment_status: 'delivered' }),
      webhook('fulfillments/update', { ...fulfillment, shipment_status: 'label_printed' }),
      webhook('fulfillments/update', { ...fulfillment, status: 'cancelled' }),
      webhook('fulfillment_events/create', { ...scan, status: 'delivered' }),
      webhook('fulfillment_events/create', { ...scan, status: 'failure' }),
      webhook('fulfillment_events/create', {
        ...scan,
        status: 'in_transit',
        estimated_delivery_at: '2026-03-06T00:00:00Z',
      }),
      bare({ ...scan, status: 'some_new_word' }),
    ),
  ).toEqual([
    ['fulfillment.created order/5', 'shipment.handed_over order/5'],
    ['fulfillment.created order/5', 'shipment.handed_over order/5', 'shipment.checkpoint order/5'],
    ['fulfillment.created order/5', 'shipment.handed_over order/5', 'shipment.delivered order/5'],
    ['fulfillment.created order/5', 'fulfillment.label_created order/5'],
    ['fulfillment.created order/5', 'fulfillment.rejected order/5'],
    ['shipment.delivered order/5'],
    ['shipment.exception order/5'],
    ['shipment.checkpoint order/5', 'shipment.eta_changed order/5'],
    ['shipment.checkpoint order/5'],
  ])
})

test('disputes, returns and edits', async () => {
  const dispute = {
    id: 9,
    order_id: 5,
    type: 'chargeback',
    amount: '11.50',
    currency: 'USD',
    reason: 'fraudulent',
    status: 'lost',
    evidence_due_by: null,
    finalized_on: '2026-03-09T00:00:00Z',
    initiated_at: '2026-03-01T00:00:00Z',
  }
  const returned = {
    id: 4,
    status: 'requested',
    order: { id: 5 },
    return_line_items: [{ return_reason: 'size_too_small' }],
  }
  expect(
    await become(
      webhook('disputes/create', { ...dispute, status: 'needs_response' }),
      webhook('disputes/update', dispute),
      webhook('disputes/create', { ...dispute, order_id: null }),
      webhook('returns/request', returned),
      webhook('returns/approve', returned),
      webhook('returns/decline', { ...returned, decline: { reason: 'other', note: null } }),
      webhook('returns/reopen', returned),
      webhook('orders/edited', { order_edit: { id: 6, order_id: 5, committed_at: '2026-03-02T00:00:00Z' } }),
    ),
  ).toEqual([
    ['dispute.opened order/5'],
    ['dispute.opened order/5', 'dispute.closed order/5'],
    ['concerns dispute_without_order'],
    ['return.requested order/5'],
    ['return.approved order/5'],
    ['return.rejected order/5'],
    ['problem unknown_event_type'],
    ['order.updated order/5'],
  ])
})
