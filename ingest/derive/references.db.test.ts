/** Orders that events name by a number, a payment or a parcel; those that come later, and shops that number alike. */
import { expect, test } from 'vitest'
import { eventContracts } from '../contracts/index.ts'
import { derivations } from './relations.ts'
import { resolveOrphans } from './orphans.ts'
import { example, lines, testLanding } from './test-landing.ts'

const { warehouse, land, rows, conserved } = testLanding()

const DATA = '{"payment_id":"p1","amount":5,"currency":"CNY"}'

test('an order named by its number, a payment or a parcel is found, whatever the number looks like', async () => {
  await land('shop', 'cloudevents', [
    example('order.created', {
      id: 'n1',
      subject: 'order/id-1',
      data: { ...eventContracts.get('order.created')?.example.data, order_no: 'A/1 "x"' },
    }),
    example('payment.captured', {
      id: 'n2',
      subject: 'order/id\\2',
      data: { payment_id: 'pay/7', amount: 1, currency: 'CNY' },
    }),
  ])
  await land('refs', 'lines', [
    `payment.captured|lookup/order/A/1 "x"|${DATA}|1`,
    `payment.captured|lookup/payment/pay/7|${DATA}|1`,
    `payment.captured|lookup/order/never seen|${DATA}|1`,
    `payment.captured|lookup/tracking/T9|${DATA}|1`,
  ])
  expect(await rows("select toUInt32(offset) as o, order_id from events where topic = 'refs' order by o")).toEqual([
    { o: 0, order_id: 'id-1' },
    { o: 1, order_id: 'id\\2' },
    { o: 2, order_id: 'never seen' },
  ])
  expect(await rows("select toUInt32(offset) as o, reason, detail from dead_letters where topic = 'refs'")).toEqual([
    { o: 3, reason: 'unknown_order', detail: 'no order is known by tracking/T9' },
  ])
})

test('an event that came before its order is derived once the order is known', async () => {
  const known = derivations([lines(false)])
  expect(await resolveOrphans(warehouse(), known, Date.now())).toBe(0)
  await land('shop', 'cloudevents', [
    example('shipment.handed_over', {
      id: 'n3',
      subject: 'order/id-3',
      data: { shipment_id: 's1', tracking_no: 'T9' },
    }),
  ])
  expect(await resolveOrphans(warehouse(), known, Date.now())).toBe(1)
  expect(await rows("select order_id from events where topic = 'refs' and offset = 3")).toEqual([{ order_id: 'id-3' }])
  expect(await resolveOrphans(warehouse(), known, Date.now())).toBe(0)
  await conserved('refs')
})

test('two shops that number alike stay two, where their endpoints say which shop they are', async () => {
  const created = (channel: string, buyer: string): string =>
    `order.created|order/560|{"channel":"${channel}","currency":"EUR","amount_payable":1,"buyer_id":"${buyer}","order_no":"R560"}|1`
  for (const shop of ['eu', 'us']) {
    const endpoint = (name: string, values: readonly string[]) =>
      land(`webhook/${name}-${shop}`, 'lines', values, JSON.stringify({ 'orderlens-shop': shop }))
    await endpoint('shop', [created(shop, '7'), created(shop, 'guest-1')])
    await endpoint('pay', [
      `payment.captured|lookup/order/R560|{"payment_id":"p560","provider":"${shop}","amount":1,"currency":"EUR"}|1`,
      `payment.captured|lookup/order/561|{"payment_id":"p561","provider":"${shop}","amount":1,"currency":"EUR"}|1`,
    ])
    await endpoint('later', [
      `payment.failed|lookup/payment/p560|{"payment_id":"p560","provider":"${shop}","amount":1,"currency":"EUR"}|1`,
    ])
  }
  // A number alone names none of them, and a header of another source is the sender's.
  await land('elsewhere', 'lines', [created('own', '7')], '{"orderlens-shop":"eu"}')
  await land('elsewhere', 'lines', [
    'payment.failed|lookup/payment/p560|{"payment_id":"p560","amount":1,"currency":"EUR"}|1',
  ])
  expect(
    await rows(`select topic, arraySort(groupUniqArray(order_id)) as orders from events
      where topic like 'webhook/%' or topic = 'elsewhere' group by topic order by topic`),
  ).toEqual([
    { topic: 'elsewhere', orders: ['560'] },
    { topic: 'webhook/later-eu', orders: ['eu-560'] },
    { topic: 'webhook/later-us', orders: ['us-560'] },
    { topic: 'webhook/pay-eu', orders: ['eu-560', 'eu-561'] },
    { topic: 'webhook/pay-us', orders: ['us-560', 'us-561'] },
    { topic: 'webhook/shop-eu', orders: ['eu-560'] },
    { topic: 'webhook/shop-us', orders: ['us-560'] },
  ])
  expect(
    await rows("select arraySort(groupUniqArray(buyer_id)) as buyers from events where topic like 'webhook/shop-%'"),
  ).toEqual([{ buyers: ['eu-7', 'guest-1', 'us-7'] }])
  expect(await rows("select reason, detail from dead_letters where topic = 'elsewhere'")).toEqual([
    { reason: 'unknown_order', detail: 'no order is known by payment/p560' },
  ])
  await conserved('webhook/later-eu')
})

test('more orders than one statement can name are named by several', async () => {
  const numbers = Array.from({ length: 4_000 }, (_, n) => `a-payment-with-quite-a-long-number-${n}`)
  await land('many', 'lines', [
    `order.created|order/many|{"channel":"w","currency":"CNY","amount_payable":1,"buyer_id":"b"}|1`,
  ])
  await land(
    'many',
    'lines',
    numbers.map((number) => `order.completed|lookup/payment/${number}|{}|1`),
  )
  expect(
    await rows("select count() as n, uniqExact(detail) as details from dead_letters final where topic = 'many'"),
  ).toEqual([{ n: '4000', details: '4000' }])
  await conserved('many')
})
