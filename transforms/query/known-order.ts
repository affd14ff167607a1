/** One order with everything that belongs to it, as it was known at an instant. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import { type AnomalyRow, createOrderAnomalies } from './anomalies.ts'
import { QueryError } from './errors.ts'
import { type OrderCost, createCostReads } from './order-costs.ts'
import { type PromiseRow, createPromiseReads } from './order-promises.ts'
import { type EventRow, type OrderRow, createOrderReads } from './orders.ts'
import type { RowScope } from './request.ts'
import { type OrderPause, createSourceReads } from './source-health.ts'

export type KnownOrder = {
  known_at: string
  order: OrderRow
  events: EventRow[]
  anomalies: AnomalyRow[]
  pauses: OrderPause[]
  promises: PromiseRow[]
  costs: OrderCost[]
}
export type KnownOrderReads = {
  /** Null when there is no such order or the caller may not see it; an order that was not known yet is an error that says since when it is. */
  orderKnownAt(orderId: string, knownAt: string, scope: RowScope): Promise<KnownOrder | null>
}

export function createKnownOrderReads(warehouse: Warehouse, knowledge: Knowledge): KnownOrderReads {
  const present = createOrderReads(warehouse)
  return {
    async orderKnownAt(orderId, knownAt, scope) {
      const known = await knowledge.ofOrder(orderId, knownAt, async (known) => {
        const reads = createOrderReads(warehouse, known)
        const place = { expectations: known.relation('expectation_current'), holds: known.holds }
        const [order, events, anomalies, pauses, promises, costs] = await Promise.all([
          reads.order(orderId, scope),
          reads.orderEvents(orderId, scope),
          createOrderAnomalies(warehouse, known.relation('anomaly_current'))(orderId, scope),
          createSourceReads(warehouse, place).orderPauses(orderId, scope),
          createPromiseReads(warehouse, place.expectations)(orderId, scope),
          createCostReads(warehouse, known.relation('order_cost_current'))(orderId, scope),
        ])
        return order === null ? null : { known_at: known.at, order, events, anomalies, pauses, promises, costs }
      })
      if (known !== null) return known
      const [first] = await present.orderInstants(orderId, scope)
      if (first === undefined || Date.parse(first) <= Date.parse(knownAt)) return null
      throw new QueryError(
        'NOTHING_KNOWN',
        `nothing was known of this order at ${new Date(knownAt).toISOString()} ("known_at"); its first event is known since ${first}`,
      )
    },
  }
}
