/** From the paid order to the door: warehouse, label, carrier, scans. Answers when it was delivered, or null. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { paymentId } from './paying.ts'
import { cancelOrder, coupon, eachReservation } from './placing.ts'
import { refundPayment } from './refunding.ts'
import { type Story, agent, robot } from './timeline.ts'

const SHIP_BY_DEFAULT_HOURS = 48

type Parcel = { readonly shipment_id: string; readonly carrier_code: string; readonly tracking_no: string }

/** `startAtMs`: when the warehouse may begin, where something kept it from beginning once the order was paid. */
export function shipOrder(story: Story, paidAtMs: number, startAtMs = paidAtMs): number | null {
  confirmOrder(story, paidAtMs)
  eachReservation(story, (reservation) =>
    story.tell('wms', 'inventory.allocated', startAtMs + story.rng.between(1, 4) * MINUTE, reservation),
  )
  const handedOverAt = prepareParcel(story, startAtMs)
  if (handedOverAt === null) return null
  if (story.scenario !== 'shipped_after_cancel') return carryParcel(story, handedOverAt)
  sendForNothing(story, handedOverAt)
  return null
}

/** The order is canceled while the parcel stands at the door of the warehouse, and it is sent all the same. */
function sendForNothing(story: Story, handedOverAt: number): void {
  const { rng, basket } = story
  const canceledAt = handedOverAt - rng.between(5, 90) * MINUTE
  cancelOrder(story, canceledAt, '买家取消')
  refundPayment(story, {
    number: 1,
    paymentId: paymentId(story, 1),
    amount: basket.amounts.payable,
    atMs: canceledAt + 5_000,
    reason: '买家取消',
  })
  scan(story, handedOverAt + rng.between(1, 6) * HOUR, 'picked_up', basket.warehouse.city)
  if (rng.chance(0.6))
    story.tell('carrier', 'shipment.returned', handedOverAt + rng.between(20, 60) * HOUR, {
      ...parcelOf(story),
      status: 'return_to_sender',
    })
}

export const fulfillmentId = (orderId: string): string => `FF-${orderId}`

export function parcelOf({ orderId, basket }: Pick<Story, 'orderId' | 'basket'>): Parcel {
  return { shipment_id: `SP-${orderId}`, carrier_code: basket.carrier.code, tracking_no: basket.trackingNo }
}

/** The shop knows of the money. */
export function confirmOrder(story: Story, paidAtMs: number): void {
  const { rng, basket } = story
  story.tell('oms', 'order.confirmed', paidAtMs + rng.between(1_500, 40_000), {
    source_status: 'WAIT_SELLER_SEND_GOODS',
  })
  if (basket.couponId !== null)
    story.tell('marketing', 'coupon.redeemed', paidAtMs + rng.between(500, 3_000), coupon(story))
  if (story.scenario === 'address_invalid') holdForAddress(story, paidAtMs + rng.between(5, 15) * MINUTE)
}

function holdForAddress(story: Story, atMs: number): void {
  const { rng } = story
  const who = agent(story)
  const releasedAt = atMs + rng.between(10, 90) * MINUTE
  story.tell(
    'oms',
    'order.held',
    atMs,
    { hold_reason: 'incorrect_address', reason: '门牌号缺失' },
    robot('address-check'),
  )
  story.tell(
    'desk',
    'operation.performed',
    releasedAt - 20_000,
    {
      action: 'change_address',
      target: 'shipping_address',
      before: '门牌号缺失',
      after: '已补全门牌号',
      reason_code: 'buyer_request',
      channel: story.basket.channel.name,
    },
    who,
  )
  story.tell('oms', 'order.hold_released', releasedAt, { reason: '地址已更正' }, who)
}

/** Packs and labels the parcel and hands it over; null when that never happens. */
function prepareParcel(story: Story, paidAtMs: number): number | null {
  const { rng, basket, scenario } = story
  const startedAt = paidAtMs + rng.between(5, 25) * MINUTE
  const work = { fulfillment_id: fulfillmentId(story.orderId), warehouse_id: basket.warehouse.id }
  story.tell('wms', 'fulfillment.created', startedAt, work)
  const handedOverAt =
    scenario === 'not_shipped' ? handOverTooLate(story, paidAtMs) : paidAtMs + rng.between(2.2, 20) * HOUR
  if (handedOverAt === null) return null
  const labeledAt = handedOverAt - rng.between(0.3, 1.6) * HOUR
  if (rng.chance(0.5)) story.tell('wms', 'fulfillment.packed', labeledAt - rng.between(3, 9) * MINUTE, work)
  story.tell('wms', 'fulfillment.label_created', labeledAt, { ...work, ...parcelOf(story) })
  story.tell('wms', 'shipment.handed_over', handedOverAt, { ...work, ...parcelOf(story) })
  return handedOverAt
}

function handOverTooLate(story: Story, paidAtMs: number): number | null {
  const { rng, basket, createdAtMs } = story
  const dueAt =
    basket.promisedShipHours === null
      ? paidAtMs + SHIP_BY_DEFAULT_HOURS * HOUR
      : createdAtMs + basket.promisedShipHours * HOUR
  if (rng.chance(0.35)) {
    story.tell(
      'desk',
      'operation.performed',
      dueAt + rng.between(0.5, 2) * HOUR,
      { action: 'urge_warehouse', target: fulfillmentId(story.orderId), reason_code: 'ship_by_passed' },
      agent(story),
    )
  }
  if (rng.chance(0.75)) return dueAt + rng.between(1.9, 32) * HOUR
  if (rng.chance(0.5)) {
    const canceledAt = dueAt + rng.between(20, 70) * HOUR
    cancelOrder(story, canceledAt, '缺货', robot('stock-sweeper'))
    refundPayment(story, {
      number: 1,
      paymentId: paymentId(story, 1),
      amount: basket.amounts.payable,
      atMs: canceledAt + 5_000,
      reason: '缺货取消',
    })
  }
  return null
}

/** Scans are at most 36 hours apart unless the parcel is stuck. */
const LONGEST_NORMAL_GAP = 36 * HOUR

function carryParcel(story: Story, handedOverAt: number): number | null {
  const { rng, scenario } = story
  if (scenario === 'tracking_invalid') scan(story, handedOverAt + rng.between(1, 3) * HOUR, 'unknown', '')
  const firstScanAt = handedOverAt + waitForScan(story)
  scan(story, firstScanAt, 'picked_up', story.basket.warehouse.city)
  const deliveredAt = arrival(story, firstScanAt)
  const stops = stopsBetween(story, firstScanAt, deliveredAt)
  let last = firstScanAt
  let stuckAt = scenario === 'logistics_stalled' ? rng.int(0, Math.max(0, stops.length - 1)) : -1
  let delay = 0
  for (const [index, stop] of stops.entries()) {
    if (index === stuckAt) {
      const gap = stallOf(story, last)
      if (gap === null) return null
      delay += Math.max(0, last + gap - (stop + delay))
      stuckAt = -1
    }
    last = stop + delay
    scan(
      story,
      last,
      index === stops.length - 1 ? 'out_for_delivery' : 'in_transit',
      index === 0 ? story.basket.warehouse.city : story.basket.buyer.region.hub,
    )
  }
  const arrivedAt = arriveAtDoor(story, deliveredAt + delay)
  if (arrivedAt === null) return null
  story.tell('carrier', 'shipment.delivered', arrivedAt, {
    ...parcelOf(story),
    status: 'delivered',
    raw_status: '301',
    location: story.basket.buyer.region.hub,
    message: '已签收',
  })
  return arrivedAt
}

function waitForScan(story: Story): number {
  const { rng, scenario } = story
  if (scenario === 'label_no_pickup') return waitForPickup(story)
  return (scenario === 'tracking_invalid' ? rng.between(28, 60) : rng.between(0.4, 9)) * HOUR
}

/** What happens on the last stretch; answers when the buyer has the parcel, or null when it goes back. */
function arriveAtDoor(story: Story, atMs: number): number | null {
  const { rng, basket } = story
  const { hub } = basket.buyer.region
  switch (story.scenario) {
    case 'delivery_attempt_failed': {
      scan(story, atMs, 'attempt_failed', hub)
      const isAgain = rng.chance(0.4)
      if (isAgain) scan(story, atMs + rng.between(18, 22) * HOUR, 'attempt_failed', hub)
      return atMs + rng.between(23, 40) * HOUR
    }
    case 'pickup_expiring':
      scan(story, atMs, 'available_for_pickup', hub)
      return atMs + rng.between(3.05, 6) * DAY
    case 'customs_held':
      stumble(story, atMs, '004')
      scan(story, atMs + rng.between(50, 90) * HOUR, 'in_transit', hub)
      return atMs + rng.between(92, 100) * HOUR
    case 'parcel_damaged':
      stumble(story, atMs - 20 * MINUTE, 'damaged')
      return atMs
    case 'return_to_sender':
      goBack(story, atMs)
      return null
    default:
      return atMs
  }
}

function stumble(story: Story, atMs: number, substatus: string): void {
  const location = story.basket.buyer.region.hub
  story.tell('carrier', 'shipment.exception', atMs, { ...parcelOf(story), status: 'failure', substatus, location })
}

/** Nobody takes the parcel; the money follows it, mostly. */
function goBack(story: Story, atMs: number): void {
  const { rng, basket } = story
  scan(story, atMs, 'return_to_sender', basket.buyer.region.hub)
  const returnedAt = atMs + rng.between(20, 45) * HOUR
  story.tell('carrier', 'shipment.returned', returnedAt, { ...parcelOf(story), status: 'return_to_sender' })
  if (rng.chance(0.3)) return
  refundPayment(story, {
    number: 1,
    paymentId: paymentId(story, 1),
    amount: basket.amounts.payable,
    atMs: returnedAt + rng.between(1, 20) * HOUR,
    reason: '包裹退回',
  })
}

function waitForPickup({ rng }: Story): number {
  return (rng.chance(0.78) ? rng.between(25, 52) : rng.between(60, 110)) * HOUR
}

/** How long nobody sees the parcel; null when it is lost. */
function stallOf(story: Story, atMs: number): number | null {
  const { rng } = story
  const outcome = rng.next()
  if (outcome < 0.2) return null
  if (rng.chance(0.4))
    story.tell(
      'desk',
      'operation.performed',
      atMs + rng.between(49, 52) * HOUR,
      { action: 'open_carrier_trace', target: story.basket.trackingNo, reason_code: 'no_scan' },
      agent(story),
    )
  return (outcome < 0.75 ? rng.between(53, 84) : rng.between(84, 150)) * HOUR
}

function arrival(story: Story, firstScanAt: number): number {
  const { rng, basket, scenario, createdAtMs } = story
  const onTime = firstScanAt + rng.between(...basket.carrier.transitHours) * HOUR
  if (scenario !== 'delivery_late') return onTime
  return Math.max(onTime, createdAtMs + basket.promisedDeliveryHours * HOUR + rng.between(1, 44) * HOUR)
}

/** Checkpoints on the way; the last one is the courier leaving for the door. */
function stopsBetween({ rng }: Story, fromMs: number, untilMs: number): number[] {
  const outForDelivery = untilMs - Math.min(rng.between(1.5, 6) * HOUR, (untilMs - fromMs) / 3)
  const legs = Math.max(2, Math.ceil((outForDelivery - fromMs) / (LONGEST_NORMAL_GAP * 0.8)))
  const leg = (outForDelivery - fromMs) / legs
  const stops: number[] = []
  for (let index = 1; index < legs; index += 1) stops.push(fromMs + leg * (index + rng.between(-0.12, 0.12)))
  return [...stops, outForDelivery]
}

const rawStatus: Readonly<Record<string, string>> = { picked_up: '103', in_transit: '1002', out_for_delivery: '5' }
const words: Readonly<Record<string, string>> = {
  picked_up: '快件已揽收',
  in_transit: '快件已到达转运中心',
  out_for_delivery: '派件中',
}

function scan(story: Story, atMs: number, status: string, location: string): void {
  const message = `【${location}】${words[status] ?? ''}`
  story.tell('carrier', 'shipment.checkpoint', atMs, {
    ...parcelOf(story),
    status,
    raw_status: rawStatus[status] ?? '',
    location,
    message,
  })
}
