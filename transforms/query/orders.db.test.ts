/** What belongs to one order beside its own state: promises, and the orders it has something in common with. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { readProject } from '../engine/project.ts'
import { createTicker } from '../tick.ts'
import { type Door, createDoor } from './door.ts'
import { type RowScope, unrestricted } from './request.ts'
import { type TestStore, openTestStore, storeStart } from './test-store.ts'

let store: TestStore
let door: Door

beforeAll(async () => {
  store = await openTestStore({ createLanding, createStore })
  door = createDoor(store.warehouse, { now: () => store.now })
}, 300_000)
afterAll(() => store.close())

test('its promises are those the metrics count, each kept by one of its events or not', async () => {
  const { rows } = await door.drill({ metric: 'promises_broken', limit: 5 }, unrestricted)
  const delivered = await door.drill({ metric: 'orders_delivered', limit: 5 }, unrestricted)
  for (const { order_id } of [...rows, ...delivered.rows]) {
    const id = String(order_id)
    const promises = await door.orderPromises(id, unrestricted)
    const events = new Set((await door.orderEvents(id, unrestricted)).map(({ event_id }) => event_id))
    expect(promises.length).toBeGreaterThan(0)
    for (const { met_at, met_event_id } of promises)
      if (met_at !== null && met_event_id !== '') expect(events).toContain(met_event_id)
  }
})

test('its relatives have its buyer, its coupon or its cart, and are told within the scope', async () => {
  const told = (id: string, region: string, minute: number, lines: unknown[], coupon: string | null) => {
    const about = { specversion: '1.0', source: '/shop/relatives', subject: `order/${id}` }
    const at = new Date(storeStart + minute * 60_000).toISOString()
    const data = { channel: 'tmall', currency: 'CNY', buyer_id: 'relatives', region, amount_payable: 900, lines }
    const created = { ...about, id: `${id}-created`, type: 'order.created.v1', time: at, data }
    const used = { coupon_id: coupon, amount: 100, currency: 'CNY' }
    const redeemed = { ...about, id: `${id}-coupon`, type: 'coupon.redeemed.v1', time: at, data: used }
    return coupon === null ? [created] : [created, redeemed]
  }
  const line = { line_id: '1', sku: 'S', name: 'tea', quantity: 1, unit_price: 900, amount: 900 }
  const messages = [
    ...told('first', '浙江', 0, [line], 'summer'),
    ...told('again', '浙江', 4, [line], null),
    ...told('other', '上海', 8, [], 'summer'),
  ].map((event, index) => ({
    offset: BigInt(index),
    key: null,
    value: Buffer.from(JSON.stringify(event)),
    brokerAtMs: storeStart,
  }))
  const landing = await createLanding(store.warehouse)
  await landing.land({ topic: 'relatives', partition: 0, epoch: 'test', format: 'cloudevents', messages })
  await landing.close()
  await createTicker(store.warehouse, readProject()).tick(store.now.getTime())
  const common = async (id: string, scope: RowScope = unrestricted) =>
    (await door.relatedOrders(id, scope))?.orders.map((one) => [one.order_id, ...one.common])
  expect(await common('first')).toEqual([
    ['other', 'coupon', 'buyer'],
    ['again', 'cart', 'buyer'],
  ])
  expect(await common('again')).toEqual([
    ['other', 'buyer'],
    ['first', 'cart', 'buyer'],
  ])
  expect(await common('again', { ...unrestricted, regions: ['浙江'] })).toEqual([['first', 'cart', 'buyer']])
  expect(await common('again', { ...unrestricted, regions: ['上海'] })).toBeUndefined()
})
