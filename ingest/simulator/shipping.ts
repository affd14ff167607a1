/** From the paid order to the door: warehouse, label, carrier, scans. Answers when it was delivered, or null. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { paymentId } from './paying.ts'
import { cancelOrder, coupon, eachReservation } from './placing.ts'
import { refundPayment } from './refunding.ts'
import { deliver, parcelOf, scan, stumble } from './scanning.ts'
import { type Story, agent, robot } from './timeline.ts'

const SHIP_BY_DEFAULT_HOURS = 48

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
    amount: story.basket.amounts.payable,
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
  const isHurried = scenario === 'ship_promise_at_risk'
  const dueAt = shipBy(story, paidAtMs)
  const startedAt =
    isHurried && rng.chance(0.4) ? dueAt - rng.between(8.5, 11.5) * HOUR : paidAtMs + rng.between(5, 25) * MINUTE
  const work = { fulfillment_id: fulfillmentId(story.orderId), warehouse_id: basket.warehouse.id }
  story.tell('wms', 'fulfillment.created', startedAt, work)
  const handedOverAt = isHurried ? dueAt - rng.between(0.5, 6) * HOUR : handOver(story, paidAtMs)
  if (handedOverAt === null) return null
  if (scenario === 'partial_shipment_stuck') followUp(story, startedAt, Math.max(handedOverAt, dueAt))
  const labeledAt = handedOverAt - rng.between(0.3, 1.6) * HOUR
  if (rng.chance(0.5)) story.tell('wms', 'fulfillment.packed', labeledAt - rng.between(3, 9) * MINUTE, work)
  story.tell('wms', 'fulfillment.label_created', labeledAt, { ...work, ...parcelOf(story) })
  story.tell('wms', 'shipment.handed_over', handedOverAt, { ...work, ...parcelOf(story) })
  return handedOverAt
}

function shipBy({ basket, createdAtMs }: Story, paidAtMs: number): number {
  return basket.promisedShipHours === null
    ? paidAtMs + SHIP_BY_DEFAULT_HOURS * HOUR
    : createdAtMs + basket.promisedShipHours * HOUR
}

function handOver(story: Story, paidAtMs: number): number | null {
  return story.scenario === 'not_shipped'
    ? handOverTooLate(story, paidAtMs)
    : paidAtMs + story.rng.between(2.2, 20) * HOUR
}

/** The rest of the order, in a parcel of its own: long after the first, or never. */
function followUp(story: Story, startedAt: number, dueAt: number): void {
  const { rng, basket, orderId } = story
  const work = { fulfillment_id: `${fulfillmentId(orderId)}-2`, warehouse_id: basket.warehouse.id }
  story.tell('wms', 'fulfillment.created', startedAt + rng.between(1_000, 9_000), work)
  if (rng.chance(0.25)) return
  const sentAt = dueAt + rng.between(49, 80) * HOUR
  const parcel = { ...parcelOf(story), shipment_id: `SP-${orderId}-2`, tracking_no: `${basket.trackingNo}2` }
  story.tell('wms', 'fulfillment.label_created', sentAt - rng.between(0.3, 1.6) * HOUR, { ...work, ...parcel })
  story.tell('wms', 'shipment.handed_over', sentAt, { ...work, ...parcel })
  scan(story, sentAt + rng.between(0.4, 9) * HOUR, 'picked_up', basket.warehouse.city, parcel)
  scan(story, sentAt + rng.between(20, 30) * HOUR, 'out_for_delivery', basket.buyer.region.hub, parcel)
  deliver(story, sentAt + rng.between(31, 36) * HOUR, basket.buyer.region.hub, parcel)
}

function handOverTooLate(story: Story, paidAtMs: number): number | null {
  const { rng } = story
  const dueAt = shipBy(story, paidAtMs)
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
      amount: story.basket.amounts.payable,
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
  if (scenario === 'delivered_implausible' && signsTooSoon(story)) {
    const signedAt = firstScanAt + rng.between(1, 8) * MINUTE
    deliver(story, signedAt, story.basket.buyer.region.hub)
    return signedAt
  }
  const deliveredAt = arrival(story, firstScanAt)
  const stops = stopsBetween(story, firstScanAt, deliveredAt)
  let last = firstScanAt
  let stuckAt =
    scenario === 'logistics_stalled' || scenario === 'parcel_lost_suspected'
      ? rng.int(0, Math.max(0, stops.length - 1))
      : -1
  let delay = 0
  for (const [index, stop] of stops.entries()) {
    if (index === stuckAt) {
      const gap = scenario === 'parcel_lost_suspected' ? loseFor(story, last) : stallOf(story, last)
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
  deliver(
    story,
    arrivedAt,
    scenario === 'delivered_implausible' ? story.basket.warehouse.city : story.basket.buyer.region.hub,
  )
  if (scenario === 'status_regression') contradict(story, arrivedAt)
  return arrivedAt
}

/** A courier who fakes the signature at the door, or at the depot, which tells only where the depot is elsewhere. */
function signsTooSoon({ rng, basket }: Story): boolean {
  return rng.chance(0.5) || basket.warehouse.city === basket.buyer.region.hub
}

/** An adapter tells of a scan long after the parcel is delivered, and mostly of the delivery once more. */
function contradict(story: Story, deliveredAt: number): void {
  const { rng, basket } = story
  const scannedAt = deliveredAt + rng.between(0.1, 12) * HOUR
  scan(story, scannedAt, 'in_transit', basket.buyer.region.hub)
  if (rng.chance(0.7)) deliver(story, scannedAt + rng.between(0.2, 9) * HOUR, basket.buyer.region.hub)
}

/** How long a parcel is taken for lost; null when it is. Sometimes the carrier says so, and the money goes back. */
function loseFor(story: Story, atMs: number): number | null {
  const { rng } = story
  if (rng.chance(0.4)) return rng.between(7.1, 9) * DAY
  if (rng.chance(0.6)) {
    const knownAt = atMs + rng.between(3, 6) * DAY
    stumble(story, knownAt, 'lost')
    if (rng.chance(0.7))
      refundPayment(story, {
        number: 1,
        paymentId: paymentId(story, 1),
        amount: story.basket.amounts.payable,
        atMs: knownAt + rng.between(2, 40) * HOUR,
        reason: '包裹丢失',
      })
  }
  return null
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
    amount: story.basket.amounts.payable,
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
