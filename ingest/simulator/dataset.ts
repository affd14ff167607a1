/** A store's orders as one finite stream, for load tests and for the test of detection. */
import { DAY } from './calendar.ts'
import { type Emitted, createEmission } from './emission.ts'
import { type ExpectedAnomaly, expectedTogether } from './expected.ts'
import { type SimulatedOrder, type Store, type StoreOptions, createStore } from './store.ts'

export type Window = { readonly fromMs: number; readonly toMs: number }

/** A store that has exactly `orders` orders in the window, spread like its own demand. */
export function createSizedStore(
  options: Omit<StoreOptions, 'ordersPerDay'>,
  { fromMs, toMs }: Window,
  orders: number,
): Store {
  let ordersPerDay = (orders * DAY) / (toMs - fromMs) + 1
  for (;;) {
    const store = createStore({ ...options, ordersPerDay })
    const total = store.countBetween(fromMs, toMs)
    if (total >= orders) return thinOut(store, total, orders)
    ordersPerDay *= 1.1
  }
}

/** Only for one pass over the window from its beginning: an order is kept by its rank. */
function thinOut(store: Store, total: number, wanted: number): Store {
  let rank = 0
  const isKept = (): boolean => {
    rank += 1
    return Math.floor((rank * wanted) / total) > Math.floor(((rank - 1) * wanted) / total)
  }
  return {
    ...store,
    countBetween: () => wanted,
    *ordersBetween(fromMs, toMs) {
      // One that has something in common with it would be an order more than asked for.
      for (const order of store.ordersBetween(fromMs, toMs))
        if (isKept()) yield { ...order, events: order.events.filter(({ orderId }) => orderId === order.orderId) }
    },
  }
}

const STEP = DAY / 24
/** No order lives longer. */
export const LONGEST_LIFE = 45 * DAY

/** Every event of the orders placed in the window, in the order of delivery, in small portions. */
export function* streamWindow(
  store: Store,
  { fromMs, toMs }: Window,
  untilMs = toMs + LONGEST_LIFE,
): Generator<Emitted[]> {
  const emission = createEmission(store, fromMs, toMs)
  for (let at = fromMs; at < untilMs; at += STEP) {
    const emitted = emission.advance(Math.min(at + STEP, untilMs))
    if (emitted.length > 0) yield emitted
  }
}

export type Dataset = {
  readonly orders: readonly SimulatedOrder[]
  /** NDJSON values in the order of delivery, those until `asOfMs`. */
  readonly messages: readonly {
    readonly offset: bigint
    readonly key: string
    readonly value: string
    readonly atMs: number
  }[]
  /** What detection must find at `asOfMs` from exactly these messages. */
  readonly expected: readonly ExpectedAnomaly[]
}

export function createDataset(
  options: { seed: number; orders: number; asOfMs: number; days?: number } & Omit<
    StoreOptions,
    'seed' | 'ordersPerDay'
  >,
): Dataset {
  const { orders: wanted, asOfMs, days = 10, ...storeOptions } = options
  const fromMs = Math.floor((asOfMs - days * DAY) / 60_000) * 60_000
  const store = createStore({ ...storeOptions, ordersPerDay: wanted / days })
  const orders = [...store.ordersBetween(fromMs, asOfMs)]
  const emitted = createEmission(store, fromMs, asOfMs).advance(asOfMs)
  return {
    orders,
    messages: emitted.map(({ offset, orderId, event }) => ({
      offset,
      key: orderId,
      value: JSON.stringify(event.envelope),
      atMs: event.emitAtMs,
    })),
    // An event delivered at the very instant belongs to what comes after it, here as in the messages.
    expected: expectedTogether(
      orders.map((order) => ({ ...order, events: order.events.filter((event) => event.emitAtMs < asOfMs) })),
      asOfMs,
    ),
  }
}
