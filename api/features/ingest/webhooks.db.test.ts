/** Webhooks, from the signed request to the rows of a real warehouse; and whatever is sent, no answer above 499. */
import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { errorSchema } from '../../contract/errors.ts'
import { type TestDoors, openTestDoors } from './test-doors.ts'

const key = 'k'.repeat(32)
const hexKey = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00'
const oddSecret = 'w,c=%: s"e|cret-woo'
const secrets = { shop: 'secret-shopify', old: 'whsec_secret-old', new: 'whsec_secret-new', parcels: 'sécret-easypost' }
const CANARY = 'canary-of-the-body'
const logged: string[] = []
let doors: TestDoors

beforeAll(async () => {
  const INGEST_WEBHOOKS = [
    `main-shop=shopify:${secrets.shop}`,
    `woo=woocommerce:${encodeURIComponent(oddSecret)}`,
    `pay=stripe:${secrets.old}`,
    `pay=stripe:${secrets.new}`,
    `card=adyen:${hexKey}`,
    `parcels=easypost:${secrets.parcels}`,
  ].join(',')
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  doors = await openTestDoors({ INGEST_API_KEYS: `erp:${key}`, INGEST_WEBHOOKS }, { createLanding, log })
})
afterAll(() => doors.close())

const mac = (secret: string | Buffer, text: string | Buffer, encoding: 'base64' | 'hex' = 'base64') =>
  createHmac('sha256', secret).update(text).digest(encoding)

const send = (endpoint: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
  doors.app.inject({
    method: 'POST',
    url: `/ingest/webhooks/${endpoint}`,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  })
const shopify = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  send('main-shop', payload, { 'x-shopify-hmac-sha256': mac(secrets.shop, payload), ...headers })
const stripe = (payload: string, secret: string, seconds = 0) => {
  const time = Math.floor(Date.now() / 1000) + seconds
  return send('pay', payload, { 'stripe-signature': `t=${time},v1=${mac(secret, `${time}.${payload}`, 'hex')}` })
}
const adyen = (...references: string[]) => {
  const items = references.map((pspReference) => {
    const text = `${pspReference}::shop:o-1:1000:EUR:AUTHORISATION:true`
    const hmacSignature = mac(Buffer.from(hexKey, 'hex'), text)
    const fields = {
      merchantAccountCode: 'shop',
      merchantReference: 'o-1',
      eventCode: 'AUTHORISATION',
      success: 'true',
    }
    const amount = { value: 1000, currency: 'EUR' }
    return { NotificationRequestItem: { pspReference, ...fields, amount, additionalData: { hmacSignature } } }
  })
  return send('card', JSON.stringify({ live: 'false', notificationItems: items }))
}
const count = async (endpoint: string) => (await doors.rows(`webhook/${endpoint}`)).length

describe('a genuine webhook', () => {
  test('is landed byte for byte, under its endpoint and format, beside the headers that say what it is', async () => {
    const bytes = Buffer.concat([Buffer.from(`{"id": 1.0, "note": "${CANARY}"`), Buffer.from([0, 0xff, 0x0a])])
    const reply = await shopify(bytes, {
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'main.example.com',
      'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      authorization: 'Bearer of-somebody',
      cookie: 'a=b',
    })
    expect([reply.statusCode, reply.json()]).toEqual([200, { status: 'landed' }])
    const [row] = await doors.rows('webhook/main-shop')
    expect(row).toMatchObject({ offset: '0', format: 'shopify', key: 'main-shop' })
    expect(JSON.parse(String(row?.['headers']))).toEqual({
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'main.example.com',
      'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    })
    const [found] = await doors.warehouse.queryRows(
      "select hex(value) as bytes from raw_events where topic = 'webhook/main-shop'",
    )
    expect(found?.['bytes']).toBe(bytes.toString('hex').toUpperCase())
  })

  test('of every platform is answered in its own words', async () => {
    const woo = '{"id":560}'
    const parcel = '{"id":"evt_1","weight":136.0}'
    const replies = {
      woo: await send('woo', woo, {
        'x-wc-webhook-signature': mac(oddSecret, woo),
        'x-wc-webhook-topic': 'order.updated',
      }),
      pay: await stripe('{"id":"evt_1"}', secrets.new),
      card: await adyen('P1', 'P2'),
      parcels: await send('parcels', parcel, {
        'x-hmac-signature': `hmac-sha256-hex=${mac(secrets.parcels.normalize('NFKD'), parcel, 'hex')}`,
      }),
    }
    for (const [endpoint, reply] of Object.entries(replies)) {
      expect([endpoint, reply.statusCode]).toEqual([endpoint, 200])
      expect(reply.body).toBe(endpoint === 'card' ? '[accepted]' : '{"status":"landed"}')
      expect(reply.headers['content-type']).toContain(endpoint === 'card' ? 'text/plain' : 'application/json')
      expect(await count(endpoint)).toBe(1)
    }
  })

  test('is landed whatever it is called and however it is packed', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', 'text/html'])
      expect((await shopify('[not json', { 'content-type': type })).statusCode).toBe(200)
    const plain = '{"packed":true}'
    const packed = await send('main-shop', gzipSync(plain), {
      'content-encoding': 'gzip',
      'x-shopify-hmac-sha256': mac(secrets.shop, plain),
    })
    expect(packed.statusCode).toBe(200)
    expect((await doors.rows('webhook/main-shop')).at(-1)).toMatchObject({ value: plain })
    expect((await shopify('')).statusCode).toBe(200)
  })

  test('may be signed with either secret while one is being changed', async () => {
    for (const secret of [secrets.old, secrets.new])
      expect((await stripe('{"id":"evt_2"}', secret)).statusCode).toBe(200)
  })

  test('that comes twice is landed twice, and derivation gives each copy the same id', async () => {
    const before = await count('card')
    await adyen('P9')
    await adyen('P9')
    const rows = await doors.rows('webhook/card')
    expect(rows.length - before).toBe(2)
    expect(rows.at(-1)?.['value']).toBe(rows.at(-2)?.['value'])
  })

  test('many at once share inserts, and every yes is a row', async () => {
    const [rows, batches] = [await count('main-shop'), doors.batches()]
    const replies = await Promise.all(Array.from({ length: 60 }, (_, n) => shopify(`{"n":${n}}`)))
    expect(replies.filter((reply) => reply.statusCode === 200)).toHaveLength(60)
    expect((await count('main-shop')) - rows).toBe(60)
    expect(doors.batches() - batches).toBeLessThanOrEqual(4)
  })

  test('that did not get an answer, because the process died, comes again and is there', async () => {
    for (const fate of ['dies before', 'dies after'] as const) {
      doors.fate(fate)
      const first = await shopify(`{"fate":"${fate}"}`)
      expect([first.statusCode, first.json().code]).toEqual([503, 'unavailable'])
      await doors.restart()
      expect((await shopify(`{"fate":"${fate}"}`)).statusCode).toBe(200)
      const values = (await doors.rows('webhook/main-shop')).map((row) => row['value'])
      expect(values.filter((value) => value === `{"fate":"${fate}"}`).length).toBe(fate === 'dies before' ? 1 : 2)
    }
  })
})

describe('anything else is refused and leaves nothing behind', () => {
  const body = `{"note":"${CANARY}"}`
  const right = mac(secrets.shop, body)
  test.each([
    ['no signature', 'main-shop', {}, 401, 'signature_missing'],
    ['a wrong one', 'main-shop', { 'x-shopify-hmac-sha256': mac('other', body) }, 401, 'signature_wrong'],
    ['one of another body', 'main-shop', { 'x-shopify-hmac-sha256': mac(secrets.shop, 'x') }, 401, 'signature_wrong'],
    [
      'in hex instead of base64',
      'main-shop',
      { 'x-shopify-hmac-sha256': mac(secrets.shop, body, 'hex') },
      401,
      'signature_wrong',
    ],
    ['of another platform', 'woo', { 'x-shopify-hmac-sha256': right }, 401, 'signature_missing'],
    ['an API key instead', 'main-shop', { authorization: `Bearer ${key}` }, 401, 'signature_missing'],
    ['Adyen without items', 'card', {}, 401, 'signature_missing'],
  ])('%s', async (_name, endpoint, headers, status, reason) => {
    const before = await count(endpoint)
    const reply = await send(endpoint, body, headers as Record<string, string>)
    expect([reply.statusCode, reply.json()]).toEqual([
      status,
      expect.objectContaining({ code: 'signature_refused', reason }),
    ])
    expect(errorSchema.safeParse(reply.json()).success).toBe(true)
    expect(await count(endpoint)).toBe(before)
  })

  test('a replay after five minutes', async () => {
    const reply = await stripe('{"id":"evt_3"}', secrets.new, -301)
    expect([reply.statusCode, reply.json().reason]).toEqual([401, 'signature_expired'])
  })

  test('one bad item among good ones', async () => {
    const before = await count('card')
    const good = JSON.parse((await doors.rows('webhook/card'))[0]?.['value'] as string) as {
      notificationItems: { NotificationRequestItem: Record<string, unknown> }[]
    }
    const [first, second] = good.notificationItems
    const altered = { NotificationRequestItem: { ...second?.NotificationRequestItem, success: 'false' } }
    const reply = await send('card', JSON.stringify({ notificationItems: [first, altered] }))
    expect([reply.statusCode, reply.json().reason]).toEqual([401, 'signature_wrong'])
    expect(await count('card')).toBe(before)
  })

  test.each(['nobody', 'MAIN-SHOP', 'main-shop%00', '..%2fevents', 'x'.repeat(300), '__proto__'])(
    'an endpoint that is not there: %.30s',
    async (endpoint) => {
      const reply = await send(endpoint, body, { 'x-shopify-hmac-sha256': right })
      expect([reply.statusCode, reply.json().code]).toEqual([404, 'not_found'])
    },
  )

  test('more than 5 MB, packed or not', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024 + 1, ' ')
    for (const [payload, headers] of [
      [large, {}],
      [gzipSync(large), { 'content-encoding': 'gzip' }],
    ] as const) {
      const reply = await send('main-shop', payload, { 'x-shopify-hmac-sha256': mac(secrets.shop, large), ...headers })
      expect([reply.statusCode, reply.json().code]).toEqual([413, 'body_too_large'])
    }
    expect((await shopify(large.subarray(1))).statusCode).toBe(200)
  })

  test('the ping of a new WooCommerce webhook is answered and not kept', async () => {
    const before = await count('woo')
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const reply = await send('woo', 'webhook_id=14', type)
    expect([reply.statusCode, await count('woo')]).toEqual([200, before])
    expect((await send('main-shop', 'webhook_id=14', type)).statusCode).toBe(401)
  })

  test('refusals are counted by endpoint and reason; nothing tells a secret or a body', async () => {
    const line = (outcome: string) =>
      `orderlens_ingest_requests_total{door="webhooks",name="main-shop",outcome="${outcome}"}`
    expect(await doors.metric(line('signature_wrong'))).toBe(3)
    expect(await doors.metric(line('landed'))).toBeGreaterThan(60)
    expect(
      await doors.metric('orderlens_ingest_requests_total{door="webhooks",name="",outcome="unknown_endpoint"}'),
    ).toBeGreaterThan(3)
    const { body: metrics } = await doors.app.inject({ url: '/metrics', headers: await doors.as('admin') })
    const told = [...logged, metrics].join('\n')
    expect(logged.length).toBeGreaterThan(20)
    for (const word of [...Object.values(secrets), oddSecret, hexKey, key, CANARY, right])
      expect([word, told.includes(word)]).toEqual([word, false])
  })
})

test('both doors are described', async () => {
  const document = (await doors.app.inject({ url: '/api/openapi.json', headers: await doors.as('agent') })).json()
  expect(Object.keys(document.paths as object)).toEqual(
    expect.arrayContaining(['/ingest/events', '/ingest/webhooks/{endpoint}']),
  )
  expect(Object.keys(document.paths['/ingest/events'].post.requestBody.content as object)).toContain(
    'application/x-ndjson',
  )
})

test('no request makes a door fail', { timeout: 120_000 }, async () => {
  const types = [
    'application/json',
    'application/x-ndjson',
    'application/cloudevents+json',
    'text/plain',
    'x',
    '',
    '*/*',
  ]
  const encodings = ['gzip', 'br', 'deflate', 'identity', 'lzma', 'gzip,gzip']
  const header = fc.record(
    {
      'content-type': fc.constantFrom(...types),
      'content-encoding': fc.constantFrom(...encodings),
      authorization: fc.constantFrom(`Bearer ${key}`, 'Bearer', 'x'),
      'idempotency-key': fc.constantFrom('a', 'b', 'c', '', '\u00e9', 'x'.repeat(400)),
      'ce-id': fc.constantFrom('1', '', '%', '%ff%00', '"'),
      'ce-specversion': fc.constantFrom('1.0', '9'),
      'ce-type': fc.constantFrom('order.created', '__proto__'),
      'ce-source': fc.constantFrom('/x', "'); drop table raw_events; --"),
      'stripe-signature': fc.constantFrom('t=1,v1=', 't=,v1=x', ',', '='),
      'x-shopify-hmac-sha256': fc.constantFrom('x', '='),
      hmacsignature: fc.constantFrom('x'),
      'x-hmac-signature-v2': fc.constantFrom('x'),
      'x-timestamp': fc.constantFrom('never', 'Tue, 19 Aug 2025 20:37:09 -0000'),
    },
    { requiredKeys: [] },
  )
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .constantFrom('{}\n{}', '[{}]', '[[]]', '{"__proto__":{}}', '{"a":1e999}', '\ufeff{}', '{"a":"\\ud800"}')
      .map(Buffer.from),
    fc.jsonValue().map((value) => gzipSync(JSON.stringify(value))),
  )
  const url = fc.constantFrom(
    '/ingest/events',
    '/ingest/events/',
    '/ingest/events?x=%00',
    ...['main-shop', 'woo', 'pay', 'card', 'parcels', 'x', ''].map((name) => `/ingest/webhooks/${name}`),
  )
  const method = fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'GET', 'DELETE', 'OPTIONS')
  await fc.assert(
    fc.asyncProperty(url, method, header, bytes, async (path, verb, headers, payload) => {
      const reply = await doors.app.inject({ method: verb as 'POST', url: path, headers, payload })
      if (reply.statusCode >= 500) throw new Error(`${reply.statusCode} ${reply.body}`)
      if (reply.statusCode >= 400) errorSchema.parse(reply.json())
    }),
    { numRuns: 250 },
  )
  expect(await doors.metric('orderlens_http_errors_total{route="/ingest/events"}')).toBe(0)
})
