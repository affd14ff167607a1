/** What goes wrong with an order, and how often. */
import type { Rng } from './rng.ts'

export const anomalyTypes = [
  'order_unpaid_timeout',
  'payment_failed',
  'payment_amount_mismatch',
  'duplicate_payment',
  'not_shipped',
  'label_no_pickup',
  'logistics_stalled',
  'delivery_late',
  'refund_stalled',
  'payment_failed_repeated',
  'payment_stuck_processing',
  'paid_order_not_updated',
  'authorization_expiring',
  'dispute_opened',
  'refund_request_unanswered',
  'refund_failed',
  'refund_over_or_duplicate',
  'return_not_sent',
  'return_stalled',
  'return_received_not_refunded',
  'tracking_invalid',
  'delivery_attempt_failed',
  'pickup_expiring',
  'customs_held',
  'parcel_damaged',
  'return_to_sender',
  'delivered_not_received',
  'wrong_or_missing_item',
  'out_of_stock_after_pay',
  'fulfilment_rejected',
  'inventory_mismatch',
  'fraud_review_stuck',
  'address_invalid',
  'cancel_request_stuck',
  'shipped_after_cancel',
  'cross_system_mismatch',
  'coupon_anomaly',
  'ship_promise_at_risk',
  'partial_shipment_stuck',
  'parcel_lost_suspected',
  'delivered_implausible',
  'status_regression',
  'price_discrepancy',
  'duplicate_order',
] as const
export type AnomalyType = (typeof anomalyTypes)[number]

/** Share of orders (0–1) made to show an anomaly; one trouble can bring another with it. */
export type AnomalyShares = Readonly<Record<AnomalyType, number>>

export const defaultShares: AnomalyShares = {
  order_unpaid_timeout: 0.05,
  payment_failed: 0.025,
  payment_amount_mismatch: 0.01,
  duplicate_payment: 0.015,
  not_shipped: 0.025,
  label_no_pickup: 0.02,
  logistics_stalled: 0.025,
  delivery_late: 0.02,
  refund_stalled: 0.015,
  payment_failed_repeated: 0.004,
  payment_stuck_processing: 0.004,
  paid_order_not_updated: 0.004,
  authorization_expiring: 0.003,
  dispute_opened: 0.003,
  refund_request_unanswered: 0.004,
  refund_failed: 0.003,
  refund_over_or_duplicate: 0.003,
  return_not_sent: 0.003,
  return_stalled: 0.003,
  return_received_not_refunded: 0.003,
  tracking_invalid: 0.003,
  delivery_attempt_failed: 0.004,
  pickup_expiring: 0.003,
  customs_held: 0.003,
  parcel_damaged: 0.003,
  return_to_sender: 0.003,
  delivered_not_received: 0.003,
  wrong_or_missing_item: 0.003,
  out_of_stock_after_pay: 0.003,
  fulfilment_rejected: 0.003,
  inventory_mismatch: 0.003,
  fraud_review_stuck: 0.003,
  address_invalid: 0.012,
  cancel_request_stuck: 0.003,
  shipped_after_cancel: 0.003,
  cross_system_mismatch: 0.003,
  coupon_anomaly: 0.003,
  ship_promise_at_risk: 0.003,
  partial_shipment_stuck: 0.003,
  parcel_lost_suspected: 0.003,
  delivered_implausible: 0.003,
  status_regression: 0.003,
  price_discrepancy: 0.003,
  duplicate_order: 0.003,
}

export function drawScenario(rng: Rng, shares: AnomalyShares): AnomalyType | null {
  let point = rng.next()
  for (const type of anomalyTypes) {
    point -= shares[type]
    if (point < 0) return type
  }
  return null
}

export const isPaymentTrouble = (type: AnomalyType | null): boolean =>
  type === 'payment_failed' ||
  type === 'payment_failed_repeated' ||
  type === 'payment_amount_mismatch' ||
  type === 'duplicate_payment'

export const isCarrierTrouble = (type: AnomalyType | null): boolean =>
  type === 'label_no_pickup' || type === 'logistics_stalled' || type === 'delivery_late'
