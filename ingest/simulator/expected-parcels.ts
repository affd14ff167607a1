/** What detection must find about work that is not shipped in time, and parcels that are lost or arrive as they cannot. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import type { Finding, Promised } from './judging.ts'
import { type OrderFacts, type ParcelFacts, type Seen, earliest, first } from './order-facts.ts'

/** The default allowances; the same numbers as the seed of the rules. */
const allowances = {
  ship: 48 * HOUR,
  shipRest: 48 * HOUR,
  lost: 7 * DAY,
  /** Remaining work before the ship-by: nobody has begun, the warehouse has, it is packed. */
  stages: { '': 12 * HOUR, '@begun': 8 * HOUR, '@packed': 2 * HOUR },
  quickestDelivery: 10 * MINUTE,
} as const

/** When the order was paid, and when all of it was paid back. */
export type Paid = { readonly paidAt: number | null; readonly paidBackAt: number | null }

export function parcelPromises(facts: OrderFacts, paid: Paid): Promised[] {
  return [...progressing(facts, paid), ...shippingTheRest(facts, paid), ...facts.parcels.flatMap(losing(facts, paid))]
}

const isHandOver = ({ type }: Seen): boolean => type === 'shipment.handed_over'

/** The work that is left takes so long; the next stage must have begun before no more than that is left. */
function progressing({ told, orderId, shipBy, endedAt }: OrderFacts, { paidAt, paidBackAt }: Paid): Promised[] {
  if (paidAt === null) return []
  const packing = ['fulfillment.packed', 'fulfillment.label_created']
  const stages = [
    { name: '', isReached: true, until: ['fulfillment.created', ...packing, 'shipment.handed_over'] },
    {
      name: '@begun',
      isReached: first(told, 'fulfillment.created') !== null,
      until: [...packing, 'shipment.handed_over'],
    },
    { name: '@packed', isReached: first(told, ...packing) !== null, until: ['shipment.handed_over'] },
  ] as const
  return stages
    .filter(({ isReached }) => isReached)
    .map(({ name, until }) => {
      const brokenAt = shipBy ?? paidAt + allowances.ship
      const neededFrom = brokenAt - allowances.stages[name]
      return {
        type: 'ship_promise_at_risk' as const,
        attachedTo: `${orderId}${name}`,
        setAt: paidAt,
        dueAt: shipBy === null ? neededFrom : Math.min(shipBy, Math.max(paidAt, neededFrom)),
        escalateAt: brokenAt,
        atRiskShare: 1,
        endedAt: earliest(first(told, ...until), endedAt, paidBackAt),
      }
    })
}

function shippingTheRest({ told, shipBy, endedAt, returnParcels }: OrderFacts, paid: Paid): Promised[] {
  const firstPartAt = first(told, 'shipment.handed_over')
  if (firstPartAt === null || paid.paidAt === null) return []
  const workOf = ({ type, data }: Seen): unknown =>
    type === 'shipment.handed_over' || type.startsWith('fulfillment.') ? data['fulfillment_id'] : undefined
  const isToldApart = told.some(
    (event) => (isHandOver(event) || event.type === 'fulfillment.label_created') && workOf(event) !== undefined,
  )
  const parts = new Map<string, { at: number; parcels: Set<unknown> }>()
  for (const event of told) {
    const isWork = event.type === 'fulfillment.created' && isToldApart
    if (!isWork && event.type !== 'fulfillment.label_created') continue
    const name = String(workOf(event) ?? event.data['shipment_id'])
    if (returnParcels.some(({ shipmentId }) => shipmentId === name)) continue
    const part = parts.get(name) ?? { at: event.at, parcels: new Set() }
    if (!isWork) part.parcels.add(event.data['shipment_id'])
    parts.set(name, part)
  }
  return [...parts].map(([attachedTo, { at, parcels }]) => {
    const setAt = Math.max(at, firstPartAt)
    const done = told.filter(
      (event) =>
        (isHandOver(event) &&
          (parcels.has(event.data['shipment_id']) ||
            [event.data['shipment_id'], workOf(event)].includes(attachedTo))) ||
        (event.type === 'fulfillment.rejected' && workOf(event) === attachedTo && event.at >= at),
    )
    return {
      type: 'partial_shipment_stuck',
      attachedTo,
      setAt,
      dueAt: shipBy !== null && shipBy > setAt ? shipBy : setAt + allowances.shipRest,
      endedAt: earliest(done[0]?.at ?? null, endedAt, paid.paidBackAt),
    }
  })
}

const finalScans = new Set(['delivered', 'available_for_pickup', 'return_to_sender', 'failure', 'cancelled'])

const losing =
  ({ told, endedAt }: OrderFacts, { paidBackAt }: Paid) =>
  ({ shipmentId, scans, exceptions, deliveredAt, returnedAt }: ParcelFacts): Promised[] => {
    const isLost = ({ type, data }: Seen): boolean =>
      type === 'shipment.exception' && data['shipment_id'] === shipmentId && data['substatus'] === 'lost'
    const later = [...scans.map(({ at }) => at), ...exceptions, deliveredAt, returnedAt].filter((at) => at !== null)
    const promise = (setAt: number, dueAt: number): Promised => ({
      type: 'parcel_lost_suspected',
      attachedTo: `${shipmentId}@${setAt}`,
      setAt,
      dueAt,
      endedAt: earliest(...later.filter((at) => at > setAt), endedAt, paidBackAt),
    })
    return [
      ...scans.filter(({ status }) => !finalScans.has(status)).map(({ at }) => promise(at, at + allowances.lost)),
      ...told.filter(isLost).map(({ at }) => promise(at, at)),
    ].filter(({ setAt }) => deliveredAt === null || deliveredAt > setAt)
  }

export function parcelFindings(facts: OrderFacts): Finding[] {
  return [...facts.parcels.flatMap((parcel) => implausible(facts, parcel)), ...regressions(facts)]
}

function implausible({ told, endedAt }: OrderFacts, parcel: ParcelFacts): Finding[] {
  const { shipmentId, deliveredAt, handedOverAt } = parcel
  if (deliveredAt === null) return []
  const about = told.filter(({ data }) => data['shipment_id'] === shipmentId)
  const places = about.filter(({ type, data }) => type === 'shipment.checkpoint' && !unseen.has(String(data['status'])))
  const before = places.filter(({ at }) => at < deliveredAt)
  const setOutAt = before[0]?.at ?? (handedOverAt !== null && handedOverAt <= deliveredAt ? handedOverAt : null)
  const isBeforeShipped = handedOverAt !== null && handedOverAt > deliveredAt
  const isTooQuick = setOutAt !== null && wholeSeconds(setOutAt, deliveredAt) < allowances.quickestDelivery / 1_000
  if (!isBeforeShipped && !isTooQuick && !isWhereItSetOut(about, places, before)) return []
  const foundAt = isBeforeShipped ? handedOverAt : deliveredAt
  const cleared = told.find(
    ({ type, at, data }) =>
      at >= foundAt &&
      (type === 'refund.succeeded' ||
        (type === 'shipment.returned' && data['shipment_id'] === shipmentId) ||
        (type === 'fulfillment.label_created' && data['shipment_id'] !== shipmentId) ||
        (type === 'operation.performed' && data['action'] === 'confirm_delivery')),
  )
  const endedLater = endedAt !== null && endedAt >= foundAt ? endedAt : null
  return [
    {
      type: 'delivered_implausible',
      attachedTo: shipmentId,
      foundAt,
      escalateAt: null,
      clearedAt: earliest(cleared?.at ?? null, endedLater),
    },
  ]
}

const unseen = new Set(['', 'pre_transit', 'unknown'])
/** The engine counts the seconds that a clock has shown between two instants. */
const wholeSeconds = (from: number, to: number): number => Math.floor(to / 1_000) - Math.floor(from / 1_000)

function isWhereItSetOut(about: readonly Seen[], places: readonly Seen[], before: readonly Seen[]): boolean {
  const placeOf = (event: Seen | undefined): string => String(event?.data['location'] ?? '')
  const arrived = placeOf(about.find(({ type }) => type === 'shipment.delivered'))
  const [began, gotTo] = [placeOf(places[0]), placeOf(before.at(-1))]
  const wasMissed = places.some(({ data }) =>
    ['attempt_failed', 'available_for_pickup', 'return_to_sender'].includes(String(data['status'])),
  )
  return before.length >= 2 && arrived !== '' && gotTo !== '' && arrived === began && gotTo !== began && !wasMissed
}

/** Words after which a thing is over, and words that take it back. */
const families = [
  {
    id: 'shipment_id',
    isOver: ({ type }: Seen) => type === 'shipment.delivered',
    goesBack: ({ type, data }: Seen) =>
      type === 'shipment.checkpoint' &&
      ['pre_transit', 'picked_up', 'in_transit', 'out_for_delivery', 'attempt_failed'].includes(String(data['status'])),
  },
  {
    id: 'refund_id',
    isOver: ({ type }: Seen) => type === 'refund.succeeded',
    goesBack: ({ type, data }: Seen) =>
      ['refund.requested', 'refund.approved', 'refund.created'].includes(type) ||
      (type === 'refund.updated' && data['status'] === 'pending'),
  },
  {
    id: 'payment_id',
    isOver: ({ type }: Seen) => type === 'payment.succeeded' || type === 'payment.captured',
    goesBack: ({ type }: Seen) => ['payment.created', 'payment.authorized', 'payment.processing'].includes(type),
  },
  {
    id: null,
    isOver: ({ type }: Seen) => ['order.canceled', 'order.closed', 'order.completed'].includes(type),
    goesBack: ({ type }: Seen) => type === 'order.confirmed' || type === 'order.held',
  },
] as const

function regressions({ told, orderId }: OrderFacts): Finding[] {
  const found = new Map<string, Finding>()
  for (const { id, isOver, goesBack } of families) {
    for (const event of told.filter(goesBack)) {
      const name = id === null ? orderId : String(event.data[id])
      const isMine = (other: Seen): boolean => id === null || other.data[id] === event.data[id]
      const wasOver = told.some((other) => isOver(other) && isMine(other) && other.at + MINUTE < event.at)
      const travelsBack = told.some(
        (other) =>
          id === 'shipment_id' &&
          isMine(other) &&
          other.at <= event.at &&
          (other.type === 'shipment.returned' || other.data['status'] === 'return_to_sender'),
      )
      if (!wasOver || travelsBack || found.has(name)) continue
      const clearedAt = told.find((other) => isOver(other) && isMine(other) && other.at >= event.at)?.at ?? null
      found.set(name, {
        type: 'status_regression',
        attachedTo: name,
        foundAt: event.at,
        escalateAt: null,
        clearedAt,
      })
    }
  }
  return [...found.values(), ...paidAnew(told)]
}

/** A payment whose whole sum was given back is captured. */
function paidAnew(told: readonly Seen[]): Finding[] {
  const isPaid = ({ type }: Seen): boolean => type === 'payment.succeeded' || type === 'payment.captured'
  const found = new Map<unknown, Finding>()
  for (const event of told.filter(isPaid)) {
    const { payment_id: paymentId, amount } = event.data
    const isMine = ({ type, data }: Seen): boolean => type === 'refund.succeeded' && data['payment_id'] === paymentId
    const wasBack = told.some(
      (other) => isMine(other) && Number(other.data['amount']) >= Number(amount) && other.at + MINUTE < event.at,
    )
    if (!wasBack || found.has(paymentId)) continue
    const clearedAt = told.find((other) => isMine(other) && other.at >= event.at)?.at ?? null
    found.set(paymentId, {
      type: 'status_regression',
      attachedTo: String(paymentId),
      foundAt: event.at,
      escalateAt: null,
      clearedAt,
    })
  }
  return [...found.values()]
}
