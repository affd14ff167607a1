import { expect, test } from 'vitest'
import { DAY, HOUR } from './calendar.ts'
import { createDataset, createSizedStore, streamWindow } from './dataset.ts'
import { createEmission } from './emission.ts'
import { anomalyTypes, defaultShares } from './scenario.ts'
import { createStore } from './store.ts'

const FROM = Date.parse('2026-09-07T00:00:00Z')

test('numbers of events do not depend on the steps in which time advances', () => {
  const store = createStore({ seed: 3, ordersPerDay: 400 })
  const whole = createEmission(store, FROM).advance(FROM + 2 * DAY)
  const emission = createEmission(store, FROM)
  const stepwise = [1, 999, 10 * 60_000, 3 * HOUR, 3 * HOUR + 1, DAY + 7, 2 * DAY].flatMap((step) =>
    emission.advance(FROM + step),
  )
  expect(stepwise.map(({ offset, event }) => [offset, event.envelope.id])).toEqual(
    whole.map(({ offset, event }) => [offset, event.envelope.id]),
  )
  expect(whole.map(({ offset }) => offset)).toEqual(whole.map((_, index) => BigInt(index)))
  expect(whole.every(({ event }, index) => index === 0 || event.emitAtMs >= whole[index - 1]!.event.emitAtMs)).toBe(
    true,
  )
})

test('a sized store has exactly the orders asked for', () => {
  for (const orders of [1, 7, 500]) {
    const window = { fromMs: FROM, toMs: FROM + 3 * DAY }
    const emitted = [...streamWindow(createSizedStore({ seed: 9 }, window, orders), window)].flat()
    expect(new Set(emitted.map(({ orderId }) => orderId)).size).toBe(orders)
    expect(
      emitted.filter(({ event }) => event.envelope.type === 'order.created.v1' && !event.isDuplicate),
    ).toHaveLength(orders)
  }
})

test('a dataset says what must be found in it', () => {
  const { orders, messages, expected } = createDataset({ seed: 5, orders: 600, asOfMs: FROM })
  expect(orders.length).toBeGreaterThan(500)
  expect(messages.every((message) => message.atMs < FROM)).toBe(true)
  const types = new Set(expected.filter((anomaly) => anomaly.openedAtMs !== null).map((anomaly) => anomaly.type))
  // The rarest types have a share of three in a thousand.
  for (const type of anomalyTypes.filter((each) => defaultShares[each] >= 0.01)) expect(types).toContain(type)
  expect(types.size).toBeGreaterThan(12)
})
