import { expect, test } from 'vitest'
import { loadWebhookEndpoints } from './config.ts'

const key = '0f'.repeat(32)
const load = (text: string) =>
  [...loadWebhookEndpoints({ INGEST_WEBHOOKS: text }).values()].map(({ name, platform, secrets }) => [
    name,
    platform.name,
    secrets,
  ])

test('nothing set, nothing taken', () => {
  expect([...loadWebhookEndpoints({})]).toEqual([])
  expect(load(' , ')).toEqual([])
})

test('endpoints have a platform and as many secrets as they are named', () => {
  expect(
    load(`main-shop=shopify:hush-hush, pay=stripe:whsec_old,card=adyen:${key}, pay = stripe : whsec_new `),
  ).toEqual([
    ['main-shop', 'shopify', ['hush-hush']],
    ['pay', 'stripe', ['whsec_old', 'whsec_new']],
    ['card', 'adyen', [key]],
  ])
})

test('an endpoint may belong to a shop', () => {
  const shops = [
    ...loadWebhookEndpoints({
      INGEST_WEBHOOKS: 'a=woocommerce/eu:hush-hush,b = stripe / us_2 : whsec_new,c=stripe:whsec_new',
    }).values(),
  ]
  expect(shops.map(({ name, platform, shop }) => [name, platform.name, shop])).toEqual([
    ['a', 'woocommerce', 'eu'],
    ['b', 'stripe', 'us_2'],
    ['c', 'stripe', null],
  ])
})

test('a secret may hold anything, percent-encoded where the list needs it', () => {
  const secret = ' a,b=c:d%e"f\'g;h|é+&\t'
  expect(load(`woo=woocommerce:${encodeURIComponent(secret)}`)).toEqual([['woo', 'woocommerce', [secret]]])
  expect(load('woo=woocommerce:a=b:c+d|e')).toEqual([['woo', 'woocommerce', ['a=b:c+d|e']]])
})

test.each([
  ['hunter2', 'entry 1: expected name=platform:secret'],
  ['Shop=shopify:hunter2', 'expected name=platform:secret'],
  ['../x=shopify:hunter2', 'expected name=platform:secret'],
  ['shop=magento:hunter2', 'entry 1: expected one of shopify, woocommerce, stripe, adyen, easypost'],
  ['shop=hunter2', 'expected one of'],
  ['shop=shopify:', 'shop: expected a secret of 6'],
  ['shop=shopify:100%hunter2', 'shop: a percent sign inside a secret is written %25'],
  ['card=adyen:hunter2', 'card: an Adyen secret'],
  ['a=shopify:hunter2,a=stripe:hunter2', 'entry 2: a is an endpoint of shopify already'],
  ['a=shopify/EU:hunter2', 'a: expected a shop of 1 to 32 small letters'],
  ['a=shopify/eu-2:hunter2', 'a: expected a shop of 1 to 32 small letters'],
  ['a=shopify/eu/x:hunter2', 'a: expected a shop of 1 to 32 small letters'],
  ['a=shopify/eu:letmein,a=shopify:hunter2', 'entry 2: a is an endpoint of shopify/eu already'],
  ['a=shopify:letmein,hunter2', 'a comma inside a secret is written %2C'],
  ['a=shopify:letmein,hunter2=x:y', 'entry 2: expected one of'],
])('%s is refused, without its secret', (text, words) => {
  expect(() => load(text)).toThrow(words)
  expect(() => load(text)).not.toThrow(/hunter2|letmein/)
})
