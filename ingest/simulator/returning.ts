/** Goods coming back: asked for, approved, sent, received, paid back; and where that gets stuck. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { refundPayment } from './refunding.ts'
import { parcelOf } from './scanning.ts'
import { type Story, agent, buyer, robot } from './timeline.ts'

export function returnGoods(story: Story, paymentId: string, askedAt: number): void {
  const { rng, scenario, basket } = story
  const about = { return_id: `RT-${story.orderId}` }
  story.tell(
    'aftersale',
    'return.requested',
    askedAt,
    { ...about, reason: '尺寸不合适', reason_code: 'does_not_fit' },
    buyer(story),
  )
  const approvedAt = askedAt + rng.between(2, 90) * MINUTE
  story.tell('aftersale', 'return.approved', approvedAt, { ...about, status: 'approved' }, robot('aftersale-rules'))
  if (scenario === 'return_not_sent' && rng.chance(0.4)) return
  const sentAt = approvedAt + (scenario === 'return_not_sent' ? rng.between(7.1, 9) * DAY : rng.between(4, 60) * HOUR)
  const receivedAt = sendBack(story, about, sentAt)
  if (receivedAt === null) return
  story.tell('aftersale', 'return.received', receivedAt, { ...about, warehouse_id: basket.warehouse.id })
  const inspectedAt = receivedAt + rng.between(0.2, 6) * HOUR
  story.tell('aftersale', 'return.inspected', inspectedAt, { ...about, status: 'as_new' }, agent(story))
  if (scenario === 'return_received_not_refunded' && rng.chance(0.3)) return
  refundPayment(story, {
    number: 1,
    paymentId,
    amount: basket.amounts.payable,
    atMs:
      inspectedAt +
      (scenario === 'return_received_not_refunded' ? rng.between(49, 130) * HOUR : rng.between(1, 40) * MINUTE),
    reason: '退货退款',
  })
}

/** The buyer's parcel on its way to the warehouse; null when nobody ever sees it again. */
function sendBack(story: Story, about: { return_id: string }, sentAt: number): number | null {
  const { rng, scenario, basket } = story
  const outward = parcelOf(story)
  const parcel = { ...outward, shipment_id: `${outward.shipment_id}-BACK`, tracking_no: `${outward.tracking_no}B` }
  const scan = (atMs: number, status: string, location: string): void =>
    story.tell('carrier', 'shipment.checkpoint', atMs, { ...parcel, status, location })
  story.tell('aftersale', 'return.shipped', sentAt, { ...about, ...parcel }, buyer(story))
  const pickedUpAt = sentAt + rng.between(1, 12) * HOUR
  scan(pickedUpAt, 'picked_up', basket.buyer.region.hub)
  if (scenario === 'return_stalled' && rng.chance(0.3)) return null
  const scannedAt = pickedUpAt + (scenario === 'return_stalled' ? rng.between(74, 130) : rng.between(10, 40)) * HOUR
  scan(scannedAt, 'in_transit', basket.warehouse.city)
  const arrivedAt = scannedAt + rng.between(4, 20) * HOUR
  story.tell('carrier', 'shipment.delivered', arrivedAt, {
    ...parcel,
    status: 'delivered',
    location: basket.warehouse.city,
  })
  return arrivedAt + rng.between(0.5, 5) * HOUR
}
