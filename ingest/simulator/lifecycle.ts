/** One order's life from its number to its end, told once and always the same. */
import { fillBasket, orderedAgain } from './basket.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import type { PaymentMethod } from './catalogue.ts'
import { bookCost } from './costing.ts'
import { hinderOrder } from './hindering.ts'
import { type PlantedIncident, hitBy, troubleOf } from './incident.ts'
import { payOrder, paymentId } from './paying.ts'
import { cancelOrder, placeOrder } from './placing.ts'
import {
  refundAfterClaim,
  refundAfterFailure,
  refundAfterLongSilence,
  refundPayment,
  refundTwice,
} from './refunding.ts'
import { returnGoods } from './returning.ts'
import { type Rng, createRng } from './rng.ts'
import { type AnomalyShares, type AnomalyType, drawScenario } from './scenario.ts'
import { shipOrder } from './shipping.ts'
import { type Shared, type Story, agent, beginStory, buyer } from './timeline.ts'

export type Troubles = { readonly shares: AnomalyShares; readonly incidents: readonly PlantedIncident[] }

/** Which order of which minute, and how it is paid where that is told. */
export type Place = { readonly slot: number; readonly index: number; readonly method: PaymentMethod | null }

/** The order and, where the trouble is what it has in common with another, the one placed before it. */
export type Lives = { readonly story: Story; readonly before: Story | null }

export function liveOrder(
  seed: number,
  troubles: Troubles,
  { slot, index, method }: Place,
  nameOrder: (channelPrefix: string, isBefore: boolean) => string,
): Lives {
  const rng = createRng(seed, slot, index, 7)
  const drawn = drawScenario(rng, troubles.shares)
  const basket = fillBasket(rng, seed, { scenario: drawn, method })
  const createdAtMs = slot * MINUTE + rng.int(0, MINUTE - 1)
  const incident = hitBy(troubles.incidents, { basket, createdAtMs, rng: createRng(seed, slot, index, 9) })
  const scenario = incident === null ? drawn : troubleOf(incident)
  const orderId = nameOrder(basket.channel.prefix, false)
  const shared = sharedBy(scenario, rng)
  const start = { orderId, createdAtMs, scenario, incident, basket, rng, shared }
  if (shared === null) return { story: live(start), before: null }
  const before = live({
    ...start,
    orderId: nameOrder(basket.channel.prefix, true),
    basket: orderedAgain(basket),
    rng: createRng(seed, slot, index, 8),
  })
  const laterMs = createdAtMs + Math.round(shared === 'cart' ? rng.between(1, 8) * MINUTE : rng.between(3, 60) * HOUR)
  return { story: live({ ...start, createdAtMs: laterMs }), before }
}

function sharedBy(scenario: AnomalyType | null, rng: Rng): Shared | null {
  if (scenario === 'duplicate_order') return 'cart'
  return scenario === 'coupon_anomaly' && rng.chance(0.4) ? 'coupon' : null
}

function live(start: Omit<Story, 'facts' | 'tell'>): Story {
  const story = beginStory(start)
  placeOrder(story)
  const paidAtMs = payOrder(story)
  if (paidAtMs !== null && !changeMind(story, paidAtMs)) {
    const knownAtMs = toldPaidAt(story, paidAtMs)
    const startAtMs = hinderOrder(story, knownAtMs, lastPaymentId(story))
    const deliveredAtMs = startAtMs === null ? null : shipOrder(story, knownAtMs, startAtMs)
    if (deliveredAtMs !== null) finishOrder(story, deliveredAtMs)
  }
  bookCost(story)
  return story
}

/** The buyer cancels a paid order before it is packed; answers whether that happened. */
function changeMind(story: Story, paidAtMs: number): boolean {
  const { rng, scenario, basket } = story
  const isStalled = scenario === 'refund_stalled'
  if (!(isStalled ? rng.chance(0.6) : scenario === null && rng.chance(0.025))) return false
  story.tell('oms', 'order.confirmed', paidAtMs + rng.between(1_500, 40_000), {
    source_status: 'WAIT_SELLER_SEND_GOODS',
  })
  const askedAt = paidAtMs + rng.between(6, 100) * MINUTE
  story.tell('oms', 'order.cancel_requested', askedAt, { reason: '不想要了' }, buyer(story))
  const canceledAt = askedAt + rng.between(2_000, 60_000)
  cancelOrder(story, canceledAt, '买家取消')
  refundPayment(story, {
    number: 1,
    paymentId: lastPaymentId(story),
    amount: basket.amounts.payable,
    atMs: canceledAt + 3_000,
    reason: '买家取消',
    isStalled,
  })
  return true
}

/** When the shop learns that the money is there: at once, unless the provider's word got lost on the way. */
function toldPaidAt({ rng, scenario }: Story, paidAtMs: number): number {
  return scenario === 'paid_order_not_updated' ? paidAtMs + rng.between(6, 150) * MINUTE : paidAtMs
}

/** Asks for the money, or sends the goods back, in the way the scenario wants; answers whether it does. */
function askForMoneyBack(story: Story, deliveredAtMs: number): boolean {
  const { rng, scenario, basket } = story
  const paymentId = lastPaymentId(story)
  const atMs = deliveredAtMs + rng.between(2, 26) * HOUR
  const plan = { paymentId, amount: basket.amounts.payable, atMs, reason: '七天无理由' }
  switch (scenario) {
    case 'refund_request_unanswered':
      refundAfterLongSilence(story, plan)
      return true
    case 'refund_failed':
      refundAfterFailure(story, plan)
      return true
    case 'refund_over_or_duplicate':
      refundTwice(story, plan)
      return true
    case 'parcel_damaged':
      if (rng.chance(0.7)) refundPayment(story, { ...plan, number: 1, reason: '包裹破损' })
      return true
    case 'price_discrepancy':
      if (rng.chance(0.7))
        refundPayment(story, { ...plan, number: 1, amount: basket.amounts.overcharge, reason: '多收差额' })
      return true
    case 'delivered_implausible':
      if (rng.chance(0.5)) refundPayment(story, { ...plan, number: 1, reason: '未收到货' })
      else story.tell('desk', 'operation.performed', atMs, { action: 'confirm_delivery' }, agent(story))
      return true
    case 'delivered_not_received':
    case 'wrong_or_missing_item':
      refundAfterClaim(story, { ...plan, reason: scenario === 'wrong_or_missing_item' ? 'wrong_item' : 'not_received' })
      return true
    case 'return_not_sent':
    case 'return_stalled':
    case 'return_received_not_refunded':
      returnGoods(story, paymentId, atMs)
      return true
    default:
      return false
  }
}

function finishOrder(story: Story, deliveredAtMs: number): void {
  const { rng, scenario, basket } = story
  if (scenario === 'dispute_opened') disputePayment(story, deliveredAtMs)
  const isReturned = !askForMoneyBack(story, deliveredAtMs) && scenario === null && rng.chance(0.015)
  if (isReturned) returnGoods(story, lastPaymentId(story), deliveredAtMs + rng.between(3, 40) * HOUR)
  const isStalled = scenario === 'refund_stalled'
  if (isStalled || (scenario === null && !isReturned && rng.chance(0.03))) {
    const atMs = deliveredAtMs + rng.between(2, 26) * HOUR
    const amount = isStalled || rng.chance(0.5) ? basket.amounts.payable : Math.ceil(basket.amounts.payable / 3)
    refundPayment(story, {
      number: 1,
      paymentId: lastPaymentId(story),
      amount,
      atMs,
      reason: '七天无理由',
      isStalled,
      isAskedFor: true,
    })
  }
  if (rng.chance(0.25)) {
    const score = scenario === null ? rng.pick([5, 5, 5, 4, 4, 3]) : rng.pick([1, 1, 2, 3, 4])
    story.tell(
      'reviews',
      'review.submitted',
      deliveredAtMs + rng.between(3, 60) * HOUR,
      { review_id: `RV-${story.orderId}`, score },
      buyer(story),
    )
  }
  story.tell('oms', 'order.completed', deliveredAtMs + rng.between(1, 3) * DAY, { source_status: 'TRADE_FINISHED' })
}

/** The buyer's bank takes the money back. The shop answers in time, late or never; half of what is answered is decided. */
function disputePayment(story: Story, deliveredAtMs: number): void {
  const { rng, basket } = story
  const openedAt = deliveredAtMs + rng.between(1, 40) * HOUR
  const dueAt = openedAt + rng.int(4, 12) * DAY
  const dispute = { dispute_id: `DP-${story.orderId}`, payment_id: lastPaymentId(story) }
  story.tell('payment', 'dispute.opened', openedAt, {
    ...dispute,
    amount: basket.amounts.payable,
    currency: 'CNY',
    reason: rng.pick(['product_not_received', 'fraudulent', 'product_unacceptable']),
    status: 'needs_response',
    due_at: new Date(dueAt).toISOString(),
  })
  if (rng.chance(0.25)) return
  const answeredAt = rng.chance(0.7) ? openedAt + rng.between(4, 40) * HOUR : dueAt - rng.between(2, 40) * HOUR
  story.tell('payment', 'dispute.updated', answeredAt, { ...dispute, status: 'under_review' }, agent(story))
  if (rng.chance(0.5))
    story.tell('payment', 'dispute.closed', answeredAt + rng.between(1, 5) * DAY, {
      ...dispute,
      status: rng.pick(['won', 'lost']),
    })
}

/** The attempt that went through. */
function lastPaymentId(story: Story): string {
  const captured = story.facts.findLast((fact) => fact.type === 'payment.succeeded' || fact.type === 'payment.captured')
  return String(captured?.data['payment_id'] ?? paymentId(story, 1))
}
