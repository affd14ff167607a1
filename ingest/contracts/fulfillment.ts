/** Work inside the warehouse until the parcel has a label. */
import { defineContract } from './contract.ts'

const source = '/shop/tmall/wms'

export const fulfillmentContracts = [
  defineContract('fulfillment.created', {
    required: ['fulfillment_id'],
    optional: ['warehouse_id', 'status', 'reason'],
    example: { source, data: { fulfillment_id: 'ff-9001', warehouse_id: 'HZ-01' } },
  }),
  defineContract('fulfillment.rejected', {
    required: ['fulfillment_id'],
    optional: ['warehouse_id', 'reason'],
    example: { source, data: { fulfillment_id: 'ff-9001', warehouse_id: 'HZ-01', reason: 'not_in_stock' } },
  }),
  defineContract('fulfillment.packed', {
    required: ['fulfillment_id'],
    optional: ['warehouse_id', 'shipment_id'],
    example: { source, data: { fulfillment_id: 'ff-9001', warehouse_id: 'HZ-01' } },
  }),
  defineContract('fulfillment.label_created', {
    required: ['shipment_id'],
    optional: ['fulfillment_id', 'warehouse_id', 'carrier_code', 'tracking_no'],
    example: {
      source,
      data: {
        shipment_id: 'sp-9001',
        fulfillment_id: 'ff-9001',
        warehouse_id: 'HZ-01',
        carrier_code: 'sf-express',
        tracking_no: 'SF1400312345678',
      },
    },
  }),
]
