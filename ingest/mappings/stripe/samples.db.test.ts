/** Stripe's documented shapes in small: one payment told twice, refunds one by one, currencies, references, broken messages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mapped, openMapper } from '../golden.ts'
import { readMapping } from '../mapping.ts'

const mapping = readMapping(import.meta.dirname, 'stripe')
let mapper: ReturnType<typeof openMapper>
beforeAll(() => {
  mapper = openMapper()
})
afterAll(() => mapper.close())

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))
const map = (...bodies: unknown[]): Promise<Mapped[]> =>
  mapper.map(
    mapping,
    bodies.map((body) => ({ value: textOf(body) })),
  )

/** What became of each message: `type subject` of its events and what the contracts refuse of them, or why there are none. */
const become = async (...bodies: unknown[]): Promise<string[][]> =>
  (await map(...bodies)).map(({ events, concerns, problem, faults }) => {
    if (problem !== '') return [`problem ${problem}`]
    if (concerns !== '') return [`concerns ${concerns}`]
    return [
      ...events.map(({ type, subject }) => `${type} ${subject}`),
      ...faults.map((fault) => fault.split(' in ')[0] ?? ''),
    ]
  })

const dataOf = async (body: unknown): Promise<Readonly<Record<string, unknown>>[]> => {
  const [result] = await map(body)
  expect(result).toMatchObject({ concerns: '', problem: '', faults: [] })
  return (result?.events ?? []).map(({ type, data }) => ({ type, ...data }))
}

const event = (type: string, object: unknown, more: object = {}): object => ({
  id: 'evt_1',
  object: 'event',
  created: 1767225600,
  type,
  data: { object },
  ...more,
})
const intent = {
  id: 'pi_1',
  object: 'payment_intent',
  amount: 2500,
  amount_received: 2500,
  currency: 'eur',
  status: 'succeeded',
  created: 1767225500,
  payment_method_types: ['card', 'ideal'],
  metadata: {},
}
const charge = {
  id: 'ch_1',
  object: 'charge',
  amount: 2500,
  amount_captured: 2500,
  captured: true,
  paid: true,
  status: 'succeeded',
  currency: 'eur',
  payment_intent: 'pi_1',
  created: 1767225550,
  payment_method_details: { type: 'card' },
  metadata: [],
}
const refund = {
  id: 're_1',
  object: 'refund',
  amount: 500,
  charge: 'ch_1',
  payment_intent: 'pi_1',
  currency: 'eur',
  created: 1767226000,
}
const session = {
  id: 'cs_1',
  object: 'checkout.session',
  mode: 'payment',
  payment_status: 'paid',
  amount_total: 900,
  currency: 'usd',
  payment_intent: 'pi_9',
  client_reference_id: 'A-77',
  created: 1767225500,
}

describe('payments', () => {
  test('an intent and its charge are one payment, known by the intent', async () => {
    const [first, second, third] = await map(
      event('payment_intent.succeeded', intent),
      event('charge.succeeded', charge),
      event('charge.succeeded', { ...charge, payment_intent: null }),
    )
    expect(first?.events[0]?.data).toMatchObject({ payment_id: 'pi_1', amount: 2500, currency: 'EUR' })
    expect(second?.events[0]?.data).toMatchObject({ payment_id: 'pi_1', amount: 2500, method: 'card' })
    expect(third?.events[0]?.data).toMatchObject({ payment_id: 'ch_1' })
  })

  test('a charge that is not captured is an authorization; a part captured counts as that part', async () => {
    expect(
      await become(
        event('charge.succeeded', { ...charge, captured: false }),
        event('charge.updated', { ...charge, captured: false, refunded: true }),
        event('charge.refunded', { ...charge, captured: false, amount_refunded: 2500 }),
        event('charge.expired', { ...charge, captured: false }),
      ),
    ).toEqual([
      ['payment.authorized lookup/payment/pi_1'],
      ['payment.voided lookup/payment/pi_1'],
      ['payment.voided lookup/payment/pi_1'],
      ['payment.expired lookup/payment/pi_1'],
    ])
    expect(await dataOf(event('charge.captured', { ...charge, amount_captured: 1500 }))).toMatchObject([
      { amount: 1500 },
    ])
    const old = { ...charge, amount_captured: undefined, amount_refunded: 1000 }
    expect(await dataOf(event('charge.captured', old))).toMatchObject([{ amount: 1500 }])
  })

  test('a failure says why the bank declined, where the bank says so', async () => {
    const failed = (error: object): object =>
      event('payment_intent.payment_failed', { ...intent, last_payment_error: error })
    expect(await dataOf(failed({ code: 'card_declined', decline_code: 'insufficient_funds' }))).toMatchObject([
      { type: 'payment.failed', failure_code: 'insufficient_funds' },
    ])
    expect(await dataOf(failed({ code: 'card_declined', decline_code: 'generic_decline' }))).toMatchObject([
      { failure_code: 'card_declined' },
    ])
  })

  test('a checkout tells of a payment, unless it only sets something up or nobody waits for it', async () => {
    const nobody = { ...session, client_reference_id: null, payment_intent: null }
    expect(
      await become(
        event('checkout.session.completed', session),
        event('checkout.session.completed', { ...session, payment_status: 'unpaid' }),
        event('checkout.session.completed', { ...session, mode: 'subscription', payment_intent: null }),
        event('checkout.session.async_payment_failed', session),
        event('checkout.session.expired', { ...session, payment_intent: null }),
        event('checkout.session.expired', nobody),
      ),
    ).toEqual([
      ['payment.succeeded lookup/order/A-77'],
      ['payment.processing lookup/order/A-77'],
      ['concerns checkout.session.completed'],
      ['payment.failed lookup/order/A-77'],
      ['payment.expired lookup/order/A-77'],
      ['concerns checkout.session.expired'],
    ])
  })

  test('amounts are minor units of ISO 4217, also where Stripe counts otherwise', async () => {
    const paid = (currency: string, amount: unknown): object =>
      event('payment_intent.succeeded', { ...intent, currency, amount_received: amount })
    const results = await map(
      paid('jpy', 2500),
      paid('isk', 2500),
      paid('ugx', 2500),
      paid('mga', 2500),
      paid('kwd', 2500),
      paid('huf', '2500'),
    )
    expect(results.map(({ events }) => events[0]?.data['amount'])).toEqual([2500, 25, 25, 250_000, 2500, 2500])
    expect(await become(paid('eur', 25.5))).toEqual([[expect.stringMatching(/^wrong_type: data.amount/)]])
  })
})

describe('refunds and disputes', () => {
  test('a charge lists its refunds: each is one, whatever message lists it', async () => {
    const listing = (...data: object[]): object =>
      event('charge.refunded', { ...charge, amount_refunded: 800, refunds: { data } })
    const [once, again] = await map(
      listing({ ...refund, status: 'succeeded' }),
      listing({ ...refund, id: 're_2', amount: 300, status: 'pending' }, { ...refund, status: 'succeeded' }),
    )
    expect(once?.events).toMatchObject([{ id: 're_1/succeeded', type: 'refund.succeeded' }])
    expect(again?.events).toMatchObject([
      { id: 're_2/pending', type: 'refund.created', data: { amount: 300, refund_channel: 'card' } },
      { id: 're_1/succeeded', type: 'refund.succeeded', data: { amount: 500, payment_id: 'pi_1' } },
    ])
    expect(again?.events[1]).toEqual(once?.events[0])
  })

  test('without a list, the total has grown by one refund', async () => {
    const object = { ...charge, amount_refunded: 800 }
    const more = { data: { object, previous_attributes: { amount_refunded: 500 } } }
    expect(await dataOf(event('charge.refunded', object, more))).toMatchObject([
      { type: 'refund.succeeded', refund_id: 'ch_1/refunded/800', amount: 300 },
    ])
  })

  test('a refund of its own becomes what its status says', async () => {
    const told = (name: string, status: string | null): object => event(name, { ...refund, status })
    expect(
      (
        await become(
          told('refund.created', 'pending'),
          told('refund.created', 'succeeded'),
          told('refund.updated', 'requires_action'),
          told('refund.updated', 'canceled'),
          told('charge.refund.updated', 'failed'),
          told('refund.failed', null),
        )
      ).map(([one]) => one?.split(' ')[0]),
    ).toEqual([
      'refund.created',
      'refund.succeeded',
      'refund.updated',
      'refund.rejected',
      'refund.failed',
      'refund.failed',
    ])
  })

  test('a dispute says until when proof is due, and one without an id goes by its charge', async () => {
    const dispute = { object: 'dispute', amount: 2500, currency: 'eur', charge, status: 'needs_response' }
    expect(
      await dataOf(event('charge.dispute.created', { ...dispute, evidence_details: { due_by: 1768000000 } })),
    ).toMatchObject([
      { type: 'dispute.opened', dispute_id: 'ch_1', payment_id: 'ch_1', due_at: '2026-01-09T23:06:40Z' },
    ])
  })
})

test('the order is named by metadata, by fields meant for it, by clear words, else by the payment', async () => {
  const named = (more: object): object => event('payment_intent.created', { ...intent, ...more })
  expect(
    (
      await become(
        named({ metadata: { order_id: 1001 } }),
        named({ metadata: { 'Order #': '00042', customer: 'x' } }),
        named({ metadata: { order_id: '', orderNumber: 'N-7' } }),
        named({ metadata: { order_id: 'A"/\\b' } }),
        named({ payment_details: { order_reference: 'ref-9' } }),
        named({ description: 'Tea Shop - Order #A-1001, thanks' }),
        named({ description: 'Order number: 55' }),
        named({ description: 'border #12, in order 3' }),
        event('charge.succeeded', { ...charge, payment_intent: { ...intent, metadata: { orderId: 'X1' } } }),
      )
    ).map(([one]) => one?.split(' ')[1]),
  ).toEqual([
    'lookup/order/1001',
    'lookup/order/00042',
    'lookup/order/N-7',
    'lookup/order/A"/\\b',
    'lookup/order/ref-9',
    'lookup/order/A-1001',
    'lookup/order/55',
    'lookup/payment/pi_1',
    'lookup/order/X1',
  ])
})

test('bare objects and lists, as the REST API answers them, are read by their status', async () => {
  const succeeded = event('payment_intent.succeeded', intent)
  expect(
    await become(
      intent,
      { ...charge, status: 'failed' },
      { ...refund, status: 'succeeded' },
      { ...session, status: 'open' },
      { id: 'pm_1', object: 'payment_method', type: 'card' },
      { object: 'list', data: [succeeded, event('customer.created', { id: 'cus_1' })] },
      { object: 'list', data: [] },
      { event: succeeded },
      { data: { object: intent } },
      { payment_intent: intent },
    ),
  ).toEqual([
    ['payment.succeeded lookup/payment/pi_1'],
    ['payment.failed lookup/payment/pi_1'],
    ['refund.succeeded lookup/payment/pi_1'],
    ['concerns checkout.session'],
    ['concerns payment_method'],
    ['payment.succeeded lookup/payment/pi_1'],
    ['concerns list'],
    ['payment.succeeded lookup/payment/pi_1'],
    ['payment.succeeded lookup/payment/pi_1'],
    ['payment.succeeded lookup/payment/pi_1'],
  ])
})

test('what we do not know is set aside only where it cannot concern an order', async () => {
  expect(
    await become(
      event('customer.created', { id: 'cus_1' }),
      { id: 'evt_2', object: 'v2.core.event', type: 'v1.billing.meter.error' },
      event('payment_intent.invented', intent),
      event('charge.dispute.invented', charge),
    ),
  ).toEqual([
    ['concerns customer.created'],
    ['concerns v1.billing.meter.error'],
    ['problem unknown_event_type: no mapping for payment_intent.invented'],
    ['problem unknown_event_type: no mapping for charge.dispute.invented'],
  ])
})

test('a message that cannot be read says why, and one bad item leaves the good ones alone', async () => {
  expect(
    (
      await become(
        '',
        'nope',
        '3',
        {},
        event('payment_intent.succeeded', null),
        event('payment_intent.succeeded', { ...intent, id: null }),
        event('payment_intent.succeeded', { ...intent, created: null }, { created: null }),
        event('', intent),
      )
    ).map(([one]) => one?.split(':')[0]),
  ).toEqual([
    'problem empty',
    'problem invalid_json',
    'problem not_object',
    'problem unknown_event_type',
    'problem missing_attribute',
    'problem missing_attribute',
    'problem missing_attribute',
    'problem missing_attribute',
  ])
  expect(
    await become(
      { data: [event('charge.succeeded', charge), event('charge.invented', charge)] },
      `\ufeff${textOf(intent)}`,
    ),
  ).toEqual([
    ['payment.succeeded lookup/payment/pi_1', 'unknown_event_type: no mapping for charge.invented'],
    ['payment.succeeded lookup/payment/pi_1'],
  ])
})
