/** The order itself, as the shop tells it. */
import { defineContract } from './contract.ts'
import type { EventFieldName } from './fields.ts'

const terms = [
  'order_no',
  'shop_id',
  'buyer_name',
  'buyer_phone_tail',
  'region',
  'amount_payable',
  'amount_items',
  'amount_freight',
  'amount_discount',
  'payment_expires_at',
  'promised_ship_by',
  'promised_delivery_from',
  'promised_delivery_until',
  'source_status',
  'lines',
] as const satisfies readonly EventFieldName[]

export const orderContracts = [
  defineContract('order.created', {
    required: ['channel', 'currency', 'buyer_id'],
    optional: terms,
    example: {
      recordedtime: '2026-09-01T04:15:30.410Z',
      sequence: '1',
      authtype: 'app_user',
      authid: 'buyer-88121',
      data: {
        order_no: '20260901-000123',
        channel: 'tmall',
        shop_id: 'tmall-flagship',
        buyer_id: 'buyer-88121',
        buyer_name: '王小明',
        buyer_phone_tail: '4821',
        region: '浙江',
        currency: 'CNY',
        amount_payable: 25800,
        amount_items: 26800,
        amount_freight: 0,
        amount_discount: 1000,
        payment_expires_at: '2026-09-01T04:45:30.250Z',
        promised_ship_by: '2026-09-03T04:15:30.250Z',
        promised_delivery_from: '2026-09-04T01:00:00Z',
        promised_delivery_until: '2026-09-06T10:00:00Z',
        source_status: 'WAIT_BUYER_PAY',
        lines: [
          {
            line_id: '1',
            sku: 'TEA-LJ-250',
            name: '明前龙井 250g',
            category: 'food',
            seller_id: 'seller-12',
            seller_region: '浙江',
            quantity: 2,
            unit_price: 13400,
            amount: 26800,
            freight: 0,
          },
        ],
      },
    },
  }),
  defineContract('order.confirmed', {
    optional: ['source_status', 'promised_ship_by', 'promised_delivery_from', 'promised_delivery_until'],
    example: { data: { source_status: 'WAIT_SELLER_SEND_GOODS' } },
  }),
  defineContract('order.held', {
    required: ['hold_reason'],
    optional: ['reason', 'source_status'],
    example: { data: { hold_reason: 'incorrect_address', reason: '门牌号缺失' } },
  }),
  defineContract('order.hold_released', {
    optional: ['reason', 'source_status'],
    example: { data: { reason: '地址已更正' } },
  }),
  defineContract('order.updated', {
    optional: ['channel', 'currency', 'buyer_id', ...terms],
    example: { data: { promised_ship_by: '2026-09-04T04:15:30Z' } },
  }),
  defineContract('order.cancel_requested', { optional: ['reason'], example: { data: { reason: '不想要了' } } }),
  defineContract('order.canceled', {
    optional: ['reason', 'source_status'],
    example: { data: { reason: '超时未支付', source_status: 'TRADE_CLOSED' } },
  }),
  defineContract('order.completed', {
    optional: ['source_status'],
    example: { data: { source_status: 'TRADE_FINISHED' } },
  }),
  defineContract('order.closed', {
    optional: ['reason', 'source_status'],
    example: { data: { source_status: 'TRADE_CLOSED' } },
  }),
]
