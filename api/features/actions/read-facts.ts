import type { RowScope } from '#transforms/query/request.ts'
import type { OrderAnomaly } from '../../contract/anomalies.ts'
import type { Door } from '#transforms/query/door.ts'
import type { OrderRow } from '#transforms/query/orders.ts'
import type { OrderFacts } from './order-facts.ts'

export type ReadFacts = (orderId: string, scope: RowScope) => Promise<OrderFacts | null>

/** The order as the rules of actions see it; null when it is unknown or outside the scope. */
export function createReadFacts(door: Pick<Door, 'order' | 'orderAnomalies'>): ReadFacts {
  return async (orderId, scope) => {
    const [order, anomalies] = await Promise.all([door.order(orderId, scope), door.orderAnomalies(orderId, scope)])
    return order === null ? null : toFacts(order, anomalies)
  }
}

export function toFacts(order: OrderRow, anomalies: readonly OrderAnomaly[]): OrderFacts {
  const open = anomalies.filter((anomaly) => anomaly.status === 'open')
  const { order_id, buyer_id, currency, historic, amount_paid, payments, refunds } = order
  return {
    order_id,
    buyer_id,
    currency,
    historic,
    amount_paid,
    payments,
    refunds,
    // A shop closes an order that was never paid without calling it canceled.
    canceled: order.canceled_at !== null || order.order_status === 'canceled',
    shipped: order.handed_over_at !== null || order.first_scan_at !== null || order.delivered_at !== null,
    duplicates: open
      .filter((anomaly) => anomaly.anomaly_type === 'duplicate_payment')
      .map((anomaly) => ({
        anomaly_id: anomaly.anomaly_id,
        payment_id: anomaly.attached_to_type === 'payment' ? anomaly.attached_to_id : '',
      })),
    unpaid_anomaly_id: open.find((anomaly) => anomaly.anomaly_type === 'order_unpaid_timeout')?.anomaly_id ?? '',
  }
}
