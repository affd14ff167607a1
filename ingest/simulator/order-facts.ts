/** What a set of an order's events says, in plain code: the second opinion against which detection in SQL is tested. */
import type { Envelope } from '#ingest/contracts/index.ts'
import { parseEventType } from '#ingest/contracts/index.ts'

export type Capture = { readonly paymentId: string; readonly at: number; readonly amount: number }
export type Refund = {
  readonly refundId: string
  readonly paymentId: string
  readonly amount: number
  readonly channel: string
  readonly reason: string
  readonly requestedAt: number
  /** When the shop had agreed. */
  readonly begunAt: number | null
  /** When the provider knew. */
  readonly sentAt: number | null
  readonly settledAt: number | null
  readonly failedAt: number | null
}
export type Scan = { readonly at: number; readonly status: string }
export type ParcelFacts = {
  readonly shipmentId: string
  readonly labelAt: number | null
  readonly handedOverAt: number | null
  readonly scans: readonly Scan[]
  readonly exceptions: readonly number[]
  /** The carrier does not know its number, or did not. */
  readonly isUnknown: boolean
  readonly deliveredAt: number | null
  readonly returnedAt: number | null
}

export type OrderFacts = {
  readonly orderId: string
  readonly createdAt: number | null
  readonly endedAt: number | null
  readonly payable: number | null
  readonly expiresAt: number | null
  readonly shipBy: number | null
  readonly deliverUntil: number | null
  /** In the order of time. */
  readonly captures: readonly Capture[]
  readonly failures: readonly { readonly paymentId: string; readonly at: number }[]
  readonly refunds: readonly Refund[]
  readonly parcels: readonly ParcelFacts[]
  /** What the buyer sends back. */
  readonly returnParcels: readonly ParcelFacts[]
  /** Everything that was told, once each, in the order of time. */
  readonly told: readonly Seen[]
}

export type Seen = {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly data: Record<string, unknown>
}

export function readFacts(orderId: string, envelopes: Iterable<Envelope>): OrderFacts {
  const seen = distinct(envelopes)
  const parcels = parcelsOf(seen)
  const sentBack = new Set(seen.filter(({ type }) => type === 'return.shipped').map(({ data }) => data['shipment_id']))
  const created = seen.find((event) => event.type === 'order.created')
  return {
    orderId,
    createdAt: created?.at ?? null,
    endedAt: first(seen, 'order.canceled', 'order.closed'),
    payable: created === undefined ? null : Number(created.data['amount_payable']),
    expiresAt: instant(created?.data['payment_expires_at']),
    shipBy: instant(created?.data['promised_ship_by']),
    deliverUntil: instant(created?.data['promised_delivery_until']),
    captures: capturesOf(seen),
    failures: [
      ...groupBy(
        seen.filter((event) => event.type === 'payment.failed'),
        'payment_id',
      ),
    ]
      .map(([paymentId, events]) => ({ paymentId, at: Math.min(...events.map((event) => event.at)) }))
      .sort((a, b) => a.at - b.at),
    refunds: refundsOf(seen),
    parcels: parcels.filter(({ shipmentId }) => !sentBack.has(shipmentId)),
    returnParcels: parcels.filter(({ shipmentId }) => sentBack.has(shipmentId)),
    told: seen,
  }
}

function distinct(envelopes: Iterable<Envelope>): Seen[] {
  const byIdentity = new Map<string, Seen>()
  for (const { source, id, type, time, data } of envelopes) {
    byIdentity.set(`${source} ${id}`, { id, type: parseEventType(type).name, at: Date.parse(time), data })
  }
  return [...byIdentity.values()].sort((a, b) => a.at - b.at)
}

function capturesOf(seen: readonly Seen[]): Capture[] {
  const paid = seen.filter((event) => event.type === 'payment.succeeded' || event.type === 'payment.captured')
  return [...groupBy(paid, 'payment_id')]
    .map(([paymentId, events]) => ({
      paymentId,
      at: Math.min(...events.map((event) => event.at)),
      amount: Number(events[0]?.data['amount']),
    }))
    .sort((a, b) => a.at - b.at)
}

function refundsOf(seen: readonly Seen[]): Refund[] {
  const about = seen.filter((event) => event.type.startsWith('refund.'))
  return [...groupBy(about, 'refund_id')].map(([refundId, events]) => {
    const data: Record<string, unknown> = Object.assign({}, ...events.map((event) => event.data))
    return {
      refundId,
      paymentId: String(data['payment_id'] ?? ''),
      amount: Number(data['amount'] ?? 0),
      channel: String(data['refund_channel'] ?? ''),
      reason: String(data['reason'] ?? ''),
      requestedAt: Math.min(...events.map((event) => event.at)),
      begunAt: first(
        events,
        'refund.approved',
        'refund.created',
        'refund.updated',
        'refund.succeeded',
        'refund.failed',
      ),
      sentAt: first(events, 'refund.created', 'refund.succeeded'),
      settledAt: first(events, 'refund.succeeded'),
      failedAt: first(events, 'refund.failed', 'refund.rejected'),
    }
  })
}

const noScan = new Set(['', 'pre_transit', 'unknown'])

function parcelsOf(seen: readonly Seen[]): ParcelFacts[] {
  const about = seen.filter((event) => event.type.startsWith('shipment.') || event.type === 'fulfillment.label_created')
  return [...groupBy(about, 'shipment_id')].map(([shipmentId, events]) => ({
    shipmentId,
    labelAt: first(events, 'fulfillment.label_created'),
    handedOverAt: first(events, 'shipment.handed_over'),
    scans: events
      .filter((event) => event.type === 'shipment.checkpoint' && !noScan.has(String(event.data['status'] ?? '')))
      .map((event) => ({ at: event.at, status: String(event.data['status']) }))
      .sort((a, b) => a.at - b.at),
    exceptions: events.filter(({ type }) => type === 'shipment.exception').map(({ at }) => at),
    isUnknown: events.some(({ data }) => data['status'] === 'unknown'),
    deliveredAt: first(events, 'shipment.delivered'),
    returnedAt: first(events, 'shipment.returned'),
  }))
}

export function groupBy(events: readonly Seen[], field: string): Map<string, Seen[]> {
  const groups = new Map<string, Seen[]>()
  for (const event of events) {
    const id = event.data[field]
    if (typeof id !== 'string' || id === '') continue
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [event])
    else group.push(event)
  }
  return groups
}

export function first(events: readonly Seen[], ...types: readonly string[]): number | null {
  return earliest(...events.filter((event) => types.includes(event.type)).map((event) => event.at))
}

export function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}

const instant = (value: unknown): number | null => (typeof value === 'string' ? Date.parse(value) : null)
