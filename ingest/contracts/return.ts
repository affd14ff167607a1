/** Goods on their way back to the seller. */
import { defineContract } from './contract.ts'

const source = '/shop/tmall/aftersale'

export const returnContracts = [
  defineContract('return.requested', {
    required: ['return_id'],
    optional: ['reason', 'reason_code', 'status', 'sku', 'quantity'],
    example: {
      source,
      authtype: 'app_user',
      data: { return_id: 'rt-401', reason: '尺寸不合适', reason_code: 'does_not_fit' },
    },
  }),
  defineContract('return.approved', {
    required: ['return_id'],
    optional: ['reason', 'status'],
    example: { source, data: { return_id: 'rt-401', status: 'approved' } },
  }),
  defineContract('return.rejected', {
    required: ['return_id'],
    optional: ['reason', 'status'],
    example: { source, data: { return_id: 'rt-401', reason: '超过退货期限' } },
  }),
  defineContract('return.shipped', {
    required: ['return_id'],
    optional: ['status', 'shipment_id', 'carrier_code', 'tracking_no'],
    example: { source, data: { return_id: 'rt-401', carrier_code: 'yto', tracking_no: 'YT7400112233' } },
  }),
  defineContract('return.received', {
    required: ['return_id'],
    optional: ['status', 'warehouse_id'],
    example: { source, data: { return_id: 'rt-401', warehouse_id: 'HZ-01' } },
  }),
  defineContract('return.inspected', {
    required: ['return_id'],
    optional: ['reason', 'status'],
    example: { source, data: { return_id: 'rt-401', status: 'as_new' } },
  }),
]
