/** What detection must find where one word of the systems asks for another: since which, until which, within what time. */
import { DAY, HOUR } from './calendar.ts'
import type { Finding, Promised } from './judging.ts'
import type { OrderFacts, Seen } from './order-facts.ts'
import type { AnomalyType } from './scenario.ts'

type Is = (event: Seen) => boolean
type Rule = {
  readonly type: AnomalyType
  readonly since: Is
  readonly until: Is
  /** Its parcel; else the order. */
  readonly isOfParcel?: boolean
  /** Told of the order before. */
  readonly after?: Is
  readonly unless?: Is
  /** After a word that ended it, it may begin again. */
  readonly recurs?: true
}
type PromiseRule = Rule & {
  readonly withinMs: number
  readonly endsWithOrder?: boolean
}
type FindingRule = Rule & { readonly dealWithinMs?: number; readonly escalatesAgain?: boolean }

const told =
  (...types: string[]): Is =>
  ({ type }) =>
    types.includes(type)
const scanned =
  (...statuses: string[]): Is =>
  ({ type, data }) =>
    type === 'shipment.checkpoint' && statuses.includes(String(data['status']))
const stumbled =
  (substatus: string): Is =>
  ({ type, data }) =>
    type === 'shipment.exception' && data['substatus'] === substatus
const claimed =
  (...codes: string[]): Is =>
  ({ type, data }) =>
    (type === 'refund.requested' || type === 'return.requested') && codes.includes(String(data['reason_code']))
const held =
  (reason: string): Is =>
  ({ type, data }) =>
    type === 'order.held' && data['hold_reason'] === reason
const any =
  (...ways: Is[]): Is =>
  (event) =>
    ways.some((is) => is(event))

const ended = told('order.canceled', 'order.closed')
const paid = told('payment.captured', 'payment.succeeded')
const madeGood = told('refund.succeeded', 'refund.rejected', 'return.rejected', 'fulfillment.label_created')
const seen = any(
  scanned('picked_up', 'in_transit', 'out_for_delivery', 'attempt_failed', 'available_for_pickup'),
  told('shipment.delivered'),
)

const promiseRules: readonly PromiseRule[] = [
  {
    type: 'fraud_review_stuck',
    recurs: true,
    withinMs: 4 * HOUR,
    since: held('high_risk_of_fraud'),
    until: told('order.hold_released'),
    endsWithOrder: true,
  },
  {
    type: 'cancel_request_stuck',
    recurs: true,
    withinMs: 2 * HOUR,
    since: told('order.cancel_requested'),
    until: any(ended, told('shipment.handed_over'), ({ data }) => data['action'] === 'reject_cancel'),
  },
  {
    type: 'tracking_invalid',
    withinMs: DAY,
    since: scanned('unknown'),
    until: seen,
    isOfParcel: true,
    endsWithOrder: true,
  },
  {
    type: 'pickup_expiring',
    recurs: true,
    withinMs: 3 * DAY,
    since: scanned('available_for_pickup'),
    until: any(scanned('return_to_sender'), told('shipment.delivered', 'shipment.returned')),
    isOfParcel: true,
  },
  {
    type: 'customs_held',
    recurs: true,
    withinMs: 2 * DAY,
    since: stumbled('004'),
    until: any(seen, told('shipment.returned')),
    isOfParcel: true,
    endsWithOrder: true,
  },
]

const findingRules: readonly FindingRule[] = [
  {
    type: 'delivery_attempt_failed',
    recurs: true,
    dealWithinMs: DAY,
    escalatesAgain: true,
    since: scanned('attempt_failed'),
    until: any(scanned('available_for_pickup', 'return_to_sender'), told('shipment.delivered', 'shipment.returned')),
    isOfParcel: true,
  },
  { type: 'parcel_damaged', since: any(stumbled('damaged'), claimed('damaged')), until: madeGood },
  {
    type: 'return_to_sender',
    since: any(scanned('return_to_sender'), told('shipment.returned')),
    unless: any(ended, told('return.approved')),
    until: any(ended, told('refund.succeeded', 'fulfillment.label_created', 'shipment.delivered')),
  },
  {
    type: 'delivered_not_received',
    since: claimed('not_received'),
    after: told('shipment.delivered'),
    until: madeGood,
  },
  { type: 'wrong_or_missing_item', since: claimed('wrong_item', 'missing_item'), until: madeGood },
  {
    type: 'out_of_stock_after_pay',
    recurs: true,
    since: any(told('inventory.shortage'), held('inventory_out_of_stock')),
    after: paid,
    until: any(ended, told('inventory.allocated', 'order.hold_released', 'shipment.handed_over')),
  },
  {
    type: 'fulfilment_rejected',
    recurs: true,
    since: told('fulfillment.rejected'),
    until: any(
      ended,
      told('fulfillment.created', 'fulfillment.packed', 'fulfillment.label_created', 'shipment.handed_over'),
    ),
  },
  {
    type: 'address_invalid',
    recurs: true,
    since: any(held('incorrect_address'), stumbled('007')),
    until: any(ended, told('order.hold_released', 'shipment.delivered', 'refund.succeeded')),
  },
  {
    type: 'shipped_after_cancel',
    recurs: true,
    since: told('shipment.handed_over'),
    after: ended,
    until: told('shipment.returned'),
    isOfParcel: true,
  },
]

export function wordPromises(facts: OrderFacts): Promised[] {
  return promiseRules.flatMap((rule) =>
    beginningsOf(facts, rule).map((begun) => {
      const met = facts.told.find((event) => rule.until(event) && isAbout(rule, event, begun) && event.at >= begun.at)
      const ends = [met?.at ?? null, rule.endsWithOrder === true ? facts.endedAt : null].filter((at) => at !== null)
      return {
        type: rule.type,
        attachedTo: attachedTo(facts, rule, begun),
        setAt: begun.at,
        dueAt: begun.at + rule.withinMs,
        endedAt: ends.length === 0 ? null : Math.min(...ends),
      }
    }),
  )
}

export function wordFindings(facts: OrderFacts): Finding[] {
  return findingRules.flatMap((rule) =>
    beginningsOf(facts, rule).map((begun) => {
      const mine = (event: Seen): boolean => isAbout(rule, event, begun)
      const again = facts.told.filter((event) => rule.since(event) && mine(event) && event.at >= begun.at)[1]
      const escalations = [
        ...(rule.dealWithinMs === undefined ? [] : [begun.at + rule.dealWithinMs]),
        ...(rule.escalatesAgain === true && again !== undefined ? [again.at] : []),
      ]
      return {
        type: rule.type,
        attachedTo: attachedTo(facts, rule, begun),
        foundAt: begun.at,
        escalateAt: escalations.length === 0 ? null : Math.min(...escalations),
        clearedAt: facts.told.find((event) => event.at >= begun.at && rule.until(event) && mine(event))?.at ?? null,
      }
    }),
  )
}

/** Of each parcel, or of the order, the first, and where it recurs each after a word that ended what began before it. */
function beginningsOf({ told: events }: OrderFacts, rule: Rule): Seen[] {
  const all = events.filter((event) => rule.since(event))
  const begun = all.filter((event) => {
    const earlier = all.slice(0, all.indexOf(event)).filter((other) => isAbout(rule, other, event))
    const last = earlier.at(-1)
    return (
      last === undefined ||
      (rule.recurs === true &&
        events.some(
          (word) => word.at >= last.at && word.at < event.at && rule.until(word) && isAbout(rule, word, event),
        ))
    )
  })
  const before = (event: Seen, is: Is): boolean => events.some((other) => other.at <= event.at && is(other))
  return begun.filter(
    (event) =>
      (rule.after === undefined || before(event, rule.after)) &&
      !(rule.unless !== undefined && before(event, rule.unless)),
  )
}

const isAbout = ({ isOfParcel }: Rule, one: Seen, other: Seen): boolean =>
  isOfParcel !== true || one.data['shipment_id'] === other.data['shipment_id']

const attachedTo = ({ orderId }: OrderFacts, { isOfParcel }: Rule, begun: Seen): string =>
  isOfParcel === true ? String(begun.data['shipment_id']) : orderId
