/** Six rules of different kinds, told plainly: what is wrong with an order at an instant, since when, and what ended it. */
import { type Payment, captured, reachedAt, settled } from './money.ts'
import type { Facts } from './order.ts'
import { byThing, earliest, firstAt, ofTypes, sum, textOf } from './told.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** At risk when this share of the allowance is used, escalated when it is used twice. */
const AT_RISK_SHARE = 0.8
/** A promise that was late when it was made still gets an hour before it escalates. */
const SHORTEST_ALLOWANCE = HOUR

export const oracleRules = [
  'order_unpaid_timeout',
  'not_shipped',
  'delivery_late',
  'refund_stalled',
  'duplicate_payment',
  'delivery_attempt_failed',
] as const

export type Wrong = {
  readonly anomaly_type: (typeof oracleRules)[number]
  readonly attached_to_id: string
  readonly level: string
  readonly opened_at: number | null
  readonly escalated_at: number | null
  readonly resolved_at: number | null
}

export function wrongsOf(facts: Facts, orderId: string, asOf: number): Wrong[] {
  return [
    ...unpaid(facts, orderId, asOf),
    ...notShipped(facts, orderId, asOf),
    ...late(facts, orderId, asOf),
    ...stalledRefunds(facts, asOf),
    ...duplicates(facts),
    ...failedAttempts(facts, asOf),
  ].sort((a, b) => (`${a.anomaly_type} ${a.attached_to_id}` < `${b.anomaly_type} ${b.attached_to_id}` ? -1 : 1))
}

type Promised = Pick<Wrong, 'anomaly_type' | 'attached_to_id'> & { setAt: number; dueAt: number; over: number | null }

/** `over`: the fact that kept the promise or ended its meaning. A promise kept at the very instant it is due is kept. */
function judge({ setAt, dueAt, over, ...about }: Promised, asOf: number): Wrong[] {
  const allowance = dueAt - setAt
  const riskAt = allowance > 0 ? setAt + AT_RISK_SHARE * allowance : dueAt
  const doubledAt = dueAt + Math.max(allowance, SHORTEST_ALLOWANCE)
  const holdsAt = (instant: number): boolean => instant <= asOf && (over === null || over > instant)
  if (!holdsAt(riskAt)) return []
  const isBroken = holdsAt(dueAt)
  const isEscalated = isBroken && doubledAt <= asOf && (over === null || over >= doubledAt)
  return [
    {
      ...about,
      level: isEscalated ? 'escalated' : isBroken ? 'breached' : 'at_risk',
      opened_at: isBroken ? dueAt : null,
      escalated_at: isEscalated ? doubledAt : null,
      resolved_at: over,
    },
  ]
}

/** Nothing has been paid or reserved by the time the shop waits for it. */
function unpaid({ events, createdAt, payBy, paidAt, endedAt }: Facts, orderId: string, asOf: number): Wrong[] {
  if (createdAt === null) return []
  const over = earliest(paidAt, firstAt(events, 'payment.authorized'), endedAt)
  const dueAt = payBy ?? createdAt + 30 * MINUTE
  return judge({ anomaly_type: 'order_unpaid_timeout', attached_to_id: orderId, setAt: createdAt, dueAt, over }, asOf)
}

/** Paid, and no carrier has anything of it. Money that is wholly back ends the duty. */
function notShipped(facts: Facts, orderId: string, asOf: number): Wrong[] {
  const { paidAt, shipBy, parcels } = facts
  if (paidAt === null) return []
  const left = parcels.map((parcel) => earliest(parcel.handed_over_at, parcel.first_scan_at, parcel.delivered_at))
  const over = earliest(...left, dutyEndedAt(facts))
  const dueAt = shipBy ?? paidAt + 48 * HOUR
  return judge({ anomaly_type: 'not_shipped', attached_to_id: orderId, setAt: paidAt, dueAt, over }, asOf)
}

function late(facts: Facts, orderId: string, asOf: number): Wrong[] {
  const { paidAt, deliverUntil, deliveredAt } = facts
  if (paidAt === null || deliverUntil === null) return []
  const over = earliest(deliveredAt, dutyEndedAt(facts))
  const about = { anomaly_type: 'delivery_late', attached_to_id: orderId } as const
  return judge({ ...about, setAt: paidAt, dueAt: deliverUntil, over }, asOf)
}

function dutyEndedAt({ endedAt, payments, refunds }: Facts): number | null {
  const paid = sum(captured(payments).map(({ amount }) => amount))
  const back = settled(refunds).map(({ settled_at, amount }) => ({ at: settled_at, amount }))
  return earliest(endedAt, paid > 0 ? reachedAt(back, paid) : null)
}

function stalledRefunds({ refunds }: Facts, asOf: number): Wrong[] {
  return refunds.flatMap(({ refund_id, channel, begun_at, settled_at, failed_at }) => {
    if (begun_at === null) return []
    const dueAt = begun_at + (channel === 'wallet' ? 30 * MINUTE : 3 * DAY)
    const over = earliest(settled_at, failed_at)
    return judge({ anomaly_type: 'refund_stalled', attached_to_id: refund_id, setAt: begun_at, dueAt, over }, asOf)
  })
}

/** The latest capture was needless when the earlier ones pay the order already. */
function duplicates({ payments, payable, refunds }: Facts): Wrong[] {
  const money = captured(payments)
  const extra = money.at(-1)
  if (extra === undefined || payable <= 0 || sum(money.slice(0, -1).map(({ amount }) => amount)) < payable) return []
  const isOfIt = (refund: { payment_id: string; amount: number }, { payment_id, amount }: Payment): boolean =>
    refund.payment_id === payment_id || refund.amount >= amount
  const back = settled(refunds).filter((refund) => isOfIt(refund, extra))
  return [
    {
      anomaly_type: 'duplicate_payment',
      attached_to_id: extra.payment_id,
      level: 'breached',
      opened_at: extra.at,
      escalated_at: null,
      resolved_at: earliest(...back.map(({ settled_at }) => settled_at)),
    },
  ]
}

/** What happens again within a day of its end goes on as the same; later it is another. */
const GOES_ON = DAY

/** A failed attempt escalates after a day, or with the second one, until the parcel is somewhere; one after that is a new beginning. */
function failedAttempts({ events, nameOf }: Facts, asOf: number): Wrong[] {
  const told = events
    .filter(({ type }) => type.startsWith('shipment.'))
    .map((event) => ({ ...event, data: { ...event.data, shipment_id: nameOf(textOf([event], 'shipment_id')) } }))
  return byThing(told, 'shipment_id').flatMap(([shipmentId, about]) => {
    const scans = (status: string): number[] =>
      ofTypes(about, 'shipment.checkpoint')
        .filter(({ data }) => data['status'] === status)
        .map(({ at }) => at)
    const failures = scans('attempt_failed')
    const ends = [
      ...scans('available_for_pickup'),
      ...scans('return_to_sender'),
      ...ofTypes(about, 'shipment.delivered', 'shipment.returned').map(({ at }) => at),
    ]
    const wrongs: Wrong[] = []
    for (const [place, failedAt] of failures.entries()) {
      const before = failures[place - 1]
      if (before !== undefined && !ends.some((at) => at >= before && at < failedAt)) continue
      const over = earliest(...ends.filter((at) => at >= failedAt))
      const escalates = earliest(failedAt + DAY, failures[place + 1] ?? null) ?? failedAt
      const isEscalated = escalates <= asOf && (over === null || over > escalates)
      const escalated_at = isEscalated ? escalates : null
      const last = wrongs.at(-1)
      if (last !== undefined && failedAt <= (last.resolved_at ?? Infinity) + GOES_ON)
        wrongs[wrongs.length - 1] = goesOn(last, escalated_at, over)
      else
        wrongs.push({
          anomaly_type: 'delivery_attempt_failed',
          attached_to_id: shipmentId,
          level: isEscalated ? 'escalated' : 'breached',
          opened_at: failedAt,
          escalated_at,
          resolved_at: over,
        })
    }
    return wrongs
  })
}

const goesOn = (wrong: Wrong, escalatedAt: number | null, over: number | null): Wrong => {
  const escalated_at = earliest(wrong.escalated_at, escalatedAt)
  return { ...wrong, level: escalated_at === null ? 'breached' : 'escalated', escalated_at, resolved_at: over }
}
