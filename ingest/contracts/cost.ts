/** What a thing gone wrong costs the shop beside the money of the order itself: bills of platforms and carriers, goodwill, goods sent again. */
import { defineContract } from './contract.ts'

const cost = { cost_id: 'cost-901', cost_kind: 'penalty', amount: 500, currency: 'CNY' }

export const costContracts = [
  defineContract('cost.incurred', {
    // `cost_kind`: penalty (of a platform or carrier), compensation (to the buyer), reship (goods sent again) or write_off.
    required: ['cost_id', 'cost_kind', 'amount'],
    optional: ['currency', 'payment_id', 'shipment_id', 'return_id', 'anomaly_id', 'reason', 'reason_code'],
    example: {
      source: '/shop/tmall/finance',
      data: { ...cost, reason: '延迟发货赔付', reason_code: 'late_dispatch' },
    },
  }),
  // An appeal was won, or the cost was booked in error.
  defineContract('cost.reversed', {
    required: ['cost_id'],
    optional: ['amount', 'currency', 'reason', 'reason_code'],
    example: { source: '/shop/tmall/finance', data: { cost_id: cost.cost_id, reason: '申诉成功' } },
  }),
]
