/** What happened to one order and its things, one element per event, in the order of time. */
import { type Told, textOf } from './told.ts'

const families = /^(order|payment|refund|dispute|return|fulfillment|shipment|inventory|coupon|operation)\./
/** The fields that name what an event of a family is about; the first that says something. */
const things: Record<string, readonly string[]> = {
  payment: ['payment_id'],
  refund: ['refund_id'],
  dispute: ['dispute_id'],
  return: ['return_id'],
  fulfillment: ['fulfillment_id', 'shipment_id'],
  shipment: ['shipment_id'],
  inventory: ['reservation_id', 'sku'],
  coupon: ['coupon_id'],
}

export const historyOf = (events: readonly Told[], nameOf: (shipmentId: string) => string): Record<string, unknown>[] =>
  events
    .filter(({ type }) => families.test(type))
    .map((event) => {
      const said = (field: string): string => textOf([event], field)
      const family = event.type.split('.')[0] ?? ''
      const due = event.data['due_at']
      const thing = (things[family] ?? []).map(said).find((id) => id !== '') ?? ''
      const part = said(partOf(family, event.type))
      return {
        at: event.at,
        event_id: event.id,
        type: event.type,
        thing: family === 'shipment' ? nameOf(thing) : thing,
        part: family === 'fulfillment' || family === 'return' ? nameOf(part) : part,
        word: said(family === 'order' ? 'source_status' : family === 'operation' ? 'action' : 'status'),
        reason: reasonOf(family, event.type, said),
        amount: Number(event.data['amount'] ?? 0),
        due_at: typeof due === 'string' ? Date.parse(due) : null,
        causation_id: event.causation,
        auth_type: event.auth,
      }
    })
    .sort((a, b) => a.at - b.at || (a.event_id < b.event_id ? -1 : a.event_id > b.event_id ? 1 : 0))

function partOf(family: string, type: string): string {
  if (family === 'inventory') return 'sku'
  if (type === 'shipment.handed_over') return 'fulfillment_id'
  if (family === 'shipment') return 'location'
  return family === 'dispute' || family === 'refund' ? 'payment_id' : 'shipment_id'
}

function reasonOf(family: string, type: string, said: (field: string) => string): string {
  if (type === 'order.held') return said('hold_reason')
  if (family === 'shipment') return said('substatus')
  return said('reason_code') || (family === 'refund' ? said('reason') : '')
}
