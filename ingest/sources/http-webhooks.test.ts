import { expect, test } from 'vitest'
import { loadWebhookEndpoints } from '../webhooks/config.ts'
import { hmac } from '../webhooks/hmac.ts'
import type { HttpDelivery } from './http-delivery.ts'
import { createWebhookDoor } from './http-webhooks.ts'

const endpoints = loadWebhookEndpoints({
  INGEST_WEBHOOKS: 'shop=shopify:secret-1, shop=shopify:secret-2, woo=woocommerce/eu:secret-3',
})

function aDoor() {
  const taken: HttpDelivery[] = []
  const door = createWebhookDoor({
    endpoints,
    source: {
      accept: async (delivery) => {
        taken.push(delivery)
        return { topic: delivery.topic, first: 0n, last: 0n, messages: 1 }
      },
    },
  })
  const send = (endpoint: string, body: Buffer, headers: Record<string, string>) =>
    door.receive(endpoint, { method: 'POST', path: `/ingest/webhooks/${endpoint}`, headers, body })
  return { taken, send, door }
}

const body = Buffer.from([0x00, 0xff, 0x7b, 0x0a])

test('a genuine request is landed as it came, with the headers that say what it is', async () => {
  const { taken, send } = aDoor()
  for (const secret of ['secret-1', 'secret-2']) {
    const outcome = await send('shop', body, {
      'x-shopify-hmac-sha256': hmac(secret, [body], 'base64'),
      'x-shopify-topic': 'orders/paid',
      'x-shopify-shop-domain': 'x'.repeat(2_000),
      'content-type': 'application/json',
      authorization: 'Bearer x',
      cookie: 'x',
    })
    expect(outcome).toMatchObject({ kind: 'landed', answer: { body: '{"status":"landed"}' } })
  }
  expect(taken).toHaveLength(2)
  expect(taken[0]).toEqual({
    topic: 'webhook/shop',
    format: 'shopify',
    messages: [
      {
        value: body,
        key: Buffer.from('shop'),
        headers: '{"x-shopify-topic":"orders/paid","content-type":"application/json"}',
      },
    ],
  })
})

test('an endpoint of a shop says so beside the body, whatever its sender says', async () => {
  const { taken, send } = aDoor()
  await send('woo', body, { 'x-wc-webhook-signature': hmac('secret-3', [body], 'base64'), 'orderlens-shop': 'us' })
  expect(taken[0]?.messages[0]?.headers).toBe('{"orderlens-shop":"eu"}')
})

test('anything else leaves nothing behind', async () => {
  const { taken, send, door } = aDoor()
  const signed = { 'x-shopify-hmac-sha256': hmac('secret-3', [body], 'base64') }
  expect(await send('shop', body, signed)).toMatchObject({ kind: 'refused', reason: 'signature_wrong' })
  expect(await send('shop', body, {})).toMatchObject({ kind: 'refused', reason: 'signature_missing' })
  expect(await send('nobody', body, signed)).toEqual({ kind: 'unknown' })
  expect(await send('woo', Buffer.from('webhook_id=3'), {})).toMatchObject({ kind: 'ping' })
  expect(await send('shop', Buffer.from('webhook_id=3'), {})).toMatchObject({ kind: 'refused' })
  expect([door.has('shop'), door.has('nobody'), door.has('constructor')]).toEqual([true, false, false])
  expect(taken).toEqual([])
})
