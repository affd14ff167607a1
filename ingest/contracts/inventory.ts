/** Stock set aside for orders, and stock itself. */
import { defineContract } from './contract.ts'

const source = '/shop/tmall/wms'
const stock = { sku: 'TEA-LJ-250', quantity: 2, warehouse_id: 'HZ-01' }
const reservation = { ...stock, reservation_id: 'rs-9001' }

export const inventoryContracts = [
  defineContract('inventory.reserved', {
    required: ['sku', 'quantity'],
    optional: ['warehouse_id', 'reservation_id'],
    example: { source, data: reservation },
  }),
  defineContract('inventory.released', {
    required: ['sku', 'quantity'],
    optional: ['warehouse_id', 'reservation_id', 'reason'],
    example: { source, data: { ...reservation, reason: 'order_canceled' } },
  }),
  defineContract('inventory.allocated', {
    required: ['sku', 'quantity'],
    optional: ['warehouse_id', 'reservation_id', 'fulfillment_id'],
    example: { source, data: reservation },
  }),
  defineContract('inventory.adjusted', {
    subject: 'any',
    required: ['sku', 'quantity'],
    optional: ['warehouse_id', 'reason'],
    example: { source, subject: 'sku/TEA-LJ-250', data: { ...stock, quantity: -3, reason: 'damaged' } },
  }),
  defineContract('inventory.shortage', {
    subject: 'any',
    required: ['sku'],
    optional: ['quantity', 'warehouse_id', 'reservation_id', 'reason'],
    example: { source, subject: 'order/TM20260901000123', data: stock },
  }),
]
