/** Promises a system makes explicitly, instead of leaving them to a default rule. */
import { defineContract } from './contract.ts'

export const expectationContracts = [
  defineContract('expectation.set', {
    required: ['expectation_kind', 'due_at'],
    optional: ['reason'],
    example: { data: { expectation_kind: 'ship_by', due_at: '2026-09-03T04:15:30Z' } },
  }),
  defineContract('expectation.changed', {
    required: ['expectation_kind', 'due_at'],
    optional: ['reason'],
    example: { data: { expectation_kind: 'ship_by', due_at: '2026-09-04T04:15:30Z', reason: 'buyer_agreed' } },
  }),
]
