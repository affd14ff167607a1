/** An order's events in the shape the timeline draws: days, lanes and the pause before each event. */
import type { OrderAnomaly } from '#api/contract/anomalies.ts'
import type { TimelineEvent } from '#api/contract/orders.ts'

const laneOrder = [
  'order',
  'payment',
  'refund',
  'dispute',
  'cost',
  'coupon',
  'inventory',
  'fulfillment',
  'shipment',
  'return',
  'operation',
  'action',
  'anomaly',
  'notification',
  'expectation',
  'review',
  'report',
]

/** Lanes that have events, always in the same order, unknown ones last. */
export function lanesOf(events: readonly TimelineEvent[]): string[] {
  const rank = (lane: string): number => (laneOrder.includes(lane) ? laneOrder.indexOf(lane) : laneOrder.length)
  return [...new Set(events.map((event) => event.lane))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

/** Anomalies that say that two systems disagree. */
const DISAGREEMENTS = [
  'cross_system_mismatch',
  'payment_amount_mismatch',
  'paid_order_not_updated',
  'shipped_after_cancel',
  'delivered_implausible',
  'status_regression',
  'price_discrepancy',
  'inventory_mismatch',
]

/** The types of the disagreements that each event, by its id, is a side of. */
export function disagreementsOf(
  anomalies: readonly Pick<OrderAnomaly, 'anomaly_type' | 'evidence_event_ids'>[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { anomaly_type: type, evidence_event_ids: ids } of anomalies)
    if (DISAGREEMENTS.includes(type)) for (const id of ids) found.set(id, [...(found.get(id) ?? []), type])
  return found
}

export interface TimelineRow {
  event: TimelineEvent
  newDay: boolean
  /** Seconds since the event before. */ pause: number | null
}

/** In order of time; `dayOf` gives the reader's calendar day of an instant. */
export function timelineRows(
  events: readonly TimelineEvent[],
  hidden: ReadonlySet<string>,
  dayOf: (instant: string) => string,
): TimelineRow[] {
  const shown = events
    .filter((event) => !hidden.has(event.lane))
    .toSorted((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at))
  return shown.map((event, i) => {
    const before = shown[i - 1]
    return {
      event,
      newDay: before === undefined || dayOf(before.occurred_at) !== dayOf(event.occurred_at),
      pause: before === undefined ? null : (Date.parse(event.occurred_at) - Date.parse(before.occurred_at)) / 1000,
    }
  })
}

const telling = [
  'amount',
  'amount_payable',
  'failure_code',
  'failure_reason',
  'reason',
  'hold_reason',
  'carrier_code',
  'tracking_no',
  'status',
  'location',
  'message',
  'action',
  'method',
  'sku',
  'quantity',
  'coupon_id',
  'warehouse_id',
  'score',
  'anomaly_type',
]

/** The few fields that say most about an event; the rest is one click away. */
export function highlights(event: TimelineEvent): { name: string; value: string }[] {
  return (
    event.fields
      .filter((field) => telling.includes(field.name) && field.value !== '')
      // the name of an action's event says its status already
      .filter((field) => !(event.lane === 'action' && field.name === 'status'))
      .sort((a, b) => telling.indexOf(a.name) - telling.indexOf(b.name))
      .slice(0, 4)
  )
}

/** Fields that hold minor units of the event's currency. */
export const isMoney = (name: string): boolean => /^(amount|unit_price|freight)/.test(name)
export const isInstant = (name: string): boolean => /_at$|_by$|_from$|_until$/.test(name)
