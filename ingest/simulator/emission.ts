/** All events of a store from an origin on, in the order of their delivery, each with its running number. */
import { MINUTE } from './calendar.ts'
import type { ScheduledEvent } from './delivery.ts'
import type { Store } from './store.ts'

export type Emitted = { readonly offset: bigint; readonly orderId: string; readonly event: ScheduledEvent }

export type Emission = {
  /** Everything delivered before `untilMs` that was not handed out yet. */
  advance(untilMs: number): Emitted[]
}

/** An event is never delivered before its order is placed, so a slice is complete once its own orders are known. */
const SLICE = 10 * MINUTE

type Pending = { readonly orderId: string; readonly event: ScheduledEvent }

export function createEmission(store: Store, originMs: number, ordersUntilMs = Infinity): Emission {
  const slices = new Map<number, Pending[]>()
  let slice = Math.floor(originMs / SLICE)
  let current: Pending[] | undefined
  let position = 0
  let offset = 0n

  const openSlice = (): Pending[] => {
    const from = Math.max(slice * SLICE, originMs)
    const until = Math.min((slice + 1) * SLICE, ordersUntilMs)
    if (from < until)
      for (const order of store.ordersBetween(from, until)) for (const event of order.events) put(order.orderId, event)
    const opened = slices.get(slice) ?? []
    slices.delete(slice)
    return opened.sort(byDelivery)
  }
  const put = (orderId: string, event: ScheduledEvent): void => {
    const at = Math.floor(event.emitAtMs / SLICE)
    const pending = slices.get(at)
    if (pending === undefined) slices.set(at, [{ orderId, event }])
    else pending.push({ orderId, event })
  }

  return {
    advance(untilMs) {
      const emitted: Emitted[] = []
      while (slice * SLICE < untilMs) {
        current ??= openSlice()
        for (
          let next = current[position];
          next !== undefined && next.event.emitAtMs < untilMs;
          next = current[position]
        ) {
          emitted.push({ offset, ...next })
          offset += 1n
          position += 1
        }
        if ((slice + 1) * SLICE > untilMs) break
        slice += 1
        position = 0
        current = undefined
      }
      return emitted
    },
  }
}

/** A total order: equal instants are told apart by the event's id. */
function byDelivery(a: Pending, b: Pending): number {
  return a.event.emitAtMs - b.event.emitAtMs || (a.event.envelope.id < b.event.envelope.id ? -1 : 1)
}
