/** The operator log: what a person or a robot did in some back office. */
import { defineContract } from './contract.ts'

export const operationContracts = [
  defineContract('operation.performed', {
    subject: 'any',
    required: ['action'],
    optional: ['target', 'before', 'after', 'reason_code', 'reason', 'channel'],
    example: {
      source: '/shop/tmall/desk',
      subject: 'order/TM20260901000123',
      authtype: 'user',
      authid: 'agent-7',
      data: {
        action: 'change_address',
        target: 'shipping_address',
        before: '文三路 1 号',
        after: '文三路 100 号',
        reason_code: 'buyer_request',
        channel: 'tmall',
      },
    },
  }),
]
