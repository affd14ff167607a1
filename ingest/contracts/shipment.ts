/** The parcel's way, as the carrier tells it. A tracking number is unique only per carrier and time, so shipment_id is the key. */
import { defineContract } from './contract.ts'
import type { EventFieldName } from './fields.ts'

const source = '/shop/tmall/carrier'
const parcel = [
  'carrier_code',
  'tracking_no',
  'raw_status',
  'substatus',
  'location',
  'message',
] as const satisfies readonly EventFieldName[]
const tracked = { shipment_id: 'sp-9001', carrier_code: 'sf-express', tracking_no: 'SF1400312345678' }

export const shipmentContracts = [
  defineContract('shipment.handed_over', {
    required: ['shipment_id'],
    optional: [...parcel, 'fulfillment_id', 'warehouse_id', 'status'],
    example: { source: '/shop/tmall/wms', data: { ...tracked, fulfillment_id: 'ff-9001', warehouse_id: 'HZ-01' } },
  }),
  defineContract('shipment.checkpoint', {
    required: ['shipment_id', 'status'],
    optional: [...parcel, 'eta_from', 'eta_until'],
    example: {
      source,
      data: {
        ...tracked,
        status: 'in_transit',
        raw_status: '1002',
        location: '杭州转运中心',
        message: '快件已到达杭州转运中心',
      },
    },
  }),
  defineContract('shipment.eta_changed', {
    required: ['shipment_id', 'eta_until'],
    optional: ['eta_from', 'carrier_code', 'tracking_no', 'reason'],
    example: { source, data: { ...tracked, eta_until: '2026-09-07T10:00:00Z', reason: 'extreme_weather' } },
  }),
  defineContract('shipment.delivered', {
    required: ['shipment_id'],
    optional: [...parcel, 'status'],
    example: {
      source,
      data: { ...tracked, status: 'delivered', raw_status: '301', location: '杭州西湖区', message: '已签收' },
    },
  }),
  defineContract('shipment.exception', {
    required: ['shipment_id'],
    optional: [...parcel, 'status', 'reason'],
    example: { source, data: { ...tracked, status: 'failure', substatus: '007', message: '地址不详' } },
  }),
  defineContract('shipment.returned', {
    required: ['shipment_id'],
    optional: [...parcel, 'status', 'reason'],
    example: { source, data: { ...tracked, status: 'return_to_sender', substatus: '011' } },
  }),
]
