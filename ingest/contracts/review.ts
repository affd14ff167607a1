/** What the buyer thought of it. */
import { defineContract } from './contract.ts'

export const reviewContracts = [
  defineContract('review.submitted', {
    required: ['review_id', 'score'],
    optional: ['message'],
    example: {
      source: '/shop/tmall/reviews',
      authtype: 'app_user',
      data: { review_id: 'rv-88', score: 5, message: '包装很好，物流快' },
    },
  }),
]
