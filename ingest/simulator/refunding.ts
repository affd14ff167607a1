/** Money going back: usually quickly, sometimes stuck at the provider. */
import { HOUR, MINUTE } from './calendar.ts'
import { refundChannels } from './catalogue.ts'
import { type Story, buyer, robot } from './timeline.ts'

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

/** Answers when the money was back, or null when it never is without someone's help. */
export function refundPayment(story: Story, plan: RefundPlan): number | null {
  const { rng, basket } = story
  const refund = {
    refund_id: `RF-${story.orderId}-${plan.number}`,
    payment_id: plan.paymentId,
    amount: plan.amount,
    currency: 'CNY',
    refund_channel: refundChannels[basket.method],
    reason: plan.reason,
  }
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
