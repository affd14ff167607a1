/** What the rules of actions need to know about an order; a part of what the query door returns. */
export type OrderFacts = {
  readonly order_id: string
  /** Empty where it is not known. */
  readonly buyer_id: string
  readonly currency: string
  readonly historic: boolean
  readonly canceled: boolean
  readonly amount_paid: number
  readonly shipped: boolean
  readonly payments: readonly {
    readonly payment_id: string
    readonly status: string
    readonly amount: number
    readonly at: string | null
  }[]
  readonly refunds: readonly {
    readonly payment_id: string
    readonly amount: number
    readonly status: string
    readonly causation_id: string
  }[]
  /** Open duplicate payments: the anomaly and the payment it is attached to, if it names one. */
  readonly duplicates: readonly { readonly anomaly_id: string; readonly payment_id: string }[]
  /** The open anomaly that canceling would answer; empty when none. */
  readonly unpaid_anomaly_id: string
}

const NEVER_PAID_OUT = new Set(['failed', 'canceled', 'rejected'])

/** What left a payment by other hands than ours: every refund of it under way or done that no action of ours caused. */
export function refundedElsewhere(order: OrderFacts, paymentId: string): number {
  return order.refunds
    .filter(
      (refund) =>
        refund.payment_id === paymentId &&
        !NEVER_PAID_OUT.has(refund.status) &&
        !refund.causation_id.startsWith('action:'),
    )
    .reduce((sum, refund) => sum + refund.amount, 0)
}
