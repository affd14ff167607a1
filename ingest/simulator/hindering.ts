/** What keeps a paid order from being shipped, or makes its end untidy. */
import { HOUR, MINUTE } from './calendar.ts'
import { cancelOrder, undoingFacts } from './placing.ts'
import { refundPayment } from './refunding.ts'
import { confirmOrder } from './shipping.ts'
import { type Story, agent, buyer, robot } from './timeline.ts'

/** When the warehouse may begin; null when the order ends here. */
export function hinderOrder(story: Story, paidAtMs: number, paymentId: string): number | null {
  const { rng, scenario } = story
  const soon = paidAtMs + rng.between(2, 20) * MINUTE
  switch (scenario) {
    case 'fraud_review_stuck': {
      story.tell('oms', 'order.held', soon, { hold_reason: 'high_risk_of_fraud' }, robot('fraud-check'))
      const decidedAt = soon + rng.between(4.2, 9) * HOUR
      if (rng.chance(0.3)) return giveUp(story, paidAtMs, paymentId, decidedAt, '风控拒绝')
      story.tell('oms', 'order.hold_released', decidedAt, {}, agent(story))
      return rng.chance(0.5)
        ? holdAgain(story, decidedAt + rng.pick([rng.between(1, 3), rng.between(22, 30)]) * HOUR)
        : decidedAt
    }
    case 'cancel_request_stuck': {
      story.tell('oms', 'order.cancel_requested', soon, { reason: '不想要了' }, buyer(story))
      const decidedAt = soon + rng.between(2.1, 6) * HOUR
      if (rng.chance(0.6)) return giveUp(story, paidAtMs, paymentId, decidedAt, '买家取消')
      story.tell('desk', 'operation.performed', decidedAt, { action: 'reject_cancel' }, agent(story))
      return decidedAt
    }
    case 'out_of_stock_after_pay': {
      const line = story.basket.lines[0]
      story.tell('wms', 'inventory.shortage', soon, { sku: line?.product.sku ?? '', quantity: line?.quantity ?? 1 })
      const knownAt = soon + rng.between(2, 12) * HOUR
      return rng.chance(0.5) ? knownAt : giveUp(story, paidAtMs, paymentId, knownAt, '缺货')
    }
    case 'fulfilment_rejected': {
      const work = { fulfillment_id: `FF-${story.orderId}-1`, warehouse_id: story.basket.warehouse.id }
      story.tell('wms', 'fulfillment.created', soon, work)
      const rejectedAt = soon + rng.between(0.3, 3) * HOUR
      story.tell('wms', 'fulfillment.rejected', rejectedAt, { ...work, reason: 'not_in_stock' })
      return rejectedAt + rng.between(0.5, 4) * HOUR
    }
    case 'duplicate_order':
      return rng.chance(0.5)
        ? paidAtMs
        : giveUp(story, paidAtMs, paymentId, soon + rng.between(1, 6) * HOUR, '重复下单')
    case 'coupon_anomaly':
      if (story.shared === 'coupon') return paidAtMs
      return endUntidily(story, paidAtMs, paymentId, soon)
    case 'inventory_mismatch':
    case 'cross_system_mismatch':
      return endUntidily(story, paidAtMs, paymentId, soon)
    default:
      return paidAtMs
  }
}

/** A second look at the same order, hours or more than a day after the first. */
function holdAgain(story: Story, atMs: number): number {
  const decidedAt = atMs + story.rng.between(4.2, 9) * HOUR
  story.tell('oms', 'order.held', atMs, { hold_reason: 'high_risk_of_fraud' }, robot('fraud-check'))
  story.tell('oms', 'order.hold_released', decidedAt, {}, agent(story))
  return decidedAt
}

function giveUp(story: Story, paidAtMs: number, paymentId: string, atMs: number, reason: string): null {
  confirmOrder(story, paidAtMs)
  cancelOrder(story, atMs, reason, agent(story))
  giveBack(story, paymentId, atMs + 5_000, reason)
  return null
}

/** The order is canceled and one system hears of it late or never. */
function endUntidily(story: Story, paidAtMs: number, paymentId: string, atMs: number): null {
  const { rng, scenario } = story
  confirmOrder(story, paidAtMs)
  const reason = '买家取消'
  if (scenario === 'cross_system_mismatch' && rng.chance(0.4)) return endAfterRefund(story, paymentId, atMs, reason)
  story.tell('oms', 'order.canceled', atMs, { reason, source_status: 'CLOSED' }, buyer(story))
  const lateAt = atMs + rng.between(16, 240) * MINUTE
  const isForgotten = rng.chance(0.25)
  for (const fact of undoingFacts(story, reason)) {
    const isLate = scenario === (fact.system === 'wms' ? 'inventory_mismatch' : 'coupon_anomaly')
    if (!(isLate && isForgotten))
      story.tell(fact.system, fact.type, isLate ? lateAt : atMs + rng.between(400, 4_000), fact.data)
  }
  if (scenario !== 'cross_system_mismatch') giveBack(story, paymentId, atMs + 5_000, reason)
  else if (!isForgotten) giveBack(story, paymentId, lateAt, reason)
  return null
}

/** The money is back before the shop knows that the order is over, or though it never learns. */
function endAfterRefund(story: Story, paymentId: string, atMs: number, reason: string): null {
  const backAt = refundPayment(story, { number: 1, paymentId, amount: story.basket.amounts.payable, atMs, reason })
  if (backAt !== null && story.rng.chance(0.75))
    cancelOrder(story, backAt + story.rng.between(16, 240) * MINUTE, reason)
  return null
}

function giveBack(story: Story, paymentId: string, atMs: number, reason: string): void {
  refundPayment(story, { number: 1, paymentId, amount: story.basket.amounts.payable, atMs, reason })
}
