/** A coupon on its way from the wallet into an order, and back. */
import { defineContract } from './contract.ts'

const source = '/shop/tmall/marketing'
const coupon = { coupon_id: 'cp-1000-77', amount: 1000, currency: 'CNY' }

export const couponContracts = [
  defineContract('coupon.locked', {
    required: ['coupon_id'],
    optional: ['amount', 'currency'],
    example: { source, data: coupon },
  }),
  defineContract('coupon.redeemed', {
    required: ['coupon_id'],
    optional: ['amount', 'currency'],
    example: { source, data: coupon },
  }),
  defineContract('coupon.returned', {
    required: ['coupon_id'],
    optional: ['amount', 'currency', 'reason'],
    example: { source, data: coupon },
  }),
  defineContract('coupon.expired', {
    subject: 'any',
    required: ['coupon_id'],
    optional: ['amount', 'currency'],
    example: { source, subject: 'coupon/cp-1000-77', data: coupon },
  }),
]
