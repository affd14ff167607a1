/** What detection must find where systems disagree: about the end of an order, its money, its stock, its coupons, its prices. */
import { MINUTE } from './calendar.ts'
import type { Paid } from './expected-parcels.ts'
import type { Finding, Promised } from './judging.ts'
import { type OrderFacts, type Seen, earliest, first, groupBy } from './order-facts.ts'

/** The default allowances; the same numbers as the seed of the rules. */
const allowances = { reconcile: 15 * MINUTE, release: 15 * MINUTE, returnCoupon: 10 * MINUTE } as const

export function disagreementPromises(facts: OrderFacts, paid: Paid): Promised[] {
  return [
    ...contradictions(facts, paid),
    ...givingBack(facts, {
      type: 'inventory_mismatch',
      taken: ['inventory.reserved', 'inventory.allocated'],
      back: ['inventory.released'],
      nameOf: ({ data }) => data['reservation_id'] ?? data['sku'],
      withinMs: allowances.release,
    }),
    ...givingBack(facts, {
      type: 'coupon_anomaly',
      taken: ['coupon.locked', 'coupon.redeemed'],
      back: ['coupon.returned', 'coupon.expired'],
      nameOf: ({ data }) => data['coupon_id'],
      withinMs: allowances.returnCoupon,
    }),
  ]
}

const isIn =
  (...types: string[]) =>
  ({ type }: Seen): boolean =>
    types.includes(type)
const isPaid = isIn('payment.captured', 'payment.succeeded')
const isAuthorized = isIn('payment.authorized', 'payment.captured', 'payment.succeeded')

type Two = {
  readonly name: string
  readonly one: Seen | undefined
  readonly other: Seen | undefined
  readonly settles: (event: Seen) => boolean
  readonly isEvenBefore: boolean
}

function contradictions(facts: OrderFacts, { paidBackAt }: Paid): Promised[] {
  const { told, endedAt, orderId, returnParcels } = facts
  const handedOverAt = earliest(...facts.parcels.map((parcel) => parcel.handedOverAt))
  const handedOver = told.find(isIn('shipment.handed_over'))
  const canceled = told.find(isIn('order.canceled'))
  const isPaidAtTheDoor = told.some(({ data, type }) => type.startsWith('payment.') && data['method'] === 'cod')
  const wasPaid = handedOverAt !== null && told.some((event) => isAuthorized(event) && event.at <= handedOverAt)
  const isLeft = paidBackAt !== null && (handedOverAt === null || handedOverAt > paidBackAt)
  const twos: Two[] = [
    {
      name: '',
      one: told.find(isIn('order.canceled', 'order.closed')),
      other: told.find(isPaid),
      settles: isIn('refund.created', 'refund.succeeded', 'refund.approved'),
      isEvenBefore: true,
    },
    {
      name: '@refunded',
      one: isLeft ? told.find(isIn('order.created', 'order.confirmed')) : undefined,
      other: told.findLast(isIn('refund.succeeded')),
      settles: isIn('order.canceled', 'order.closed', 'order.completed'),
      isEvenBefore: true,
    },
    {
      name: '@unpaid',
      one: isPaidAtTheDoor || wasPaid ? undefined : told.find(({ type }) => type.startsWith('payment.')),
      other: handedOver,
      settles: isIn('payment.authorized', 'payment.captured', 'payment.succeeded', 'shipment.returned'),
      isEvenBefore: false,
    },
    {
      name: '@delivered',
      one: canceled !== undefined && handedOverAt !== null && handedOverAt < canceled.at ? canceled : undefined,
      other: told.find(
        ({ type, at, data }) =>
          type === 'shipment.delivered' &&
          canceled !== undefined &&
          at > canceled.at &&
          !returnParcels.some(({ shipmentId }) => shipmentId === data['shipment_id']),
      ),
      settles: isIn('shipment.returned', 'return.received'),
      isEvenBefore: false,
    },
    {
      name: '@stock',
      one:
        handedOverAt !== null && endedAt !== null && endedAt <= handedOverAt
          ? undefined
          : told.find((event) => isSetFree(told, event)),
      other: handedOver,
      settles: isIn('inventory.reserved', 'inventory.allocated', 'inventory.adjusted', 'shipment.returned'),
      isEvenBefore: false,
    },
  ]
  return twos.flatMap(({ name, one, other, settles, isEvenBefore }) => {
    if (one === undefined || other === undefined) return []
    const setAt = Math.max(one.at, other.at)
    const settled = told.find((event) => settles(event) && (isEvenBefore || event.at >= setAt))
    return [
      {
        type: 'cross_system_mismatch' as const,
        attachedTo: `${orderId}${name}`,
        setAt,
        dueAt: setAt + allowances.reconcile,
        endedAt: settled?.at ?? null,
      },
    ]
  })
}

const reservationOf = ({ data }: Seen): unknown => data['reservation_id'] ?? data['sku']

const isSetFree = (told: readonly Seen[], event: Seen): boolean =>
  event.type === 'inventory.released' &&
  !told.some(
    (other) =>
      isIn('inventory.reserved', 'inventory.allocated')(other) &&
      reservationOf(other) === reservationOf(event) &&
      other.at >= event.at,
  )

type Taken = {
  readonly type: 'inventory_mismatch' | 'coupon_anomaly'
  readonly taken: readonly string[]
  readonly back: readonly string[]
  readonly nameOf: (event: Seen) => unknown
  readonly withinMs: number
}

/** What an order took before it ended unshipped must come back. */
function givingBack(
  { told, endedAt, parcels }: OrderFacts,
  { type, taken, back, nameOf, withinMs }: Taken,
): Promised[] {
  const handedOverAt = earliest(...parcels.map((parcel) => parcel.handedOverAt))
  if (endedAt === null || (handedOverAt !== null && handedOverAt < endedAt)) return []
  const takings = told.filter((event) => taken.includes(event.type) && event.at <= endedAt)
  return takings
    .filter((event) => takings.find((other) => nameOf(other) === nameOf(event)) === event)
    .map((event) => ({
      type,
      attachedTo: String(nameOf(event)),
      setAt: endedAt,
      dueAt: endedAt + withinMs,
      endedAt: first(
        told.filter((other) => nameOf(other) === nameOf(event) && other.at >= event.at),
        ...back,
      ),
    }))
}

export function disagreementFindings(facts: OrderFacts, paidAt: number | null): Finding[] {
  return [...wrongPrices(facts, paidAt), ...dearCoupons(facts)]
}

type Line = { line_id: string; quantity: number; unit_price?: number; amount: number }
const linesOf = ({ data }: Seen): Line[] => (data['lines'] ?? []) as Line[]

function wrongPrices({ told, orderId, endedAt }: OrderFacts, paidAt: number | null): Finding[] {
  const bills = told.filter((event) => isIn('order.created', 'order.updated')(event) && linesOf(event).length > 0)
  const agreed = bills.findLast(({ at }) => paidAt !== null && at <= paidAt)
  const gapOf = (bill: Seen): number =>
    linesOf(bill).reduce((sum, { line_id, quantity, unit_price = 0, amount }) => {
      const isLater = paidAt !== null && bill.at > paidAt && agreed !== undefined
      const before = isLater ? linesOf(agreed).find((line) => line.line_id === line_id)?.unit_price : undefined
      const gap = Math.abs(amount - (before ?? unit_price) * quantity)
      return unit_price > 0 && gap > quantity ? sum + gap : sum
    }, 0)
  const wrong = bills.find((bill) => gapOf(bill) > 0)
  if (wrong === undefined) return []
  const gap = gapOf(wrong)
  const cleared = told.find(
    (event) =>
      event.at >= wrong.at &&
      ((bills.includes(event) && gapOf(event) === 0) ||
        (event.type === 'refund.succeeded' && Number(event.data['amount']) >= gap)),
  )
  const clearedAt = earliest(cleared?.at ?? null, endedAt !== null && endedAt >= wrong.at ? endedAt : null)
  return [{ type: 'price_discrepancy', attachedTo: orderId, foundAt: wrong.at, escalateAt: null, clearedAt }]
}

function dearCoupons({ told, orderId, endedAt }: OrderFacts): Finding[] {
  const used = told.filter(isIn('coupon.redeemed'))
  const last = used.at(-1)
  const created = told.find(isIn('order.created'))
  const discount = Number(created?.data['amount_discount'] ?? 0)
  const worth = [...groupBy(used, 'coupon_id').values()].reduce(
    (sum, [one]) => sum + Number(one?.data['amount'] ?? 0),
    0,
  )
  if (last === undefined || discount === 0 || worth <= discount) return []
  const cleared = told.find(({ type, at }) => at >= last.at && ['coupon.returned', 'refund.succeeded'].includes(type))
  return [
    {
      type: 'coupon_anomaly',
      attachedTo: `${orderId}@discount`,
      foundAt: last.at,
      escalateAt: last.at + allowances.returnCoupon,
      clearedAt: earliest(cleared?.at ?? null, endedAt !== null && endedAt >= last.at ? endedAt : null),
    },
  ]
}
