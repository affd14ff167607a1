/** An order's way as promises and facts, in the order they should happen. */
import type { z } from 'zod'
import type { milestoneSchema } from '../../contract/orders.ts'
import type { OrderRow } from '#transforms/query/orders.ts'

export type Milestone = z.infer<typeof milestoneSchema>
export type Promises = Pick<
  OrderRow,
  | 'created_at'
  | 'paid_at'
  | 'label_created_at'
  | 'handed_over_at'
  | 'first_scan_at'
  | 'delivered_at'
  | 'canceled_at'
  | 'payment_expires_at'
  | 'promised_ship_by'
  | 'promised_delivery_until'
>

export function listMilestones(order: Promises, now: Date): Milestone[] {
  const way: Pick<Milestone, 'name' | 'promised_at' | 'happened_at'>[] = [
    { name: 'created', promised_at: null, happened_at: order.created_at },
    { name: 'paid', promised_at: order.payment_expires_at, happened_at: order.paid_at },
    { name: 'label', promised_at: null, happened_at: order.label_created_at },
    { name: 'handed_over', promised_at: order.promised_ship_by, happened_at: order.handed_over_at },
    { name: 'first_scan', promised_at: null, happened_at: order.first_scan_at },
    { name: 'delivered', promised_at: order.promised_delivery_until, happened_at: order.delivered_at },
  ]
  const last = way.findLastIndex((step) => step.happened_at !== null)
  return way.map((step, i) => ({ ...step, state: stateOf(step, i < last || order.canceled_at !== null, now) }))
}

function stateOf(
  { promised_at, happened_at }: Pick<Milestone, 'promised_at' | 'happened_at'>,
  isPast: boolean,
  now: Date,
): Milestone['state'] {
  if (happened_at !== null)
    return promised_at !== null && Date.parse(happened_at) > Date.parse(promised_at) ? 'late' : 'done'
  if (isPast) return 'skipped'
  return promised_at !== null && Date.parse(promised_at) < now.getTime() ? 'overdue' : 'waiting'
}
