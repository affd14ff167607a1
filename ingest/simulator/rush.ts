/** A sale: for a while more is ordered than usual, all of it paid by one method. */
import { slotOf } from './calendar.ts'
import type { PaymentMethod } from './catalogue.ts'

export type Rush = {
  readonly method: PaymentMethod
  /** Whole minutes. */
  readonly fromMs: number
  readonly toMs: number
  /** In all, spread evenly. */
  readonly orders: number
}

/** How the orders are paid that rushes add to a minute, one each. */
export function rushedInSlot(rushes: readonly Rush[], slot: number): PaymentMethod[] {
  return rushes.flatMap(({ method, fromMs, toMs, orders }) => {
    const [first, end] = [slotOf(fromMs), slotOf(toMs)]
    if (slot < first || slot >= end) return []
    const before = (minutes: number): number => Math.floor((minutes * orders) / (end - first))
    return Array.from({ length: before(slot - first + 1) - before(slot - first) }, () => method)
  })
}
