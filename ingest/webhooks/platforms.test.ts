/** Signatures of other hands: the platforms' own libraries, RFC 4231, and `openssl dgst -sha256 -hmac`. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adyen } from './adyen.ts'
import { easypost } from './easypost.ts'
import { hmac } from './hmac.ts'
import { webhookPlatforms } from './platforms.ts'
import type { WebhookPlatform, WebhookRequest } from './platform.ts'
import { shopify } from './shopify.ts'
import { stripe } from './stripe.ts'
import { woocommerce } from './woocommerce.ts'

const request = (body: string | Buffer, headers: Record<string, string> = {}): WebhookRequest => ({
  method: 'POST',
  path: '/ingest/webhooks/x',
  headers,
  body: Buffer.from(body as string),
})
const verdict = (
  platform: WebhookPlatform,
  body: string,
  headers: Record<string, string>,
  secrets: string[],
  nowMs = 0,
): string => {
  const found = platform.verify(request(body, headers), secrets, nowMs)
  return found.kind === 'refused' ? found.reason : found.kind
}

test.each([
  ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    '4a656665',
    '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'aa'.repeat(131),
    '54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
])('RFC 4231: %.20s', (key, data, expected) => {
  expect(hmac(Buffer.from(key, 'hex'), [Buffer.from(data, 'hex')], 'hex')).toBe(expected)
})

describe('shopify', () => {
  const body = '{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}'
  const headers = { 'x-shopify-hmac-sha256': 'QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=' }
  test.each([
    ['genuine', body, headers, ['test-webhook-secret']],
    ['genuine', body, headers, ['new', 'test-webhook-secret']],
    ['signature_wrong', body, headers, ['other']],
    ['signature_wrong', `${body} `, headers, ['test-webhook-secret']],
    ['signature_missing', body, {}, ['test-webhook-secret']],
    ['signature_missing', body, { 'x-shopify-hmac-sha256': ' ' }, ['test-webhook-secret']],
  ] as const)('%s', (expected, text, given, secrets) => {
    expect(verdict(shopify, text, given, [...secrets])).toBe(expected)
  })
})

describe('woocommerce', () => {
  const body = '{"id":560,"status":"processing"}'
  const headers = { 'x-wc-webhook-signature': 'fpr+5T5rPF38CNpo0sJj135GDk99qVYDX4rVlKBzocQ=' }
  test('a secret may hold anything', () => {
    expect(verdict(woocommerce, body, headers, ['w,c=%:s e|cret'])).toBe('genuine')
    expect(verdict(woocommerce, `${body}\n`, headers, ['w,c=%:s e|cret'])).toBe('signature_wrong')
  })
  test.each([
    ['webhook_id=14', 'ping'],
    ['webhook_id=14&x=1', 'signature_missing'],
    ['{"webhook_id":14}', 'signature_missing'],
    [`webhook_id=${'1'.repeat(50)}`, 'signature_missing'],
  ])('unsigned %.30s: %s', (text, expected) => {
    expect(verdict(woocommerce, text, {}, ['secret'])).toBe(expected)
  })
  test('a ping that claims a signature has to have a right one', () => {
    expect(verdict(woocommerce, 'webhook_id=14', headers, ['secret'])).toBe('signature_wrong')
  })
})

describe('stripe', () => {
  const body = '{"id":"evt_1","type":"charge.succeeded"}'
  const time = 1_755_635_829
  const right = '06952653d77a67a50a4e3aabec2fe92a2d2f740d3fb2db57f4bb125ea5071c3a'
  const bad = 'f'.repeat(64)
  test.each([
    ['genuine', `t=${time},v1=${right}`, 0],
    ['genuine', `t=${time},v1=${bad},v1=${right},v0=${bad}`, 0],
    ['genuine', `t=${time}, v1=${right}`, 300],
    ['genuine', `t=${time},v1=${right}`, -300],
    ['signature_expired', `t=${time},v1=${right}`, 301],
    ['signature_expired', `t=${time},v1=${right}`, -301],
    ['signature_wrong', `t=${time + 1},v1=${right}`, 0],
    ['signature_wrong', `t=${time},v1=${bad}`, 0],
    ['signature_missing', `t=${time},v0=${right}`, 0],
    ['signature_missing', `v1=${right}`, 0],
    ['signature_missing', `t=soon,v1=${right}`, 0],
    ['signature_missing', '', 0],
    ['signature_missing', ',,,===', 0],
  ])('%s: %.40s %i s later', (expected, header, later) => {
    const headers = { 'stripe-signature': header }
    expect(verdict(stripe, body, headers, ['whsec_other', 'whsec_test_secret'], (time + later) * 1000)).toBe(expected)
  })
  test('a right signature too old is told apart from a wrong one only to those who can sign', () => {
    const headers = { 'stripe-signature': `t=${time},v1=${bad}` }
    expect(verdict(stripe, body, headers, ['whsec_test_secret'], 0)).toBe('signature_wrong')
  })
})

describe('adyen', () => {
  const key = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00'
  const item = {
    pspReference: 'pspReference',
    originalReference: 'originalReference',
    merchantAccountCode: 'merchantAccount',
    merchantReference: 'reference',
    amount: { currency: 'EUR', value: 1000 },
    eventCode: 'CAPTURE',
    success: 'true',
  }
  const withSignature = (fields: object, hmacSignature: unknown) => ({
    NotificationRequestItem: { ...fields, additionalData: { hmacSignature } },
  })
  const signed = withSignature(item, 'xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=')
  const sent = (...items: unknown[]) => JSON.stringify({ live: 'false', notificationItems: items })
  const sign = (text: string) => hmac(Buffer.from(key, 'hex'), [text], 'base64')

  test.each([
    ['genuine', sent(signed)],
    ['genuine', sent(signed, signed)],
    [
      'signature_wrong',
      sent(
        withSignature(
          { ...item, amount: { currency: 'EUR', value: 1001 } },
          'xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=',
        ),
      ),
    ],
    ['signature_wrong', sent(signed, withSignature(item, 'AAAA'))],
    ['signature_missing', sent(signed, { NotificationRequestItem: item })],
    ['signature_missing', sent(withSignature(item, null))],
    ['signature_missing', sent(withSignature(item, {}))],
    ['signature_missing', sent()],
    ['signature_missing', '{"notificationItems":{}}'],
    ['signature_missing', '{"notificationItems":[null,1]}'],
    ['signature_missing', 'not json'],
    ['signature_missing', ''],
  ])('%s: %.60s', (expected, body) => {
    expect(verdict(adyen, body, {}, [key])).toBe(expected)
    expect(verdict(adyen, body, {}, ['00'.repeat(32), key])).toBe(expected)
  })

  test('absent fields are signed as nothing, and colons inside values as they are or escaped', () => {
    const bare = { pspReference: 'P\\1', merchantAccountCode: 'A:B', eventCode: 'REPORT_AVAILABLE', success: 'true' }
    for (const text of ['P\\1::A:B::::REPORT_AVAILABLE:true', 'P\\\\1::A\\:B::::REPORT_AVAILABLE:true'])
      expect(verdict(adyen, sent(withSignature(bare, sign(text))), {}, [key])).toBe('genuine')
  })

  test('the newer kinds: one signature in the header, over the bytes', () => {
    const body =
      '{"data":{"balancePlatform":"Integration_tools_test","accountId":"BA32272223222H5HVKTBK4MLB","sweep":{"id":"SWPC42272223222H5HVKV6H8C64DP5","schedule":{"type":"balance"},"status":"active","targetAmount":{"currency":"EUR","value":0},"triggerAmount":{"currency":"EUR","value":0},"type":"pull","counterparty":{"balanceAccountId":"BA3227C223222H5HVKT3H9WLC"},"currency":"EUR"}},"environment":"test","type":"balancePlatform.balanceAccountSweep.updated"}'
    const headers = { hmacsignature: '9Qz9S/0xpar1klkniKdshxpAhRKbiSAewPpWoxKefQA=' }
    const platformKey = 'D7DD5BA6146493707BF0BE7496F6404EC7A63616B7158EC927B9F54BB436765F'
    expect(verdict(adyen, body, headers, [key, platformKey])).toBe('genuine')
    expect(verdict(adyen, body, headers, [key])).toBe('signature_wrong')
    expect(verdict(adyen, `${body}\n`, headers, [platformKey])).toBe('signature_wrong')
    expect(verdict(adyen, sent(signed), { hmacsignature: 'AAAA' }, [key])).toBe('signature_wrong')
  })

  test('a key that is not hex is refused when it is set', () => {
    expect(adyen.problemOfSecret(key)).toBeNull()
    expect(adyen.problemOfSecret('not hex')).toContain('hex')
  })
})

describe('easypost', () => {
  const body = '{"id":1,"topic":"tracker.updated","n":136.0}'
  const first = {
    'x-hmac-signature': 'hmac-sha256-hex=73224a2896b352b8fb00b919b20e5e9def3915fa80d9215370543883d59106c1',
  }
  const time = 'Tue, 19 Aug 2025 20:37:09 -0000'
  const second = {
    'x-timestamp': time,
    'x-path': '/ingest/webhooks/parcels',
    'x-hmac-signature-v2': 'hmac-sha256-hex=498406a212c0c1b40214ae0cbb1fe800069f51c00dc25595dcb4d33951dbf63b',
  }
  const now = Date.parse('2025-08-19T20:37:09Z')
  const wrongFirst = { 'x-hmac-signature': 'hmac-sha256-hex=00' }

  test.each([
    ['genuine', first, 0],
    ['genuine', { 'x-hmac-signature': first['x-hmac-signature'].toUpperCase() }, 0],
    ['genuine', second, 300],
    ['genuine', { ...second, ...wrongFirst }, 0],
    ['genuine', { ...first, ...second, 'x-hmac-signature-v2': '00' }, 0],
    ['signature_expired', second, 301],
    ['signature_expired', second, -301],
    ['signature_wrong', { ...second, 'x-path': '/other' }, 0],
    ['signature_wrong', { ...second, 'x-timestamp': 'Tue, 19 Aug 2025 20:37:10 -0000' }, 0],
    ['signature_wrong', wrongFirst, 0],
    ['signature_missing', {}, 0],
  ])('%s %#', (expected, headers, later) => {
    // An é of one sign and an é of two are the same secret.
    for (const secret of ['sécret'.normalize('NFC'), 'sécret'.normalize('NFD')])
      expect(verdict(easypost, body, headers as Record<string, string>, ['other', secret], now + later * 1000)).toBe(
        expected,
      )
  })
})

test('no headers and no body make any of them fail, and nothing unsigned is genuine', () => {
  const header = fc.constantFrom(
    'x-shopify-hmac-sha256',
    'x-wc-webhook-signature',
    'stripe-signature',
    'hmacsignature',
    'x-hmac-signature',
    'x-hmac-signature-v2',
    'x-timestamp',
    'x-path',
  )
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('t=1,v1=', 'hmac-sha256-hex=', '=', ','))
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.jsonValue().map((json) => Buffer.from(JSON.stringify(json))),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...webhookPlatforms.values()),
      fc.dictionary(header, value, { maxKeys: 4 }),
      body,
      (platform, headers, bytes) => {
        const found = platform.verify(request(Buffer.from(bytes), headers), ['00'.repeat(16)], 0)
        expect(found.kind).not.toBe('genuine')
      },
    ),
    { numRuns: 2_000 },
  )
})

test('signatures are never among the headers that are kept', () => {
  for (const { keptHeaders } of webhookPlatforms.values())
    for (const name of [
      'authorization',
      'cookie',
      'x-shopify-hmac-sha256',
      'x-wc-webhook-signature',
      'stripe-signature',
      'hmacsignature',
      'x-hmac-signature',
      'x-hmac-signature-v2',
    ])
      expect([name, keptHeaders.test(name)]).toEqual([name, false])
})
