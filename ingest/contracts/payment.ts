/** Attempts to pay and what became of them. `payment.succeeded` and `payment.captured` of one payment_id are one payment. */
import { defineContract } from './contract.ts'

const source = '/shop/tmall/payment'
const paid = { payment_id: 'pay-70011', amount: 25800, currency: 'CNY', method: 'alipay', provider: 'alipay' }

export const paymentContracts = [
  defineContract('payment.created', {
    required: ['payment_id', 'amount', 'currency'],
    optional: ['method', 'provider'],
    example: { source, data: paid },
  }),
  /** `due_at`: when the authorisation lapses. */
  defineContract('payment.authorized', {
    required: ['payment_id', 'amount', 'currency'],
    optional: ['method', 'provider', 'due_at'],
    example: {
      source,
      data: { ...paid, method: 'card', provider: 'adyen', due_at: '2026-09-08T04:15:30Z' },
    },
  }),
  defineContract('payment.processing', {
    required: ['payment_id'],
    optional: ['amount', 'currency', 'method', 'provider'],
    example: { source, data: { payment_id: 'pay-70011', method: 'bank_transfer' } },
  }),
  defineContract('payment.failed', {
    required: ['payment_id'],
    optional: ['amount', 'currency', 'method', 'provider', 'failure_code'],
    example: { source, data: { ...paid, failure_code: 'insufficient_funds' } },
  }),
  defineContract('payment.succeeded', {
    required: ['payment_id', 'amount', 'currency'],
    optional: ['method', 'provider'],
    example: { source, data: paid },
  }),
  defineContract('payment.captured', {
    required: ['payment_id', 'amount', 'currency'],
    optional: ['method', 'provider'],
    example: { source, data: paid },
  }),
  defineContract('payment.voided', {
    required: ['payment_id'],
    optional: ['amount', 'currency', 'method', 'provider'],
    example: { source, data: { payment_id: 'pay-70011' } },
  }),
  defineContract('payment.expired', {
    required: ['payment_id'],
    optional: ['amount', 'currency', 'method', 'provider'],
    example: { source, data: { payment_id: 'pay-70011' } },
  }),
]
