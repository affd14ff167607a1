/** The goods of one order: its lines, its coupons, and its parcels with their scans. */
import type { OrderLine } from '#ingest/contracts/fields.ts'
import {
  type Told,
  byInstant,
  byThing,
  earliest,
  first,
  firstAt,
  isAbout,
  last,
  latest,
  numberOf,
  ofTypes,
  textOf,
} from './told.ts'

export type Scan = { readonly at: number; readonly event_id: string; readonly status: string }
export type Parcel = {
  readonly shipment_id: string
  readonly carrier: string
  readonly tracking_no: string
  readonly status: string
  readonly label_at: number | null
  readonly handed_over_at: number | null
  readonly first_scan_at: number | null
  readonly last_scan_at: number | null
  readonly delivered_at: number | null
  readonly returned_at: number | null
  readonly location: string
  readonly label_event_id: string
  readonly delivered_event_id: string
  readonly scans: readonly Scan[]
}

/** The carrier says that it has not seen the parcel. */
const UNSEEN = ['', 'pre_transit', 'unknown']

export function parcelsOf(events: readonly Told[]): {
  sent: Parcel[]
  sentBack: Parcel[]
  /** The name a parcel is called by, of another name of it. */
  nameOf: (shipmentId: string) => string
} {
  // A parcel begins with its label, or with a carrier's word.
  const about = events.filter((event) => isAbout('shipment')(event) || event.type === 'fulfillment.label_created')
  const numbers = new Map(byThing(about, 'shipment_id').map(([id, told]) => [id, textOf(told, 'tracking_no')]))
  const idOf = ({ data }: Told): string => String(data['shipment_id'] ?? '')
  const nameOf = (shipmentId: string): string => {
    const number = numbers.get(shipmentId) ?? ''
    if (number === '') return shipmentId
    const of = about.filter((event) => numbers.get(idOf(event)) === number)
    return of.sort(byInstant(idOf, ({ at }) => at)).map(idOf)[0] ?? shipmentId
  }
  const renamed = about.map((event) => ({ ...event, data: { ...event.data, shipment_id: nameOf(idOf(event)) } }))
  const parcels = byThing(renamed, 'shipment_id')
    .map(([shipment_id, told]) => parcelOf(shipment_id, told))
    .sort(
      byInstant(
        ({ shipment_id }) => shipment_id,
        ({ label_at }) => label_at,
      ),
    )
  const back = new Set(ofTypes(events, 'return.shipped').map(({ data }) => nameOf(String(data['shipment_id'] ?? ''))))
  return {
    nameOf,
    sent: parcels.filter(({ shipment_id }) => !back.has(shipment_id)),
    sentBack: parcels.filter(({ shipment_id }) => back.has(shipment_id)),
  }
}

function parcelOf(shipment_id: string, told: readonly Told[]): Parcel {
  const begun = first(told, 'fulfillment.label_created', 'shipment.handed_over')
  const delivered = first(told, 'shipment.delivered')
  const scans = ofTypes(told, 'shipment.checkpoint')
    .map(({ at, id, data }) => ({ at, event_id: id, status: String(data['status'] ?? '') }))
    .filter(({ status }) => !UNSEEN.includes(status))
    .sort(
      byInstant(
        ({ event_id }) => event_id,
        ({ at }) => at,
      ),
    )
  // A delivery is a scan, and so is a hand-over that the carrier confirms.
  const seen = [
    ...scans.map(({ at }) => at),
    ...ofTypes(told, 'shipment.delivered').map(({ at }) => at),
    ...ofTypes(told, 'shipment.handed_over')
      .filter(({ data }) => data['status'] === 'picked_up')
      .map(({ at }) => at),
  ]
  return {
    shipment_id,
    carrier: textOf(told, 'carrier_code'),
    tracking_no: textOf(told, 'tracking_no'),
    status: parcelStatus(told),
    label_at: firstAt(told, 'fulfillment.label_created'),
    handed_over_at: firstAt(told, 'shipment.handed_over'),
    first_scan_at: earliest(...seen),
    last_scan_at: last(...seen),
    delivered_at: delivered?.at ?? null,
    returned_at: firstAt(told, 'shipment.returned'),
    location: textOf(told, 'location'),
    label_event_id: begun?.id ?? '',
    delivered_event_id: delivered?.id ?? '',
    scans,
  }
}

function parcelStatus(told: readonly Told[]): string {
  if (first(told, 'shipment.delivered') !== undefined) return 'delivered'
  if (first(told, 'shipment.returned') !== undefined) return 'return_to_sender'
  return textOf(told.filter(isAbout('shipment')), 'status') || 'pre_transit'
}

/** The order has arrived when every parcel of it is settled and one arrived: then the last arrival. */
export function arrivedAt(parcels: readonly Parcel[]): number | null {
  const arrivals = parcels.map(({ delivered_at }) => delivered_at).filter((at) => at !== null)
  const isSettled = parcels.every((parcel) => earliest(parcel.delivered_at, parcel.returned_at) !== null)
  return isSettled && arrivals.length > 0 ? Math.max(...arrivals) : null
}

export type Line = Required<OrderLine>
export function linesOf(events: readonly Told[]): Line[] {
  const saying = ofTypes(events, 'order.created', 'order.updated')
  const said = saying.flatMap((event) => linesIn(event).map((line) => ({ event, line })))
  return [...new Set(said.map(({ line }) => line.line_id))].sort().flatMap((lineId) => {
    const mine = said.filter(({ line }) => line.line_id === lineId)
    const event = latest(mine.map((one) => one.event))
    return mine
      .filter((one) => one.event === event)
      .slice(0, 1)
      .map(({ line }) => line)
  })
}
const linesIn = ({ data }: Told): Line[] =>
  ((data['lines'] ?? []) as OrderLine[]).map((line) => ({
    line_id: line.line_id,
    sku: line.sku,
    name: line.name,
    category: line.category ?? '',
    seller_id: line.seller_id ?? '',
    seller_region: line.seller_region ?? '',
    quantity: line.quantity,
    unit_price: line.unit_price ?? 0,
    amount: line.amount,
    freight: line.freight ?? 0,
  }))

export type Coupon = { readonly coupon_id: string; readonly status: string; readonly amount: number }
export const couponsOf = (events: readonly Told[]): Coupon[] =>
  byThing(events.filter(isAbout('coupon')), 'coupon_id')
    .map(([coupon_id, about]) => ({
      coupon_id,
      status: latest(about)?.type.slice('coupon.'.length) ?? '',
      amount: numberOf(about, 'amount') ?? 0,
    }))
    .sort((a, b) => (a.coupon_id < b.coupon_id ? -1 : 1))
