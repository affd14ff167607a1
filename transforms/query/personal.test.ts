import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hidePersonal } from './personal.ts'

test.each([
  ['a phone keeps its tail', '{"phone":"+86 138-1234-5678"}', '{"phone":"•••5678"}'],
  ['a phone that is a number', '{"mobile": 13812345678}', '{"mobile": "•••5678"}'],
  ['a number written with an exponent', '{"ip":-5e-324,"mobile":1.38e+10}', '{"ip":"•••","mobile":"•••"}'],
  ['a number that looks like a phone', '{"contact": [13812345678]}', '{"contact": ["•••5678"]}'],
  ['a tail is what people name', '{"buyer_phone_tail":"4821"}', '{"buyer_phone_tail":"4821"}'],
  ['an e-mail', '{"email":"wang.xm@example.com"}', '{"email":"w•••@example.com"}'],
  ['an e-mail that is none', '{"contact_email":"none"}', '{"contact_email":"•••"}'],
  [
    'an address in parts',
    '{"address1":"Hauptstr. 5","city":"Berlin","zip":"10115"}',
    '{"address1":"•••","city":"Berlin","zip":"•••"}',
  ],
  [
    'an object named address is looked into',
    '{"address":{"line1":"5th Ave","country":"US"}}',
    '{"address":{"line1":"•••","country":"US"}}',
  ],
  ['quotes within', '{"street":"a \\"b\\" c","x":1}', '{"street":"•••","x":1}'],
  [
    'free text',
    '{"note":"call 13812345678 or a@b.example, order 20170601123456789"}',
    '{"note":"call •••5678 or a•••@b.example, order 20170601123456789"}',
  ],
  [
    'amounts, ids and instants stay',
    '{"amount":13812,"id":"1381234567890123","at":"2026-03-01T10:00:00Z"}',
    '{"amount":13812,"id":"1381234567890123","at":"2026-03-01T10:00:00Z"}',
  ],
  ['a message cut in the middle', '{"phone":"+491701234', '{"phone":"•••1234'],
  ['a form', 'phone=%2B4917012345678&id=7&email=a%40b.de', 'phone=•••5678&id=7&email=a•••@b.de'],
  [
    'an address of the network',
    '{"browser_ip":"203.0.113.9","zip_code_verified":"1"}',
    '{"browser_ip":"•••","zip_code_verified":"1"}',
  ],
])('%s', (_name, text, hidden) => {
  expect(hidePersonal(text)).toBe(hidden)
})

const NAMES = [
  'phone',
  'receiver_mobile',
  'contactEmail',
  'shipping_address',
  'address1',
  'street',
  'postal_code',
  'tel',
]

/** Numbers of every form, behind telling names and among others. */
const telling = fc.dictionary(
  fc.constantFrom(...NAMES, 'ip', 'contact'),
  fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: 13_000_000_000, max: 19_999_999_999 }),
  ),
)

test('whatever stands behind a telling name, however deep and however written, is gone; JSON stays JSON', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...NAMES.filter((name) => name !== 'shipping_address')),
      fc.string({ minLength: 7, maxLength: 40, unit: 'grapheme' }).map((text) => `canary${text}`),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), telling),
      fc.constantFrom(0, 2),
      (name, value, other, indent) => {
        const text = JSON.stringify({ other, deep: [{ [name]: value }] }, null, indent)
        const hidden = hidePersonal(text)
        expect(hidden).not.toContain('canary')
        JSON.parse(hidden)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('a text made to be slow is not', () => {
  for (const text of [
    '"'.repeat(200_000),
    `"a":"${'\\'.repeat(200_000)}`,
    'a@'.repeat(100_000),
    '+1 '.repeat(70_000),
    '1'.repeat(200_000),
    `${'a.'.repeat(100_000)}@`,
  ]) {
    const started = performance.now()
    hidePersonal(text)
    expect(performance.now() - started).toBeLessThan(2_000)
  }
})
