/** The money of one order in order of time, with what the shop holds after each movement. */
import type { z } from 'zod'
import type { OrderCost } from '#transforms/query/order-costs.ts'
import type { OrderRow } from '#transforms/query/orders.ts'
import type { ledgerEntrySchema } from '../../contract/orders.ts'

export type LedgerEntry = z.infer<typeof ledgerEntrySchema>
type Movement = Omit<LedgerEntry, 'balance'>

/**
 * What came in counts up, what went out down. The balance is in the order's currency; a cost in another one is told and
 * leaves it as it is.
 */
export function listLedger(
  { payments, refunds, currency }: Pick<OrderRow, 'payments' | 'refunds' | 'currency'>,
  costs: readonly OrderCost[],
): LedgerEntry[] {
  const movements = [
    ...payments
      .filter(({ status }) => status === 'succeeded')
      .map(
        ({ payment_id, amount, at }): Movement => ({
          kind: 'captured',
          id: payment_id,
          at,
          amount,
          currency,
          note: '',
        }),
      ),
    ...refunds
      .filter(({ status }) => status === 'succeeded')
      .map(
        ({ refund_id, amount, settled_at }): Movement => ({
          kind: 'refunded',
          id: refund_id,
          at: settled_at,
          amount: -amount,
          currency,
          note: '',
        }),
      ),
    ...costs.flatMap(({ cost_id, cost_kind, amount, currency: own, incurred_at, reversed_at }): Movement[] => {
      const cost = { id: cost_id, currency: own, note: cost_kind }
      return [
        { ...cost, kind: 'cost', at: incurred_at, amount: -amount },
        ...(reversed_at === null ? [] : [{ ...cost, kind: 'cost_reversed' as const, at: reversed_at, amount }]),
      ]
    }),
  ]
  let balance = 0
  return movements
    .toSorted((a, b) => Date.parse(a.at ?? '') - Date.parse(b.at ?? '') || a.id.localeCompare(b.id))
    .map((movement) => {
      if (movement.currency === currency) balance += movement.amount
      return { ...movement, balance }
    })
}
