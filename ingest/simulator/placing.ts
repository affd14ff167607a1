/** The order is placed, its stock and coupon are set aside; and what undoes that. */
import { hoursAfter } from './basket.ts'
import { MINUTE } from './calendar.ts'
import { type Story, type Who, buyer, robot } from './timeline.ts'

/** How long a buyer may take to pay. */
export const PAY_WITHIN = 30 * MINUTE

export function placeOrder(story: Story): void {
  const { basket, createdAtMs: at, rng } = story
  story.tell('oms', 'order.created', at, orderHead(story), buyer(story))
  eachReservation(story, (reservation) =>
    story.tell('wms', 'inventory.reserved', at + rng.between(300, 1_500), reservation),
  )
  if (basket.couponId !== null) story.tell('marketing', 'coupon.locked', at + rng.between(200, 900), coupon(story))
}

export function cancelOrder(story: Story, atMs: number, reason: string, who: Who = robot('order-sweeper')): void {
  story.tell('oms', 'order.canceled', atMs, { reason, source_status: 'CLOSED' }, who)
  for (const fact of undoingFacts(story, reason))
    story.tell(fact.system, fact.type, atMs + story.rng.between(400, 4_000), fact.data)
}

/** What gives stock and coupon back when an order is canceled. */
export function undoingFacts(story: Pick<Story, 'orderId' | 'basket'>, reason: string) {
  const released: { system: 'wms' | 'marketing'; type: string; data: Record<string, unknown> }[] = []
  eachReservation(story, (reservation) =>
    released.push({ system: 'wms', type: 'inventory.released', data: { ...reservation, reason } }),
  )
  if (story.basket.couponId !== null)
    released.push({ system: 'marketing', type: 'coupon.returned', data: coupon(story) })
  return released
}

export function eachReservation(
  story: Pick<Story, 'orderId' | 'basket'>,
  take: (reservation: Record<string, unknown>) => void,
): void {
  story.basket.lines.forEach(({ product, quantity }, index) => {
    take({
      sku: product.sku,
      quantity,
      warehouse_id: story.basket.warehouse.id,
      reservation_id: `RS-${story.orderId}-${index + 1}`,
    })
  })
}

export function coupon(story: Pick<Story, 'basket'>): Record<string, unknown> {
  return { coupon_id: story.basket.couponId, amount: story.basket.amounts.discount, currency: 'CNY' }
}

function orderHead({ basket, createdAtMs }: Story): Record<string, unknown> {
  const { amounts, buyer: who, channel } = basket
  const isDomestic = channel.market === 'domestic'
  return {
    order_no: basket.orderNo,
    channel: channel.name,
    shop_id: basket.shop,
    buyer_id: who.id,
    buyer_name: who.name,
    buyer_phone_tail: who.phoneTail,
    region: who.region.name,
    currency: 'CNY',
    amount_payable: amounts.payable,
    amount_items: amounts.items,
    amount_freight: amounts.freight,
    amount_discount: amounts.discount,
    payment_expires_at: new Date(createdAtMs + PAY_WITHIN).toISOString(),
    ...(basket.promisedShipHours === null
      ? {}
      : { promised_ship_by: hoursAfter(createdAtMs, basket.promisedShipHours) }),
    promised_delivery_from: hoursAfter(createdAtMs, basket.promisedDeliveryHours - 48),
    promised_delivery_until: hoursAfter(createdAtMs, basket.promisedDeliveryHours),
    source_status: 'WAIT_BUYER_PAY',
    lines: basket.lines.map(({ product, quantity }, index) => ({
      line_id: String(index + 1),
      sku: product.sku,
      name: isDomestic ? product.name : product.latin,
      category: product.category,
      seller_id: product.seller,
      seller_region: product.sellerRegion,
      quantity,
      unit_price: product.price,
      amount: product.price * quantity + (index === 0 ? amounts.overcharge : 0),
      freight: index === 0 ? amounts.freight : 0,
    })),
  }
}
