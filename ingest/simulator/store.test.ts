import { describe, expect, test } from 'vitest'
import { parseEnvelope } from '#ingest/contracts/index.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { LONGEST_LIFE } from './dataset.ts'
import { expectedAnomalies, expectedTogether } from './expected.ts'
import { gatewayOutage, plantedBefore } from './incident.ts'
import { anomalyTypes, defaultShares } from './scenario.ts'
import { type SimulatedOrder, createStore } from './store.ts'

const TO = Date.parse('2026-09-14T00:00:00Z')
const FROM = TO - 7 * DAY
const store = createStore({ seed: 42, ordersPerDay: 1_000 })
const week = [...store.ordersBetween(FROM, TO)]

const portable = (order: SimulatedOrder): unknown => ({ id: order.orderId, events: order.events })

describe('the same seed is the same store', () => {
  test('whatever windows are asked', () => {
    const day = week.filter((order) => order.createdAtMs < FROM + DAY)
    const cuts = [0, 7 * MINUTE + 13_000, 5 * HOUR, 5 * HOUR + 1, DAY]
    const again = cuts
      .slice(1)
      .flatMap((cut, index) => [
        ...createStore({ seed: 42, ordersPerDay: 1_000 }).ordersBetween(FROM + (cuts[index] ?? 0), FROM + cut),
      ])
    expect(again.map(portable)).toEqual(day.map(portable))
  })

  test('and an order is found by its id', () => {
    for (const order of week.slice(0, 50)) expect(portable(store.orderById(order.orderId)!)).toEqual(portable(order))
    for (const id of ['', 'TM260907-0715-999-16', `${week[0]!.orderId}X`, 'olist-1'])
      expect(store.orderById(id)).toBeUndefined()
  })

  test('another seed is another store', () => {
    expect(
      [...createStore({ seed: 43, ordersPerDay: 1_000 }).ordersBetween(FROM, FROM + HOUR)].map(
        (order) => order.orderId,
      ),
    ).not.toEqual([...store.ordersBetween(FROM, FROM + HOUR)].map((order) => order.orderId))
  })
})

describe('the store is believable', () => {
  test('ids are unique and every event keeps its contract', () => {
    expect(new Set(week.map((order) => order.orderId)).size).toBe(week.length)
    for (const order of week.slice(0, 1_500)) {
      for (const { envelope } of order.events) {
        const outcome = parseEnvelope(envelope)
        if (outcome.kind === 'rejected') expect.fail(`${envelope.type}: ${outcome.detail}`)
      }
    }
  })

  test('demand follows the day and the number asked for', () => {
    expect(week.length).toBeGreaterThan(6_600)
    expect(week.length).toBeLessThan(7_400)
    const perHour = Array.from({ length: 24 }, () => 0)
    for (const order of week) {
      const hour = new Date(order.createdAtMs + 8 * HOUR).getUTCHours()
      perHour[hour] = (perHour[hour] ?? 0) + 1
    }
    const night = perHour.slice(2, 5).reduce((sum, n) => sum + n, 0)
    const evening = perHour.slice(20, 23).reduce((sum, n) => sum + n, 0)
    expect(evening).toBeGreaterThan(4 * night)
  })

  test('every family speaks, every channel and both alphabets occur', () => {
    const types = new Set(week.flatMap((order) => order.events.map((event) => event.envelope.type.split('.')[0])))
    expect([...types].sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))).toEqual([
      'cost',
      'coupon',
      'dispute',
      'fulfillment',
      'inventory',
      'operation',
      'order',
      'payment',
      'refund',
      'return',
      'review',
      'shipment',
    ])
    expect(new Set(week.map((order) => order.story.basket.channel.name)).size).toBe(5)
    expect(week.some((order) => /^[\u4e00-\u9fff]+$/.test(order.story.basket.buyer.name))).toBe(true)
    expect(week.some((order) => order.story.basket.buyer.name.includes('Müller'))).toBe(true)
    const perOrder = week.flatMap((order) => order.events).length / week.length
    expect(perOrder).toBeGreaterThan(10)
    expect(perOrder).toBeLessThan(17)
  })

  test('no order outlives the longest life', () => {
    for (const order of week) expect(order.events.at(-1)!.emitAtMs - order.createdAtMs).toBeLessThan(LONGEST_LIFE)
  })
})

describe('what goes wrong', () => {
  const opened = new Map(
    week.map((order) => [
      order,
      new Set(
        expectedAnomalies(order, TO + LONGEST_LIFE)
          .filter((anomaly) => anomaly.openedAtMs !== null)
          .map((anomaly) => anomaly.type),
      ),
    ]),
  )

  test('each anomaly type occurs at about its share', () => {
    for (const type of anomalyTypes) {
      const share = week.filter((order) => order.scenario === type).length / week.length
      expect(Math.abs(share - defaultShares[type]), type).toBeLessThan(0.009)
    }
  })

  test('an order made to show an anomaly shows it, a healthy one shows none and is never at risk', () => {
    for (const order of week) {
      if (order.scenario === null) expect(expectedAnomalies(order, TO + LONGEST_LIFE), order.orderId).toEqual([])
      else expect([...opened.get(order)!], order.orderId).toContain(order.scenario)
    }
  })

  test('most are resolved in the end and some of each kind are not, unless someone acts', () => {
    const later = week
      .flatMap((order) => expectedAnomalies(order, TO + LONGEST_LIFE))
      .filter((anomaly) => anomaly.openedAtMs !== null)
    const open = later.filter((anomaly) => anomaly.resolvedAtMs === null)
    expect(open.length / later.length).toBeLessThan(0.25)
    expect(new Set(open.map((anomaly) => anomaly.type))).toEqual(
      new Set([
        'payment_amount_mismatch',
        'duplicate_payment',
        'not_shipped',
        'delivery_late',
        'refund_stalled',
        'order_unpaid_timeout',
        'parcel_damaged',
        'return_to_sender',
        'inventory_mismatch',
        'shipped_after_cancel',
        'cross_system_mismatch',
        'coupon_anomaly',
        'dispute_opened',
        'refund_request_unanswered',
        'refund_failed',
        'refund_over_or_duplicate',
        'return_not_sent',
        'return_stalled',
        'return_received_not_refunded',
        'partial_shipment_stuck',
        'parcel_lost_suspected',
        'status_regression',
        'price_discrepancy',
        'duplicate_order',
      ]),
    )
  })

  test('shares are a setting', () => {
    const none = Object.fromEntries(anomalyTypes.map((type) => [type, 0]))
    const calm = createStore({ seed: 1, anomalyShares: none })
    expect(
      [...calm.ordersBetween(FROM, FROM + 6 * HOUR)].flatMap((order) => expectedAnomalies(order, TO + LONGEST_LIFE)),
    ).toEqual([])
  })
})

describe('what is planted on top', () => {
  const outage = gatewayOutage({ method: 'paypal', fromMs: FROM + 3 * HOUR, toMs: FROM + 4 * HOUR, orders: 50 })
  const busy = createStore({ seed: 42, ordersPerDay: 1_000, ...outage })
  const both = [...busy.ordersBetween(FROM, FROM + 6 * HOUR)]
  const usual = new Map(week.map((order) => [order.orderId, order]))
  const rushed = both.filter(({ orderId }) => !usual.has(orderId))

  test('a rush adds orders that are paid its way, and the others stay as they are', () => {
    expect(rushed).toHaveLength(50)
    expect(new Set(rushed.map(({ story }) => story.basket.method))).toEqual(new Set(['paypal']))
    const spared = both.filter(({ orderId, story }) => usual.has(orderId) && story.incident === null)
    expect(spared.length).toBeGreaterThan(100)
    expect(spared.map(portable)).toEqual(spared.map(({ orderId }) => portable(usual.get(orderId)!)))
    expect(busy.countBetween(FROM, FROM + 6 * HOUR)).toBe(store.countBetween(FROM, FROM + 6 * HOUR) + 50)
    const alone = rushed.find(({ orderId, events }) => events.every((event) => event.orderId === orderId))!
    expect(portable(busy.orderById(alone.orderId)!)).toEqual(portable(alone))
  })

  test('a gateway that is out lets none of those through that it refused: they come later, pay another way or leave', () => {
    const refused = both.filter(({ story }) => story.incident !== null)
    expect(refused.length).toBeGreaterThan(35)
    const ends = refused.map(({ story: { facts } }) => {
      expect(facts.some(({ type, data }) => type === 'payment.failed' && data['provider'] === 'paypal')).toBe(true)
      const paid = facts.find(({ type }) => type === 'payment.captured' || type === 'payment.succeeded')
      if (paid?.data['provider'] === 'paypal') expect(paid.atMs).toBeGreaterThan(FROM + 4 * HOUR)
      return paid?.data['provider'] ?? 'never'
    })
    expect(new Set(ends)).toEqual(new Set(['paypal', 'adyen', 'never']))
  })

  test('the running store has a gateway that is out, in whatever hour of the night it is first started', () => {
    const anchorMs = FROM + 4 * DAY - 3 * HOUR
    const running = createStore({ seed: 1, ordersPerDay: 1_200, ...plantedBefore(anchorMs) })
    const found = expectedTogether([...running.ordersBetween(anchorMs - 4 * DAY, anchorMs)], anchorMs).filter(
      ({ type, attachedTo }) => type === 'payment_failed_repeated' && attachedTo.endsWith('@tenpay'),
    )
    expect(found.length).toBeGreaterThan(20)
    expect(found.some(({ resolvedAtMs }) => resolvedAtMs === null)).toBe(true)
  })
})

describe('delivery is as untidy as in life', () => {
  const events = week.flatMap((order) => order.events)

  test('some events come twice, some late, some before what happened earlier', () => {
    const duplicates = events.filter((event) => event.isDuplicate).length / events.length
    expect(duplicates).toBeGreaterThan(0.01)
    expect(duplicates).toBeLessThan(0.02)
    const late =
      events.filter((event) => !event.isDuplicate && event.emitAtMs - event.atMs > MINUTE).length / events.length
    expect(late).toBeGreaterThan(0.012)
    expect(late).toBeLessThan(0.03)
    expect(
      week.filter((order) =>
        order.events.some((event, index) => index > 0 && event.atMs < order.events[index - 1]!.atMs),
      ).length / week.length,
    ).toBeGreaterThan(0.1)
  })

  test('every source has a clock of its own, off by a constant', () => {
    const offsets = new Map<string, Set<number>>()
    for (const { envelope, atMs } of events)
      offsets.set(envelope.source, (offsets.get(envelope.source) ?? new Set()).add(Date.parse(envelope.time) - atMs))
    expect([...offsets.values()].every((seen) => seen.size === 1)).toBe(true)
    expect(new Set([...offsets.values()].map((seen) => [...seen][0])).size).toBeGreaterThan(20)
  })
})
