/** What the carrier tells of a parcel. */
import type { Story } from './timeline.ts'

type Parcel = { readonly shipment_id: string; readonly carrier_code: string; readonly tracking_no: string }

export function parcelOf({ orderId, basket }: Pick<Story, 'orderId' | 'basket'>): Parcel {
  return { shipment_id: `SP-${orderId}`, carrier_code: basket.carrier.code, tracking_no: basket.trackingNo }
}

export function scan(story: Story, atMs: number, status: string, location: string, parcel = parcelOf(story)): void {
  const message = `【${location}】${words[status] ?? ''}`
  story.tell('carrier', 'shipment.checkpoint', atMs, {
    ...parcel,
    status,
    raw_status: rawStatus[status] ?? '',
    location,
    message,
  })
}

export function deliver(story: Story, atMs: number, location: string, parcel = parcelOf(story)): void {
  story.tell('carrier', 'shipment.delivered', atMs, {
    ...parcel,
    status: 'delivered',
    raw_status: '301',
    location,
    message: '已签收',
  })
}

export function stumble(story: Story, atMs: number, substatus: string): void {
  const location = story.basket.buyer.region.hub
  story.tell('carrier', 'shipment.exception', atMs, { ...parcelOf(story), status: 'failure', substatus, location })
}

const rawStatus: Readonly<Record<string, string>> = { picked_up: '103', in_transit: '1002', out_for_delivery: '5' }
const words: Readonly<Record<string, string>> = {
  picked_up: '快件已揽收',
  in_transit: '快件已到达转运中心',
  out_for_delivery: '派件中',
}
