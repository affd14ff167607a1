/** What detection must find in orders by what they have in common: the same ordered twice, a coupon used twice. */
import { DAY, MINUTE } from './calendar.ts'
import type { Finding } from './judging.ts'
import { type OrderFacts, type Seen, earliest, first } from './order-facts.ts'

/** The default allowances; the same numbers as the seed of the rules. */
const allowances = { orderAgain: 10 * MINUTE, useAgain: 30 * DAY } as const

export function sharedFindings(orders: readonly OrderFacts[]): (Finding & { orderId: string })[] {
  const pairs = orders.flatMap((one) => orders.filter((other) => other !== one).map((other) => ({ one, other })))
  return pairs.flatMap(({ one, other }) => [...orderedAgain(one, other), ...usedAgain(one, other)])
}

function orderedAgain(order: OrderFacts, before: OrderFacts): (Finding & { orderId: string })[] {
  const [mine, theirs] = [order, before].map(({ told }) => told.find(({ type }) => type === 'order.created'))
  if (mine === undefined || theirs === undefined || cartOf(mine) !== cartOf(theirs)) return []
  const isAfter = mine.at > theirs.at || (mine.at === theirs.at && order.orderId > before.orderId)
  if (!isAfter || mine.at - theirs.at > allowances.orderAgain) return []
  const [paid, paidBefore] = [order, before].map(({ told }) =>
    first(told, 'payment.authorized', 'payment.captured', 'payment.succeeded'),
  )
  if (paid == null || paidBefore == null) return []
  const foundAt = Math.max(paid, paidBefore)
  if ((order.endedAt ?? Infinity) < foundAt || (before.endedAt ?? Infinity) <= foundAt) return []
  const clearedAt = earliest(order.endedAt, before.endedAt)
  return [
    {
      orderId: order.orderId,
      type: 'duplicate_order',
      attachedTo: order.orderId,
      foundAt,
      escalateAt: null,
      clearedAt,
    },
  ]
}

const cartOf = ({ data }: Seen): string =>
  JSON.stringify([
    data['buyer_id'],
    data['region'],
    data['amount_payable'],
    (data['lines'] as { sku: string; quantity: number; amount: number }[])
      .map(({ sku, quantity, amount }) => [sku, quantity, amount].join())
      .sort(),
  ])

function usedAgain(order: OrderFacts, before: OrderFacts): (Finding & { orderId: string })[] {
  const use = order.told.find(({ type }) => type === 'coupon.redeemed')
  if (use === undefined) return []
  const coupon = use.data['coupon_id']
  const about = ({ told }: OrderFacts): Seen[] => told.filter(({ data }) => data['coupon_id'] === coupon)
  const useBefore = about(before).find(({ type }) => type === 'coupon.redeemed')
  if (useBefore === undefined || useBefore.at >= use.at || use.at - useBefore.at > allowances.useAgain) return []
  const overOf = (facts: OrderFacts, from: number): number | null => {
    const back = about(facts).filter(({ at }) => at >= from)
    return earliest(first(back, 'coupon.returned', 'coupon.expired'), facts.endedAt)
  }
  const overBefore = overOf(before, useBefore.at)
  if (overBefore !== null && overBefore <= use.at) return []
  return [
    {
      orderId: order.orderId,
      type: 'coupon_anomaly',
      attachedTo: `${String(coupon)}@reuse`,
      foundAt: use.at,
      escalateAt: null,
      clearedAt: earliest(overOf(order, use.at), overBefore),
    },
  ]
}
