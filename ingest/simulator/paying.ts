/** How an order gets paid: at once, late, twice, wrongly or never. Answers when it was paid, or null when it ended unpaid. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { failureCodes, providers } from './catalogue.ts'
import { PAY_WITHIN, cancelOrder } from './placing.ts'
import { refundPayment } from './refunding.ts'
import { type Story, buyer, robot } from './timeline.ts'

export function payOrder(story: Story): number | null {
  switch (story.scenario) {
    case 'order_unpaid_timeout':
      return payLateOrNever(story)
    case 'payment_failed':
      return story.incident === null ? payAfterLongFailure(story) : payPastOutage(story, story.incident.toMs)
    case 'payment_amount_mismatch':
      return payWrongAmount(story)
    case 'duplicate_payment':
      return payTwice(story)
    case 'payment_failed_repeated':
      return payAfterManyFailures(story)
    case 'payment_stuck_processing':
      return payAfterLongProcessing(story)
    case 'authorization_expiring':
      return captureLateOrNever(story)
    default:
      return payNormally(story)
  }
}

/** Quick enough to stay below 80 % of the time allowed, also after a first attempt that failed. */
function payNormally(story: Story): number | null {
  const { rng, createdAtMs } = story
  if (story.scenario === null && rng.chance(0.03)) {
    cancelOrder(story, createdAtMs + rng.between(2, 18) * MINUTE, '买家取消', buyer(story))
    return null
  }
  let at = createdAtMs + quickly(story)
  if (rng.chance(0.04)) {
    fail(story, 1, at)
    at += rng.between(0.5, 8) * MINUTE
    return capture(story, 2, at)
  }
  return capture(story, 1, at)
}

function payLateOrNever(story: Story): number | null {
  const { rng, createdAtMs } = story
  const expired = createdAtMs + PAY_WITHIN
  if (rng.chance(0.4)) {
    story.tell(
      'desk',
      'operation.performed',
      createdAtMs + rng.between(18, 22) * MINUTE,
      { action: 'remind_buyer', target: 'payment', reason_code: 'unpaid' },
      robot('cart-reminder'),
    )
  }
  const outcome = rng.next()
  if (outcome < 0.3) return capture(story, 1, expired + rng.between(4, 120) * MINUTE)
  const patience = outcome < 0.75 ? rng.between(5, 95) * MINUTE : rng.between(20, 60) * HOUR
  cancelOrder(story, expired + patience, '超时未支付')
  return null
}

function payAfterLongFailure(story: Story): number | null {
  const { rng, createdAtMs } = story
  const { attempt, failed } = failSomeTimes(story)
  const outcome = rng.next()
  if (outcome < 0.5) return capture(story, attempt + 1, failed + rng.between(15.5, 19) * MINUTE)
  if (outcome < 0.75) return capture(story, attempt + 1, createdAtMs + rng.between(36, 150) * MINUTE)
  cancelOrder(story, createdAtMs + rng.between(33, 120) * MINUTE, '支付失败')
  return null
}

/** While the gateway refuses, trying again does not help: buyers come back when it works, pay another way, or leave. */
function payPastOutage(story: Story, untilMs: number): number | null {
  const { rng, createdAtMs, basket } = story
  const { attempt, failed } = failSomeTimes(story)
  const patientUntil = failed + rng.between(15.5, 19) * MINUTE
  const outcome = rng.next()
  if (outcome < 0.45)
    return capture(story, attempt + 1, Math.max(patientUntil, untilMs + rng.between(0.5, 25) * MINUTE))
  const method = basket.channel.methods.find(({ name }) => name !== basket.method)?.name
  if (outcome < 0.65 && method !== undefined)
    return capture({ ...story, basket: { ...basket, method } }, attempt + 1, patientUntil)
  cancelOrder(story, createdAtMs + rng.between(33, 120) * MINUTE, '支付失败')
  return null
}

/** Once to three times within minutes: how often, and when last. */
function failSomeTimes(story: Story): { attempt: number; failed: number } {
  const { rng, createdAtMs } = story
  let failed = createdAtMs + rng.between(0.4, 1.8) * MINUTE
  let attempt = 1
  fail(story, attempt, failed)
  while (attempt < 3 && rng.chance(0.45)) {
    attempt += 1
    failed += rng.between(0.4, 1.2) * MINUTE
    fail(story, attempt, failed)
  }
  return { attempt, failed }
}

/** Too much (the shop gives the difference back) or too little (the buyer adds it); a part is never put right. */
function payWrongAmount(story: Story): number | null {
  const { rng, createdAtMs, basket } = story
  const { payable } = basket.amounts
  const difference = Math.max(100, Math.round(payable * rng.between(0.02, 0.2)))
  const isTooMuch = rng.chance(0.6)
  const paidAt = capture(story, 1, createdAtMs + quickly(story), payable + (isTooMuch ? difference : -difference))
  const settleAt = paidAt + rng.between(1, 16) * HOUR
  const isSettled = rng.chance(0.7)
  if (isTooMuch) {
    if (isSettled)
      refundPayment(story, {
        number: 1,
        paymentId: paymentId(story, 1),
        amount: difference,
        atMs: settleAt,
        reason: '多付差额',
      })
    return paidAt
  }
  if (isSettled) return capture(story, 2, settleAt, difference)
  if (rng.chance(0.5)) {
    const canceledAt = paidAt + rng.between(18, 48) * HOUR
    cancelOrder(story, canceledAt, '付款金额不足')
    refundPayment(story, {
      number: 1,
      paymentId: paymentId(story, 1),
      amount: payable - difference,
      atMs: canceledAt + 3_000,
      reason: '付款金额不足',
    })
  }
  return null
}

/** The buyer presses twice, or two methods both go through. */
function payTwice(story: Story): number | null {
  const { rng, createdAtMs, basket } = story
  const first = capture(story, 1, createdAtMs + quickly(story))
  const second = capture(story, 2, first + rng.between(4_000, 4 * MINUTE))
  if (rng.chance(0.62)) {
    const atMs = second + rng.between(0.7, 14) * HOUR
    refundPayment(story, {
      number: 1,
      paymentId: paymentId(story, 2),
      amount: basket.amounts.payable,
      atMs,
      reason: '重复支付',
    })
  }
  return first
}

/** Three to five attempts within minutes; the buyer gives up, or the last one goes through. */
function payAfterManyFailures(story: Story): number | null {
  const { rng, createdAtMs } = story
  const attempts = rng.int(3, 5)
  let at = createdAtMs
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    at += rng.between(0.4, 1.6) * MINUTE
    fail(story, attempt, at)
  }
  if (rng.chance(0.6)) return capture(story, attempts + 1, at + rng.between(0.5, 3) * MINUTE)
  cancelOrder(story, at + rng.between(2, 12) * MINUTE, '支付失败', buyer(story))
  return null
}

/** The provider takes a payment and says nothing for long; then it is through, or it failed and the order ends. */
function payAfterLongProcessing(story: Story): number | null {
  const { rng, createdAtMs, basket } = story
  const startedAt = createdAtMs + quickly(story)
  story.tell('payment', 'payment.processing', startedAt, paymentData(story, 1, basket.amounts.payable))
  const settledAt =
    startedAt + (basket.method === 'bank_transfer' ? rng.between(25, 60) * HOUR : rng.between(33, 180) * MINUTE)
  if (rng.chance(0.7)) return capture(story, 1, settledAt)
  fail(story, 1, settledAt)
  cancelOrder(story, settledAt + rng.between(5, 60) * MINUTE, '支付失败')
  return null
}

/** Money is authorised for a week. It is taken on the last day or lapses. */
function captureLateOrNever(story: Story): number | null {
  const { rng, createdAtMs, basket } = story
  const authorizedAt = createdAtMs + quickly(story)
  const data = paymentData(story, 1, basket.amounts.payable)
  const isDated = rng.chance(0.5)
  story.tell('payment', 'payment.authorized', authorizedAt, {
    ...data,
    ...(isDated ? { due_at: new Date(authorizedAt + 5 * DAY).toISOString() } : {}),
  })
  const lapsesAt = authorizedAt + (isDated ? 5 : 7) * DAY
  if (rng.chance(0.5)) return capture(story, 1, lapsesAt - rng.between(1, 20) * HOUR)
  story.tell('payment', 'payment.expired', lapsesAt + rng.between(1, 30) * MINUTE, { payment_id: data['payment_id'] })
  cancelOrder(story, lapsesAt + rng.between(31, 90) * MINUTE, '预授权过期')
  return null
}

/** Half a minute typically, eleven minutes at most. */
function quickly({ rng }: Story): number {
  return Math.min(11 * MINUTE, 8_000 - Math.log(1 - rng.next()) * 70_000)
}

export const paymentId = (story: Pick<Story, 'orderId'>, attempt: number): string => `PAY-${story.orderId}-${attempt}`

function paymentData(story: Story, attempt: number, amount: number): Record<string, unknown> {
  const { method } = story.basket
  return { payment_id: paymentId(story, attempt), amount, currency: 'CNY', method, provider: providers[method] }
}

function fail(story: Story, attempt: number, atMs: number): void {
  const data = paymentData(story, attempt, story.basket.amounts.payable)
  story.tell('payment', 'payment.failed', atMs, { ...data, failure_code: story.rng.pick(failureCodes) })
}

/** Some providers tell the success and the capture of one payment apart; both carry the same payment id. */
function capture(story: Story, attempt: number, atMs: number, amount = story.basket.amounts.payable): number {
  const data = paymentData(story, attempt, amount)
  if (story.basket.method === 'card') {
    story.tell('payment', 'payment.succeeded', atMs, data)
    if (story.rng.chance(0.3)) story.tell('payment', 'payment.captured', atMs + story.rng.between(1_000, 20_000), data)
  } else {
    story.tell('payment', 'payment.captured', atMs, data)
  }
  return atMs
}
