/** What set a promise's time: the order itself, or a rule's allowance in the hours of a calendar. */
import type { OrderPage } from '#api/contract/orders.ts'
import { WALL_CLOCK } from '#api/contract/rule-any.ts'

export interface SetBy {
  given: boolean
  /** Seconds; 0 where the snapshot does not tell. */
  allowance: number
  /** Empty for the clock on the wall. */
  calendar: string
}

export function setBy({
  threshold_snapshot: snapshot,
  calendar,
}: Pick<OrderPage['promises'][number], 'threshold_snapshot' | 'calendar'>): SetBy {
  let told: Record<string, unknown> = {}
  try {
    told = JSON.parse(snapshot) as Record<string, unknown>
  } catch {
    // A snapshot of before says nothing that can be read.
  }
  return {
    given: told['given'] === 'order',
    allowance: Number(told['allowance_s'] ?? 0) || 0,
    calendar: calendar === WALL_CLOCK ? '' : calendar,
  }
}
