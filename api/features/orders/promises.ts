/** What has become of an order's promises by an instant. */
import type { z } from 'zod'
import type { PromiseRow } from '#transforms/query/order-promises.ts'
import type { promiseSchema } from '../../contract/orders.ts'

export type OrderPromise = z.infer<typeof promiseSchema>

export const listPromises = (rows: readonly PromiseRow[], now: Date): OrderPromise[] =>
  rows.map((row) => ({ ...row, state: stateOf(row, now.getTime()) }))

/** The same words as the metrics of promises: broken is what had passed before anything met it or took its meaning. */
function stateOf(row: PromiseRow, nowMs: number): OrderPromise['state'] {
  const due = Date.parse(row.due_at)
  const [met, ended] = [msOf(row.met_at), msOf(row.void_at)]
  if (met <= due && met <= ended) return 'kept'
  if (ended <= due) return 'void'
  if (due <= nowMs) return met < Infinity ? 'late' : 'broken'
  return Date.parse(row.at_risk_at) <= nowMs ? 'at_risk' : 'running'
}

const msOf = (instant: string | null): number => (instant === null ? Infinity : Date.parse(instant))
