import { describe, expect, test } from 'vitest'
import {
  contractRows,
  eventContracts,
  eventJsonSchema,
  jsonSchemaFiles,
  parseEnvelope,
  parseEvent,
  requiredFields,
} from './index.ts'

/** The vocabulary we adopted; a type that disappears here breaks producers. */
const vocabulary = `
order.created order.confirmed order.held order.hold_released order.updated order.cancel_requested order.canceled order.completed order.closed
payment.created payment.authorized payment.processing payment.failed payment.succeeded payment.captured payment.voided payment.expired
refund.requested refund.approved refund.rejected refund.created refund.updated refund.succeeded refund.failed
dispute.opened dispute.updated dispute.closed
cost.incurred cost.reversed
fulfillment.created fulfillment.rejected fulfillment.packed fulfillment.label_created
shipment.handed_over shipment.checkpoint shipment.eta_changed shipment.delivered shipment.exception shipment.returned
inventory.reserved inventory.released inventory.allocated inventory.adjusted inventory.shortage
coupon.locked coupon.redeemed coupon.returned coupon.expired
operation.performed
return.requested return.approved return.rejected return.shipped return.received return.inspected
expectation.set expectation.changed
anomaly.at_risk anomaly.opened anomaly.escalated anomaly.acknowledged anomaly.assigned anomaly.snoozed anomaly.resolved anomaly.reopened anomaly.dismissed
action.proposed action.approved action.executed action.failed action.reverted
notification.sent notification.failed report.delivered report.failed
review.submitted`
  .trim()
  .split(/\s+/)

test('every type of the vocabulary has a contract, and no other', () => {
  expect([...eventContracts.keys()].sort()).toEqual([...vocabulary].sort())
})

test('the rows for SQL tell what the contracts tell', () => {
  expect(contractRows()).toContainEqual({
    type: 'payment.captured',
    subject: 'order',
    required: ['payment_id', 'amount', 'currency'],
  })
  expect(requiredFields('order.created')).toEqual(['channel', 'currency', 'buyer_id'])
  expect(requiredFields('order.exploded')).toEqual([])
})

describe.each([...eventContracts.values()])('$type', (contract) => {
  test('its example is accepted', () => {
    const outcome = parseEvent(JSON.stringify(contract.example))
    expect(outcome).toMatchObject({
      kind: 'accepted',
      value: {
        type: contract.type,
        major: 1,
        orderId: contract.example.subject?.startsWith('order/') ? 'TM20260901000123' : undefined,
      },
    })
  })

  test('without a required field it is rejected, and the field is named', () => {
    for (const field of contract.required) {
      const data = Object.fromEntries(Object.entries(contract.example.data).filter(([name]) => name !== field))
      expect(parseEnvelope({ ...contract.example, data })).toEqual({
        kind: 'rejected',
        reason: 'missing_attribute',
        detail: `data.${field} is missing`,
      })
    }
  })

  test('its optional fields may be null and unknown ones are kept', () => {
    const nulls = Object.fromEntries(contract.optional.map((field) => [field, null]))
    const outcome = parseEnvelope({
      ...contract.example,
      data: { ...contract.example.data, ...nulls, shop_specific: 7 },
    })
    expect(outcome.kind === 'accepted' && outcome.value.envelope.data['shop_specific']).toBe(7)
  })

  test('its JSON Schema demands the same fields', () => {
    const schema = eventJsonSchema(contract.type) as { properties: { data: { required?: string[] } } }
    expect(schema.properties.data.required ?? []).toEqual([...contract.required])
  })
})

describe('a message that is no event says why', () => {
  const created = eventContracts.get('order.created')!.example
  const cases: [string, unknown, string, string][] = [
    ['missing id', { ...created, id: undefined }, 'missing_attribute', 'id is missing'],
    ['null time', { ...created, time: null }, 'missing_attribute', 'time is missing'],
    ['number as type', { ...created, type: 5 }, 'wrong_type', 'type:'],
    ['time that is no instant', { ...created, time: 'yesterday' }, 'wrong_type', 'time:'],
    ['text as data', { ...created, data: 'x' }, 'wrong_type', 'data:'],
    ['unknown type', { ...created, type: 'order.exploded.v1' }, 'unknown_event_type', 'order.exploded'],
    ['other major version', { ...created, type: 'order.created.v2' }, 'unsupported_version', 'v2'],
    ['no order in the subject', { ...created, subject: 'order/' }, 'missing_attribute', 'subject'],
    [
      'fractional money',
      { ...created, data: { ...created.data, amount_payable: 1.5 } },
      'wrong_type',
      'data.amount_payable',
    ],
    [
      'money beyond exact integers',
      { ...created, data: { ...created.data, amount_payable: 1e18 } },
      'out_of_range',
      'data.amount_payable',
    ],
    ['lower-case currency', { ...created, data: { ...created.data, currency: 'cny' } }, 'wrong_type', 'data.currency'],
    [
      'a field of another type, of the wrong kind',
      { ...created, data: { ...created.data, score: 'five' } },
      'wrong_type',
      'data.score',
    ],
    ['an array', [created], 'not_object', 'an array'],
  ]
  test.each(cases)('%s', (_name, message, reason, detail) => {
    expect(parseEnvelope(message)).toMatchObject({
      kind: 'rejected',
      reason,
      detail: expect.stringContaining(detail) as string,
    })
  })

  test('bytes that are not JSON, and no bytes', () => {
    expect(parseEvent('{"id":')).toMatchObject({ kind: 'rejected', reason: 'invalid_json' })
    expect(parseEvent(Buffer.alloc(0))).toMatchObject({ kind: 'rejected', reason: 'empty' })
    expect(parseEvent(null)).toMatchObject({ kind: 'rejected', reason: 'empty' })
  })
})

test('a type without a version is version 1', () => {
  const created = eventContracts.get('order.created')!.example
  expect(parseEnvelope({ ...created, type: 'order.created' })).toMatchObject({ kind: 'accepted', value: { major: 1 } })
})

test('there is one JSON Schema file per event type', () => {
  const files = jsonSchemaFiles()
  expect(files.size).toBe(eventContracts.size)
  expect(JSON.parse(files.get('payment.failed.schema.json')!)).toMatchObject({
    title: 'payment.failed',
    type: 'object',
  })
})
