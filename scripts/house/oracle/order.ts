/** One order as its events say it is, column for column what `order_state` promises. */
import type { Envelope } from '#ingest/contracts/index.ts'
import { type Coupon, type Line, type Parcel, arrivedAt, couponsOf, linesOf, parcelsOf } from './goods.ts'
import { historyOf } from './history.ts'
import { type Payment, type Refund, captured, paymentsOf, reachedAt, refundsOf, settled } from './money.ts'
import {
  type RankOf,
  type Told,
  byInstant,
  earliest,
  first,
  firstAt,
  instantOf,
  isAbout,
  last,
  latest,
  numberOf,
  ofTypes,
  sum,
  tellOnce,
  textOf,
} from './told.ts'

/** What a rounding of instalments may leave open. */
const ROUNDING = 1

export type Facts = {
  readonly orderId: string
  readonly events: readonly Told[]
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
  readonly parcels: readonly Parcel[]
  readonly returnParcels: readonly Parcel[]
  readonly nameOf: (shipmentId: string) => string
  readonly lines: readonly Line[]
  readonly coupons: readonly Coupon[]
  readonly payable: number
  readonly isPayableKnown: boolean
  readonly createdAt: number | null
  readonly paidAt: number | null
  readonly deliveredAt: number | null
  readonly endedAt: number | null
  readonly payBy: number | null
  readonly shipBy: number | null
  readonly deliverUntil: number | null
}

export function factsOf(orderId: string, envelopes: Iterable<Envelope>, rankOf: RankOf): Facts {
  const events = tellOnce(envelopes, rankOf)
  const { sent: parcels, sentBack: returnParcels, nameOf } = parcelsOf(events)
  const payments = paymentsOf(events)
  const lines = linesOf(events)
  const words = events.filter(isAbout('order'))
  const told = numberOf(words, 'amount_payable')
  const payable = told ?? sum(lines.map(({ amount, freight = 0 }) => amount + freight))
  const isPayableKnown = told !== null || lines.length > 0
  const money = captured(payments)
  return {
    orderId,
    events,
    payments,
    refunds: refundsOf(events),
    parcels,
    returnParcels,
    nameOf,
    lines,
    coupons: couponsOf(events),
    payable,
    isPayableKnown,
    createdAt: firstAt(events, 'order.created'),
    paidAt: isPayableKnown ? reachedAt(money, payable - ROUNDING) : earliest(...money.map(({ at }) => at)),
    deliveredAt: arrivedAt(parcels),
    endedAt: firstAt(events, 'order.canceled', 'order.closed'),
    payBy: promised(events, 'payment_expires_at', 'pay_by'),
    shipBy: promised(events, 'promised_ship_by', 'ship_by'),
    deliverUntil: promised(events, 'promised_delivery_until', 'deliver_by'),
  }
}

/** A promise is an attribute of the order or an event of its own; the latest word on it counts. */
const promised = (events: readonly Told[], field: string, kind: string): number | null =>
  latest(saidPromises(events, field, kind))?.due ?? null

function saidPromises(events: readonly Told[], field: string, kind: string): (Told & { due: number })[] {
  return events.flatMap((event) => {
    const isOwn = isAbout('expectation')(event) && event.data['expectation_kind'] === kind
    const due = isOwn ? event.data['due_at'] : isAbout('order')(event) ? event.data[field] : undefined
    return typeof due === 'string' ? [{ ...event, due: Date.parse(due) }] : []
  })
}

export function orderOf(facts: Facts): Record<string, unknown> {
  return {
    ...headerOf(facts),
    ...moneyOf(facts),
    ...milestonesOf(facts),
    ...statusesOf(facts),
    ...setsOf(facts),
    payments: facts.payments,
    refunds: facts.refunds,
    parcels: facts.parcels,
    return_parcels: facts.returnParcels,
    lines: facts.lines,
    coupons: facts.coupons,
    history: historyOf(facts.events, facts.nameOf),
  }
}

function headerOf({ events, orderId }: Facts): Record<string, unknown> {
  const words = events.filter(isAbout('order'))
  const created = first(events, 'order.created')
  // What the order says of itself goes before what is said of it in passing.
  const said = (field: string): string => textOf(words, field) || textOf(events, field)
  const ended = first(events, 'order.canceled', 'order.closed')
  const texts = ['channel', 'shop_id', 'buyer_id', 'buyer_name', 'region', 'currency']
  return {
    order_no: said('order_no') || orderId,
    ...Object.fromEntries(texts.map((field) => [field, said(field)])),
    source_status: textOf(words, 'source_status'),
    sources: [...new Set(events.map(({ source }) => source))].sort(),
    shop_source: (created ?? words[0] ?? events[0])?.source,
    last_event_at: last(...events.map(({ at }) => at)),
    event_count: events.length,
    created_event_id: created?.id ?? '',
    canceled_event_id: ended?.id ?? '',
    canceled_causation_id: ended?.causation ?? '',
    canceled_auth_type: ended?.auth ?? '',
  }
}

function moneyOf({ events, payments, refunds, lines, payable, isPayableKnown }: Facts): Record<string, unknown> {
  const words = events.filter(isAbout('order'))
  const money = captured(payments)
  const paid = sum(money.map(({ amount }) => amount))
  const difference = isPayableKnown && money.length > 0 ? paid - payable : null
  return {
    amount_payable: payable,
    amount_items: numberOf(words, 'amount_items') ?? sum(lines.map(({ amount }) => amount)),
    amount_freight: numberOf(words, 'amount_freight') ?? sum(lines.map(({ freight = 0 }) => freight)),
    amount_discount: numberOf(words, 'amount_discount') ?? 0,
    amount_paid: paid,
    amount_refunded: sum(settled(refunds).map(({ amount }) => amount)),
    payment_difference: difference,
    payment_match: matchOf(difference),
  }
}

function matchOf(difference: number | null): string {
  if (difference === null) return 'incomparable'
  if (difference === 0) return 'equal'
  if (Math.abs(difference) <= ROUNDING) return 'within_cent'
  return difference > 0 ? 'overpaid' : 'underpaid'
}

function milestonesOf(facts: Facts): Record<string, unknown> {
  const { events, parcels } = facts
  const failures = ofTypes(events, 'payment.failed').map(({ at }) => at)
  return {
    created_at: facts.createdAt,
    confirmed_at: firstAt(events, 'order.confirmed'),
    paid_at: facts.paidAt,
    first_failed_at: earliest(...failures),
    last_failed_at: last(...failures),
    label_created_at: earliest(...parcels.map(({ label_at }) => label_at)),
    handed_over_at: earliest(...parcels.map(({ handed_over_at }) => handed_over_at)),
    first_scan_at: earliest(...parcels.map(({ first_scan_at }) => first_scan_at)),
    last_scan_at: last(...parcels.map(({ last_scan_at }) => last_scan_at)),
    delivered_at: facts.deliveredAt,
    sequence_violations: violationsOf(facts),
    canceled_at: firstAt(events, 'order.canceled'),
    closed_at: firstAt(events, 'order.closed'),
    completed_at: firstAt(events, 'order.completed'),
    cancel_requested_at: firstAt(events, 'order.cancel_requested'),
    refund_requested_at: earliest(...facts.refunds.map(({ requested_at }) => requested_at)),
    refunded_at: last(...settled(facts.refunds).map(({ settled_at }) => settled_at)),
    payment_expires_at: facts.payBy,
    promised_ship_by: facts.shipBy,
    promised_delivery_from: instantOf(events.filter(isAbout('order')), 'promised_delivery_from'),
    promised_delivery_until: facts.deliverUntil,
    first_promised_until: saidPromises(events, 'promised_delivery_until', 'deliver_by')[0]?.due ?? null,
    is_late: facts.deliveredAt !== null && facts.deliverUntil !== null && facts.deliveredAt > facts.deliverUntil,
  }
}

/** Pairs of stages that ran backwards. */
function violationsOf({ events, createdAt, parcels, deliveredAt }: Facts): string[] {
  const confirmedAt = firstAt(events, 'order.confirmed')
  const handedOverAt = earliest(...parcels.map(({ handed_over_at }) => handed_over_at))
  const pairs: [string, number | null, number | null][] = [
    ['confirmed_before_created', confirmedAt, createdAt],
    ['handed_over_before_created', handedOverAt, createdAt],
    ['handed_over_before_confirmed', handedOverAt, confirmedAt],
    ['delivered_before_handed_over', deliveredAt, handedOverAt],
    ['delivered_before_confirmed', deliveredAt, confirmedAt],
    ['delivered_before_created', deliveredAt, createdAt],
  ]
  return pairs.flatMap(([name, earlier, later]) =>
    earlier !== null && later !== null && earlier < later ? [name] : [],
  )
}

function statusesOf(facts: Facts): Record<string, unknown> {
  return {
    order_status: orderStatus(facts),
    financial_status: financialStatus(facts),
    fulfillment_status: fulfillmentStatus(facts),
    refund_status: refundStatus(facts),
  }
}

function isHeld(events: readonly Told[]): boolean {
  return latest(ofTypes(events, 'order.held', 'order.hold_released'))?.type === 'order.held'
}

function orderStatus({ events, parcels, endedAt, paidAt, deliveredAt }: Facts): string {
  if (endedAt !== null) return 'canceled'
  if (deliveredAt !== null || first(events, 'order.completed') !== undefined) return 'completed'
  // What has left is not held any more.
  if (parcels.some((parcel) => hasLeft(parcel))) return 'shipped'
  if (isHeld(events)) return 'on_hold'
  const isWorkedOn = ['fulfillment.created', 'fulfillment.packed'].includes(warehouseWord(events))
  if (paidAt !== null || parcels.length > 0 || isWorkedOn) return 'processing'
  return first(events, 'order.confirmed') === undefined ? 'created' : 'confirmed'
}

/** The last that the warehouse said of its work. */
const warehouseWord = (events: readonly Told[]): string => latest(events.filter(isAbout('fulfillment')))?.type ?? ''

/** A scan proves the hand-over that nobody told of. */
const hasLeft = (parcel: Parcel): boolean => earliest(parcel.handed_over_at, parcel.first_scan_at) !== null

function financialStatus({ events, payments, refunds, paidAt, endedAt }: Facts): string {
  const paid = sum(captured(payments).map(({ amount }) => amount))
  const back = sum(settled(refunds).map(({ amount }) => amount))
  if (paid > 0 && back >= paid) return 'refunded'
  if (back > 0) return 'partially_refunded'
  if (paidAt !== null) return 'paid'
  if (paid > 0) return 'partially_paid'
  if (endedAt !== null) return 'voided'
  if (payments.some(({ status }) => status === 'requires_capture')) return 'authorized'
  if (payments.length === 0 || payments.some(({ status }) => status !== 'canceled')) return 'pending'
  const given = [...ofTypes(events, 'payment.voided', 'payment.expired')].sort(
    byInstant(
      ({ id }) => id,
      ({ at }) => at,
    ),
  )
  return given.at(-1)?.type === 'payment.expired' ? 'expired' : 'voided'
}

function fulfillmentStatus({ events, parcels }: Facts): string {
  const left = parcels.filter(hasLeft).length
  if (left > 0) return left === parcels.length ? 'fulfilled' : 'partially_fulfilled'
  if (isHeld(events)) return 'on_hold'
  const word = warehouseWord(events)
  if (word === 'fulfillment.rejected') return 'request_declined'
  if (parcels.length > 0 || word === 'fulfillment.packed') return 'in_progress'
  return word === 'fulfillment.created' ? 'scheduled' : 'unfulfilled'
}

function refundStatus({ refunds }: Facts): string {
  // What still needs something goes first.
  const urgent = ['requires_action', 'pending', 'failed', 'succeeded', 'canceled']
  return urgent.find((status) => refunds.some((refund) => refund.status === status)) ?? ''
}

function setsOf({ events, payments, parcels, lines }: Facts): Record<string, unknown> {
  const set = (names: readonly (string | undefined)[]): string[] =>
    [...new Set(names.map((name) => name ?? '').filter((name) => name !== ''))].sort()
  return {
    payment_methods: set(payments.map(({ method }) => method)),
    carriers: set(parcels.map(({ carrier }) => carrier)),
    seller_ids: set(lines.map(({ seller_id }) => seller_id)),
    seller_regions: set(lines.map(({ seller_region }) => seller_region)),
    categories: set(lines.map(({ category }) => category)),
    review_scores: [...new Set(ofTypes(events, 'review.submitted').map(({ data }) => Number(data['score'])))].sort(
      (a, b) => a - b,
    ),
    carrier: parcels[0]?.carrier ?? '',
    payment_method: (captured(payments)[0] ?? payments[0])?.method ?? '',
  }
}
