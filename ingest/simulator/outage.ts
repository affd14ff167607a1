/** A system of a shop that tells nothing for some hours and then everything at once, and what cannot be judged meanwhile. */
import { MINUTE } from './calendar.ts'
import type { AnomalyType } from './scenario.ts'
import type { System } from './timeline.ts'

export type Outage = {
  /** CloudEvents source, such as `/shop/tmall/carrier`. */
  readonly source: string
  readonly fromMs: number
  /** From here on what was held back is delivered, in its order, within `BACKLOG`. */
  readonly toMs: number
}

/** How long it takes to deliver what was held back. */
export const BACKLOG = 5 * MINUTE

/** When an event that would arrive at `emitAtMs` does. */
export function deliveredAt(outages: readonly Outage[], source: string, emitAtMs: number): number {
  const outage = outages.find((each) => each.source === source && emitAtMs >= each.fromMs && emitAtMs < each.toMs)
  if (outage === undefined) return emitAtMs
  const share = (emitAtMs - outage.fromMs) / (outage.toMs - outage.fromMs)
  return outage.toMs + Math.floor(share * BACKLOG)
}

/** The systems whose word a rule waits for; the same as the seed `rule_needs` says about this store's systems. */
const needs: Readonly<Record<AnomalyType, readonly System[]>> = {
  order_unpaid_timeout: ['payment', 'oms'],
  payment_failed: ['payment', 'oms'],
  payment_amount_mismatch: [],
  duplicate_payment: [],
  not_shipped: ['wms', 'oms'],
  label_no_pickup: ['carrier'],
  logistics_stalled: ['carrier'],
  delivery_late: ['carrier'],
  refund_stalled: ['payment'],
  payment_failed_repeated: [],
  payment_stuck_processing: ['payment'],
  paid_order_not_updated: ['oms'],
  authorization_expiring: ['payment'],
  dispute_opened: [],
  refund_request_unanswered: ['aftersale', 'payment'],
  refund_failed: [],
  refund_over_or_duplicate: [],
  return_not_sent: ['aftersale'],
  return_stalled: ['aftersale'],
  return_received_not_refunded: ['payment'],
  tracking_invalid: ['carrier'],
  delivery_attempt_failed: [],
  pickup_expiring: ['carrier'],
  customs_held: ['carrier'],
  parcel_damaged: [],
  return_to_sender: [],
  delivered_not_received: [],
  wrong_or_missing_item: [],
  out_of_stock_after_pay: [],
  fulfilment_rejected: [],
  inventory_mismatch: ['wms'],
  fraud_review_stuck: ['oms'],
  address_invalid: [],
  cancel_request_stuck: ['oms'],
  shipped_after_cancel: [],
  cross_system_mismatch: ['payment', 'oms'],
  coupon_anomaly: ['marketing'],
  ship_promise_at_risk: ['wms', 'oms'],
  partial_shipment_stuck: ['wms', 'oms'],
  parcel_lost_suspected: ['carrier'],
  delivered_implausible: [],
  status_regression: [],
  price_discrepancy: [],
  duplicate_order: [],
}

/** As of when a type can be judged at an instant for orders of a shop (`/shop/tmall`). */
export function judgedUntil(outages: readonly Outage[], shop: string, type: AnomalyType, asOfMs: number): number {
  const sources = new Set(needs[type].map((system) => `${shop}/${system}`))
  const silent = outages.filter((each) => sources.has(each.source) && asOfMs >= each.fromMs && asOfMs < each.toMs)
  return Math.min(asOfMs, ...silent.map((each) => each.fromMs))
}
