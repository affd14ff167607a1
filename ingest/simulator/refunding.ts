/** Money going back: usually quickly, sometimes stuck at the provider. */
import { HOUR, MINUTE } from './calendar.ts'
import { refundChannels } from './catalogue.ts'
import { type Story, agent, buyer, robot } from './timeline.ts'

export type RefundPlan = {
  readonly number: number
  readonly paymentId: string
  readonly amount: number
  readonly atMs: number
  readonly reason: string
  readonly isStalled?: boolean
  /** The buyer asks and the shop approves before the provider is told. */
  readonly isAskedFor?: boolean
}

/** The buyer asks for money and the shop lets it lie for days; then it agrees or refuses. */
export function refundAfterLongSilence(story: Story, plan: Omit<RefundPlan, 'number' | 'isAskedFor'>): void {
  const { rng } = story
  const refund = refundData(story, { ...plan, number: 1 })
  story.tell('aftersale', 'refund.requested', plan.atMs, refund, buyer(story))
  if (rng.chance(0.25)) return
  const decidedAt = plan.atMs + rng.between(49, 110) * HOUR
  if (rng.chance(0.4)) {
    story.tell('aftersale', 'refund.rejected', decidedAt, { ...refund, reason: '商品已使用' }, agent(story))
    return
  }
  story.tell('aftersale', 'refund.approved', decidedAt, refund, agent(story))
  refundPayment(story, { ...plan, number: 1, atMs: decidedAt + rng.between(1_000, 8_000) })
}

/** The buyer claims something about the parcel, by the code in `reason`; the shop agrees, refuses or is still at it. */
export function refundAfterClaim(story: Story, plan: Omit<RefundPlan, 'number' | 'isAskedFor'>): void {
  const { rng } = story
  const refund = { ...refundData(story, { ...plan, number: 1 }), reason_code: plan.reason }
  story.tell('aftersale', 'refund.requested', plan.atMs, refund, buyer(story))
  const decidedAt = plan.atMs + rng.between(1, 20) * HOUR
  if (rng.chance(0.3)) {
    story.tell('aftersale', 'refund.rejected', decidedAt, refund, agent(story))
    return
  }
  story.tell('aftersale', 'refund.approved', decidedAt, refund, agent(story))
  refundPayment(story, { ...plan, number: 1, atMs: decidedAt + rng.between(1_000, 8_000) })
}

/** The provider gives up, or waits for somebody; a second try, or the same one mended, brings the money back. */
export function refundAfterFailure(story: Story, plan: Omit<RefundPlan, 'number'>): void {
  const { rng } = story
  const refund = refundData(story, { ...plan, number: 1 })
  story.tell('payment', 'refund.created', plan.atMs, { ...refund, status: 'pending' }, robot('payment-gateway'))
  const failedAt = plan.atMs + rng.between(1, 20) * MINUTE
  const isFinal = rng.chance(0.6)
  story.tell('payment', isFinal ? 'refund.failed' : 'refund.updated', failedAt, {
    ...refund,
    status: isFinal ? 'failed' : 'requires_action',
    failure_reason: rng.pick(['insufficient_funds', 'expired_or_canceled_card']),
  })
  if (rng.chance(0.35)) return
  const mendedAt = failedAt + rng.between(2, 40) * HOUR
  if (isFinal) refundPayment(story, { ...plan, number: 2, atMs: mendedAt })
  else story.tell('payment', 'refund.succeeded', mendedAt, { ...refund, status: 'succeeded' })
}

/** Two robots give the same money back; half of the time the provider notices. */
export function refundTwice(story: Story, plan: Omit<RefundPlan, 'number'>): void {
  const { rng } = story
  refundPayment(story, { ...plan, number: 1 })
  const againAt = plan.atMs + rng.between(0.5, 9) * MINUTE
  if (rng.chance(0.5)) {
    refundPayment(story, { ...plan, number: 2, atMs: againAt })
    return
  }
  const refund = refundData(story, { ...plan, number: 2 })
  story.tell('payment', 'refund.created', againAt, { ...refund, status: 'pending' }, robot('payment-gateway'))
  story.tell('payment', 'refund.failed', againAt + rng.between(20, 90) * MINUTE, {
    ...refund,
    status: 'failed',
    failure_reason: 'merchant_request',
  })
}

function refundData({ orderId, basket }: Story, plan: RefundPlan): Record<string, unknown> {
  return {
    refund_id: `RF-${orderId}-${plan.number}`,
    payment_id: plan.paymentId,
    amount: plan.amount,
    currency: 'CNY',
    refund_channel: refundChannels[basket.method],
    reason: plan.reason,
  }
}

/** Answers when the money was back, or null when it never is without someone's help. */
export function refundPayment(story: Story, plan: RefundPlan): number | null {
  const { rng } = story
  const refund = refundData(story, plan)
  let at = plan.atMs
  if (plan.isAskedFor) {
    story.tell('aftersale', 'refund.requested', at, refund, buyer(story))
    at += rng.between(0.3, 4) * MINUTE
    story.tell('aftersale', 'refund.approved', at, refund, robot('aftersale-rules'))
    at += rng.between(1_000, 8_000)
  }
  story.tell('payment', 'refund.created', at, { ...refund, status: 'pending' }, robot('payment-gateway'))
  const settledAt = plan.isStalled ? stalledUntil(story, at) : at + quickly(story)
  if (settledAt !== null) story.tell('payment', 'refund.succeeded', settledAt, { ...refund, status: 'succeeded' })
  return settledAt
}

const isWallet = (story: Story): boolean => refundChannels[story.basket.method] === 'wallet'

/** Below 80 % of 30 minutes to a wallet, of three days to a bank or card. */
function quickly(story: Story): number {
  return isWallet(story) ? story.rng.between(0.3, 12) * MINUTE : story.rng.between(3, 50) * HOUR
}

function stalledUntil(story: Story, at: number): number | null {
  if (story.rng.chance(0.3)) return null
  return at + (isWallet(story) ? story.rng.between(40, 14 * 60) * MINUTE : story.rng.between(76, 120) * HOUR)
}
