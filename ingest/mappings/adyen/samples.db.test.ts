/** Adyen's documented shapes in small: several items, every outcome, other currencies, wrappings, broken messages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mapped, openMapper } from '../golden.ts'
import { readMapping } from '../mapping.ts'

const mapping = readMapping(import.meta.dirname, 'adyen')
let mapper: ReturnType<typeof openMapper>
beforeAll(() => {
  mapper = openMapper()
})
afterAll(() => mapper.close())

const map = (...bodies: unknown[]): Promise<Mapped[]> =>
  mapper.map(
    mapping,
    bodies.map((body) => ({ value: typeof body === 'string' ? body : JSON.stringify(body) })),
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

const item = (more: object = {}): { NotificationRequestItem: object } => ({
  NotificationRequestItem: {
    amount: { currency: 'EUR', value: 1000 },
    eventCode: 'AUTHORISATION',
    eventDate: '2026-01-01T10:00:00+01:00',
    merchantAccountCode: 'TeaShop',
    merchantReference: 'A-1',
    operations: ['CANCEL', 'CAPTURE', 'REFUND'],
    paymentMethod: 'visa',
    pspReference: 'P1',
    reason: '1234:7777:12/2030',
    success: 'true',
    ...more,
  },
})
const notification = (...notificationItems: object[]): object => ({ live: 'false', notificationItems })
/** A change to payment P1, told by its own reference. */
const change = (eventCode: string, more: object = {}): object =>
  notification(item({ eventCode, pspReference: 'P2', originalReference: 'P1', reason: '', ...more }))

describe('payments', () => {
  test('an authorization is paid when it leaves nothing to capture', async () => {
    const [card, ideal, refused] = await map(
      notification(item({ success: true })),
      notification(item({ operations: ['REFUND'], paymentMethod: 'ideal' })),
      notification(item({ success: 'false', reason: 'Refused' })),
    )
    expect(card?.events).toMatchObject([
      {
        id: 'P1/AUTHORISATION/true',
        type: 'payment.authorized',
        source: '/adyen/TeaShop',
        data: { payment_id: 'P1', amount: 1000, currency: 'EUR', method: 'card', provider: 'adyen' },
      },
    ])
    // The reason of a success holds digits of the card.
    expect(JSON.stringify(card)).not.toContain('7777')
    expect(ideal?.events).toMatchObject([{ type: 'payment.succeeded', data: { method: 'ideal' } }])
    expect(refused?.events).toMatchObject([{ type: 'payment.failed', data: { failure_code: 'Refused' } }])
  })

  test('a change belongs to the payment it changes, and a refused one changes nothing', async () => {
    expect(
      await become(
        change('CAPTURE'),
        change('CAPTURE', { success: 'false' }),
        change('CAPTURE_FAILED'),
        change('CANCELLATION'),
        change('CANCELLATION', { success: 'false' }),
        change('TECHNICAL_CANCEL'),
        change('CANCEL_OR_REFUND', { additionalData: { 'modification.action': 'cancel' } }),
        change('AUTHORISATION_ADJUSTMENT'),
        change('EXPIRE', { originalReference: undefined }),
        change('OFFER_CLOSED', { originalReference: undefined }),
        change('CAPTURE', { merchantReference: null }),
      ),
    ).toEqual([
      ['payment.captured lookup/order/A-1'],
      ['payment.failed lookup/order/A-1'],
      ['payment.failed lookup/order/A-1'],
      ['payment.voided lookup/order/A-1'],
      ['concerns cancellation'],
      ['payment.voided lookup/order/A-1'],
      ['payment.voided lookup/order/A-1'],
      ['payment.authorized lookup/order/A-1'],
      ['payment.expired lookup/order/A-1'],
      ['payment.expired lookup/order/A-1'],
      ['payment.captured lookup/payment/P1'],
    ])
    const [captured] = await map(change('CAPTURE'))
    expect(captured?.events[0]?.data).toMatchObject({ payment_id: 'P1' })
  })

  test('amounts are minor units of ISO 4217, also where Adyen counts otherwise', async () => {
    const paid = (currency: string, value: unknown, pspReference: string): object =>
      item({ amount: { currency, value }, pspReference })
    const [result] = await map(
      notification(
        paid('CLP', 500_000, 'a'),
        paid('ISK', 500_000, 'b'),
        paid('IDR', 5000, 'c'),
        paid('CVE', 5000, 'd'),
        paid('JPY', '700', 'e'),
        paid('KWD', 1500, 'f'),
      ),
    )
    expect(result?.events.map(({ data }) => data['amount'])).toEqual([5000, 5000, 500_000, 500_000, 700, 1500])
  })
})

describe('refunds and disputes', () => {
  test('a refund is known by its own reference, whatever becomes of it', async () => {
    const [done, failed, later, reversed, either] = await map(
      change('REFUND'),
      change('REFUND', { success: 'false', reason: 'Insufficient balance' }),
      change('REFUND_FAILED'),
      change('REFUNDED_REVERSED'),
      change('CANCEL_OR_REFUND', { additionalData: { 'modification.action': 'refund' } }),
    )
    expect(done?.events).toMatchObject([
      {
        type: 'refund.succeeded',
        data: { refund_id: 'P2', payment_id: 'P1', amount: 1000, refund_channel: 'card', status: 'succeeded' },
      },
    ])
    expect(failed?.events).toMatchObject([{ type: 'refund.failed', data: { failure_reason: 'Insufficient balance' } }])
    expect(later?.events).toMatchObject([{ type: 'refund.failed', data: { refund_id: 'P2' } }])
    expect(reversed?.events).toMatchObject([{ type: 'refund.failed' }])
    expect(either?.events).toMatchObject([{ type: 'refund.succeeded' }])
    expect(await become(change('POSTPONED_REFUND'), change('CANCEL_OR_REFUND'))).toEqual([
      ['refund.created lookup/order/A-1'],
      ['problem missing_attribute: additionalData.modification.action is missing: neither cancel nor refund'],
    ])
  })

  test('a dispute keeps its reference from the first word to the last', async () => {
    const dispute = (eventCode: string, additionalData: object = {}): object => change(eventCode, { additionalData })
    const results = await map(
      dispute('REQUEST_FOR_INFORMATION'),
      dispute('NOTIFICATION_OF_CHARGEBACK', { autoDefended: 'true' }),
      dispute('CHARGEBACK', { disputeStatus: 'Undefended', defensePeriodEndsAt: '2026-02-01T00:00:00+01:00' }),
      dispute('INFORMATION_SUPPLIED', { disputeStatus: 'Pending' }),
      dispute('CHARGEBACK_REVERSED'),
      dispute('SECOND_CHARGEBACK'),
      dispute('PREARBITRATION_WON'),
      dispute('DISPUTE_DEFENSE_PERIOD_ENDED', { disputeStatus: 'Lost' }),
    )
    expect(
      results.flatMap(({ events }) => events.map(({ type, data }) => `${type} ${String(data['status'])}`)),
    ).toEqual([
      'dispute.opened warning_needs_response',
      'dispute.opened under_review',
      'dispute.opened needs_response',
      'dispute.updated under_review',
      'dispute.updated under_review',
      'dispute.closed lost',
      'dispute.closed won',
      'dispute.closed lost',
    ])
    expect(results[2]?.events[0]?.data).toMatchObject({
      dispute_id: 'P2',
      payment_id: 'P1',
      due_at: '2026-02-01T00:00:00+01:00',
    })
  })
})

test('items are found in every wrapping, and what concerns no order is left out', async () => {
  const bare = item().NotificationRequestItem
  expect(
    await become(
      notification(item(), item({ eventCode: 'CAPTURE', pspReference: 'P2' }), item({ eventCode: 'REPORT_AVAILABLE' })),
      bare,
      item(),
      [item(), item({ pspReference: 'P9' })],
      { live: true, notificationItems: item() },
      { notificationItems: [bare] },
    ),
  ).toEqual([
    ['payment.authorized lookup/order/A-1', 'payment.captured lookup/order/A-1'],
    ['payment.authorized lookup/order/A-1'],
    ['payment.authorized lookup/order/A-1'],
    ['payment.authorized lookup/order/A-1', 'payment.authorized lookup/order/A-1'],
    ['payment.authorized lookup/order/A-1'],
    ['payment.authorized lookup/order/A-1'],
  ])
})

test('other products of Adyen do not concern orders', async () => {
  expect(
    await become(
      notification(item({ eventCode: 'REPORT_AVAILABLE', merchantReference: '' })),
      { type: 'balancePlatform.transfer.updated', data: {}, environment: 'live' },
      { eventType: 'ACCOUNT_HOLDER_CREATED', content: {}, pspReference: 'x' },
      { SaleToPOIResponse: { MessageHeader: {}, PaymentResponse: {} } },
    ),
  ).toEqual([
    ['concerns report_available'],
    ['concerns balancePlatform.transfer.updated'],
    ['concerns account_holder_created'],
    ['concerns terminal.PaymentResponse'],
  ])
})

test('a message that cannot be read says why, and one bad item leaves the good ones alone', async () => {
  expect(
    (
      await become(
        '',
        'live=false&eventCode=AUTHORISATION',
        '"x"',
        {},
        notification(),
        notification(item({ eventCode: 'PAYMENT_INVENTED' })),
        notification(item({ eventCode: null })),
        notification(item({ pspReference: '' })),
        notification(item({ success: null })),
        notification(item({ eventDate: null })),
      )
    ).map(([one]) => one?.split(':')[0]),
  ).toEqual([
    'problem empty',
    'problem invalid_json',
    'problem not_object',
    'problem unknown_event_type',
    'problem missing_attribute',
    'problem unknown_event_type',
    'problem missing_attribute',
    'problem missing_attribute',
    'problem missing_attribute',
    'problem missing_attribute',
  ])
  expect(
    await become(
      notification(item(), item({ eventCode: 'PAYMENT_INVENTED' })),
      notification(item({ amount: null })),
      notification(item({ eventDate: 'yesterday' })),
      notification(item({ eventDate: '2026-01-01 10:00:00' })),
    ),
  ).toEqual([
    ['payment.authorized lookup/order/A-1', 'unknown_event_type: no mapping for the event code PAYMENT_INVENTED'],
    ['missing_attribute: data.amount is missing'],
    [expect.stringMatching(/^wrong_type: time/)],
    ['payment.authorized lookup/order/A-1'],
  ])
})
