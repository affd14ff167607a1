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

export function createEmission(store: Store, originMs: number, ordersUntilMs = Infinity): Emission {
  const slices = new Map<number, ScheduledEvent[]>()
  let slice = Math.floor(originMs / SLICE)
  let current: ScheduledEvent[] | undefined
  let position = 0
  let offset = 0n

  const openSlice = (): ScheduledEvent[] => {
    const from = Math.max(slice * SLICE, originMs)
    const until = Math.min((slice + 1) * SLICE, ordersUntilMs)
    if (from < until) for (const order of store.ordersBetween(from, until)) for (const event of order.events) put(event)
    const opened = slices.get(slice) ?? []
    slices.delete(slice)
    return opened.sort(byDelivery)
  }
  const put = (event: ScheduledEvent): void => {
    const at = Math.floor(event.emitAtMs / SLICE)
    const pending = slices.get(at)
    if (pending === undefined) slices.set(at, [event])
    else pending.push(event)
  }

  return {
    advance(untilMs) {
      const emitted: Emitted[] = []
      while (slice * SLICE < untilMs) {
        current ??= openSlice()
        for (let next = current[position]; next !== undefined && next.emitAtMs < untilMs; next = current[position]) {
          emitted.push({ offset, orderId: next.orderId, event: next })
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

/** A total order: equal instants are told apart by what the event is. */
function byDelivery(a: ScheduledEvent, b: ScheduledEvent): number {
  return a.emitAtMs - b.emitAtMs || (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : a.number - b.number)
}
