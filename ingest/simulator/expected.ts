/** What detection must find in a simulated order at an instant: exactly this, nothing else. */
import type { Envelope } from '#ingest/contracts/index.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { disagreementFindings, disagreementPromises } from './expected-disagreement.ts'
import { type Paying, gatewayFindings, payingOf } from './expected-gateway.ts'
import { parcelFindings, parcelPromises } from './expected-parcels.ts'
import { paymentFindings, paymentPromises } from './expected-payment.ts'
import { refundFindings, refundPromises } from './expected-refund.ts'
import { sharedFindings } from './expected-shared.ts'
import { wordFindings, wordPromises } from './expected-words.ts'
import { type ExpectedAnomaly, type Promised, episodesOf, judge, judgeFinding, passOn } from './judging.ts'
import { type OrderFacts, type Refund, earliest, first, readFacts } from './order-facts.ts'
import { type Outage, judgedUntil } from './outage.ts'
import type { AnomalyType } from './scenario.ts'
import type { SimulatedOrder } from './store.ts'

export type { ExpectedAnomaly } from './judging.ts'

/** The default allowances; the same numbers as the seed of the rules. */
export const allowances = {
  pay: 30 * MINUTE,
  retry: 15 * MINUTE,
  ship: 48 * HOUR,
  firstScan: 24 * HOUR,
  nextScan: 48 * HOUR,
  refundToWallet: 30 * MINUTE,
  refundToBank: 3 * DAY,
  /** A difference evened out by a further capture this quickly is a payment in parts. */
  payInParts: 15 * MINUTE,
} as const

/**
 * Anomalies of an order, and of one it has something in common with, from what was delivered until `asOfMs`, those only at risk included. What a system that is out
 * would tell is judged as of when it was last heard.
 */
export function expectedAnomalies(
  order: Pick<SimulatedOrder, 'events'>,
  asOfMs: number,
  outages: readonly Outage[] = [],
): ExpectedAnomaly[] {
  return anomaliesAt(order, deliveredUntil(order, asOfMs), asOfMs, outages)
}

/** Of all orders of some stores: also what only all of them show, a gateway that refuses far more than is usual. */
export function expectedTogether(
  orders: readonly Pick<SimulatedOrder, 'events'>[],
  asOfMs: number,
  outages: readonly Outage[] = [],
): ExpectedAnomaly[] {
  const paying: Paying[] = []
  const alone = orders.flatMap((order) => {
    const told = deliveredUntil(order, asOfMs)
    paying.push(...told.map(payingOf))
    return anomaliesAt(order, told, asOfMs, outages)
  })
  return [...alone, ...gatewayFindings(paying).flatMap((finding) => judgeFinding(finding.orderId, finding, asOfMs))]
}

/** The facts of an order, and of one it has something in common with. */
function deliveredUntil({ events }: Pick<SimulatedOrder, 'events'>, asOfMs: number): OrderFacts[] {
  const delivered = events.filter((event) => event.emitAtMs <= asOfMs)
  return [...new Set(delivered.map(({ orderId }) => orderId))].map((orderId) =>
    readFacts(
      orderId,
      delivered.filter((event) => event.orderId === orderId).map(({ envelope }) => envelope),
    ),
  )
}

function anomaliesAt(
  { events }: Pick<SimulatedOrder, 'events'>,
  told: readonly OrderFacts[],
  asOfMs: number,
  outages: readonly Outage[],
): ExpectedAnomaly[] {
  const shop = events[0]?.envelope.source.split('/').slice(0, -1).join('/') ?? ''
  return [
    ...told.flatMap((facts) => anomaliesIn(facts, asOfMs, (type) => judgedUntil(outages, shop, type, asOfMs))),
    ...sharedFindings(told).flatMap((finding) => judgeFinding(finding.orderId, finding, asOfMs)),
  ]
}

/** The same from any events of one order, in any order and number of copies. */
export function anomaliesOf(orderId: string, envelopes: Iterable<Envelope>, asOfMs: number): ExpectedAnomaly[] {
  return anomaliesIn(readFacts(orderId, envelopes), asOfMs, () => asOfMs)
}

function anomaliesIn(facts: OrderFacts, asOfMs: number, asOf: (type: AnomalyType) => number): ExpectedAnomaly[] {
  const broken = passOn(facts.orderId, promisesOf(facts), asOf).flatMap((promise) =>
    judge(facts.orderId, promise, asOf(promise.type)),
  )
  const found = [
    ...paymentFindings(facts),
    ...refundFindings(facts),
    ...wordFindings(facts),
    ...parcelFindings(facts),
    ...disagreementFindings(facts, paidAtOf(facts)),
  ].flatMap((finding) => judgeFinding(facts.orderId, finding, asOfMs))
  return episodesOf([...broken, ...found, ...mismatchOf(facts), ...duplicateOf(facts)])
}

function promisesOf(facts: OrderFacts): Promised[] {
  const paid = { paidAt: paidAtOf(facts), paidBackAt: refundedInFullAt(facts) }
  return [
    ...parcelPromises(facts, paid),
    ...disagreementPromises(facts, paid),
    ...payingPromises(facts),
    ...shippingPromises(facts),
    ...trackingPromises(facts),
    ...facts.refunds.flatMap(refundPromise),
    ...paymentPromises(facts, paid.paidAt),
    ...refundPromises(facts),
    ...wordPromises(facts),
  ]
}

/** Within one minor unit counts as paid in full. */
function paidAtOf({ captures, payable }: OrderFacts): number | null {
  let sum = 0
  for (const capture of captures) {
    sum += capture.amount
    if (payable === null || sum >= payable - 1) return capture.at
  }
  return null
}

function payingPromises(facts: OrderFacts): Promised[] {
  const promises: Promised[] = []
  const { createdAt, endedAt, orderId } = facts
  if (createdAt !== null) {
    const dueAt = facts.expiresAt ?? createdAt + allowances.pay
    promises.push({
      type: 'order_unpaid_timeout',
      attachedTo: orderId,
      setAt: createdAt,
      dueAt,
      endedAt: earliest(paidAtOf(facts), first(facts.told, 'payment.authorized'), endedAt),
    })
  }
  const failed = facts.failures[0]
  if (failed !== undefined) {
    const success = earliest(...facts.captures.filter((capture) => capture.at > failed.at).map((capture) => capture.at))
    promises.push({
      type: 'payment_failed',
      attachedTo: failed.paymentId,
      setAt: failed.at,
      dueAt: failed.at + allowances.retry,
      endedAt: earliest(success, endedAt),
    })
  }
  return promises
}

function shippingPromises(facts: OrderFacts): Promised[] {
  const paidAt = paidAtOf(facts)
  if (paidAt === null) return []
  const { orderId, parcels, deliverUntil } = facts
  const voidAt = earliest(facts.endedAt, refundedInFullAt(facts))
  const promises: Promised[] = [
    {
      type: 'not_shipped',
      attachedTo: orderId,
      setAt: paidAt,
      dueAt: facts.shipBy ?? paidAt + allowances.ship,
      // A scan proves the hand-over that nobody told of.
      endedAt: earliest(
        voidAt,
        ...parcels.flatMap((parcel) => [parcel.handedOverAt, parcel.scans[0]?.at ?? null, parcel.deliveredAt]),
      ),
    },
  ]
  if (deliverUntil !== null) {
    const arrivals = parcels.map((parcel) => parcel.deliveredAt).filter((at) => at !== null)
    const isDone = parcels.every((parcel) => parcel.deliveredAt !== null || parcel.returnedAt !== null)
    const deliveredAt = arrivals.length > 0 && isDone ? Math.max(...arrivals) : null
    promises.push({
      type: 'delivery_late',
      attachedTo: orderId,
      setAt: paidAt,
      dueAt: deliverUntil,
      endedAt: earliest(voidAt, deliveredAt),
    })
  }
  return promises
}

function refundedInFullAt({ captures, refunds }: OrderFacts): number | null {
  const paid = total(captures)
  return paid > 0 ? backAt(refunds, paid) : null
}

/** After these a parcel owes no further scan. */
const finalScans = new Set(['delivered', 'available_for_pickup', 'return_to_sender', 'failure', 'cancelled'])

function trackingPromises({ parcels, endedAt }: OrderFacts): Promised[] {
  const promises: Promised[] = []
  for (const parcel of parcels) {
    const { shipmentId, scans, deliveredAt } = parcel
    const setAt = earliest(parcel.labelAt, parcel.handedOverAt)
    if (setAt !== null && !parcel.isUnknown) {
      const firstScan = earliest(scans[0]?.at ?? null, deliveredAt)
      promises.push({
        type: 'label_no_pickup',
        attachedTo: shipmentId,
        setAt,
        dueAt: setAt + allowances.firstScan,
        endedAt: earliest(firstScan, endedAt),
      })
    }
    const signs = [...scans.map((scan) => scan.at), ...parcel.exceptions, deliveredAt, parcel.returnedAt].filter(
      (at) => at !== null,
    )
    for (const scan of scans) {
      if (finalScans.has(scan.status) || (deliveredAt !== null && deliveredAt <= scan.at)) continue
      const next = earliest(...signs.filter((at) => at > scan.at))
      promises.push({
        type: 'logistics_stalled',
        attachedTo: `${shipmentId}@${scan.at}`,
        setAt: scan.at,
        dueAt: scan.at + allowances.nextScan,
        endedAt: earliest(next, endedAt),
      })
    }
  }
  return promises
}

function refundPromise({ refundId, channel, begunAt, settledAt, failedAt }: Refund): Promised[] {
  if (begunAt === null) return []
  const allowance = channel === 'wallet' ? allowances.refundToWallet : allowances.refundToBank
  return [
    {
      type: 'refund_stalled',
      attachedTo: refundId,
      setAt: begunAt,
      dueAt: begunAt + allowance,
      endedAt: earliest(settledAt, failedAt),
    },
  ]
}

const total = (captures: OrderFacts['captures']): number => captures.reduce((sum, capture) => sum + capture.amount, 0)

/** The latest capture was not needed: the earlier ones pay the order already. */
function isDuplicate({ captures, payable }: OrderFacts): boolean {
  return captures.length >= 2 && payable !== null && payable > 0 && total(captures.slice(0, -1)) >= payable
}

function duplicateOf(facts: OrderFacts): ExpectedAnomaly[] {
  const extra = facts.captures.at(-1)
  if (!isDuplicate(facts) || extra === undefined) return []
  const paidBack = facts.refunds.filter(
    (refund) => refund.settledAt !== null && (refund.paymentId === extra.paymentId || refund.amount >= extra.amount),
  )
  return [
    {
      type: 'duplicate_payment',
      orderId: facts.orderId,
      attachedTo: extra.paymentId,
      level: 'breached',
      openedAtMs: extra.at,
      resolvedAtMs: earliest(...paidBack.map((refund) => refund.settledAt)),
    },
  ]
}

function mismatchOf(facts: OrderFacts): ExpectedAnomaly[] {
  const { captures, payable, orderId } = facts
  if (payable === null || isDuplicate(facts)) return []
  const sums = captures.map((_, index) => total(captures.slice(0, index + 1)))
  const opened = captures[sums.findIndex((sum) => sum !== payable)]
  if (opened === undefined) return []
  const evened = sums.at(-1) === payable ? captures.at(-1) : undefined
  if (evened !== undefined && evened.at - opened.at <= allowances.payInParts) return []
  const resolvedAtMs = evened?.at ?? mendedAt(facts, total(captures) - payable)
  return [
    {
      type: 'payment_amount_mismatch',
      orderId,
      attachedTo: orderId,
      level: 'breached',
      openedAtMs: opened.at,
      resolvedAtMs,
    },
  ]
}

/** Too much: when the difference is back. Too little: when the order ends. */
function mendedAt({ refunds, endedAt }: OrderFacts, difference: number): number | null {
  if (difference < 0) return endedAt
  return backAt(refunds, difference)
}

/** When as much as this was back. */
function backAt(refunds: readonly Refund[], amount: number): number | null {
  let back = 0
  for (const refund of [...refunds].sort((a, b) => (a.settledAt ?? Infinity) - (b.settledAt ?? Infinity))) {
    back += refund.settledAt === null ? 0 : refund.amount
    if (back >= amount) return refund.settledAt
  }
  return null
}
