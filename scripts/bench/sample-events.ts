/** Events of ordinary orders for load: the contracts' own examples, told again with other ids, times and amounts. */
import { eventContracts } from '#ingest/contracts/index.ts'

/** An uneventful order with two scans on the way, as most orders are. */
const life = [
  'order.created',
  'inventory.reserved',
  'coupon.redeemed',
  'payment.created',
  'payment.captured',
  'order.confirmed',
  'fulfillment.created',
  'fulfillment.packed',
  'fulfillment.label_created',
  'shipment.handed_over',
  'shipment.checkpoint',
  'shipment.checkpoint',
  'shipment.delivered',
  'order.completed',
]

const MINUTE = 60_000
const START = Date.UTC(2026, 8, 1)

/** `count` events as JSON lines; order by order, each order's events spread over three days. */
export function sampleEvents(count: number): Buffer[] {
  const lines: Buffer[] = []
  for (let order = 0; lines.length < count; order += 1) {
    for (const [step, type] of life.entries()) {
      if (lines.length < count) lines.push(Buffer.from(JSON.stringify(eventOf(type, order, step))))
    }
  }
  return lines
}

function eventOf(type: string, order: number, step: number): Record<string, unknown> {
  const contract = eventContracts.get(type)
  if (contract === undefined)
    throw new Error(`no contract for ${type}: mend the list in scripts/bench/sample-events.ts`)
  const orderId = `S${String(order).padStart(9, '0')}`
  const data: Record<string, unknown> = { ...contract.example.data }
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'string' && /_id$|_no$/.test(name) && name !== 'shop_id' && name !== 'warehouse_id') {
      data[name] = `${value.slice(0, 6)}-${order}`
    }
  }
  return {
    ...contract.example,
    id: `${orderId}-${step}`,
    subject: `order/${orderId}`,
    partitionkey: orderId,
    time: new Date(START + (order % 10_000) * MINUTE + step * 300 * MINUTE).toISOString(),
    data,
  }
}
