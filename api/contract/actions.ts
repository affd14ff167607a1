/** Actions: what a person may do to an order, and what became of it.
 * GET  /api/orders/:order_id/actions → what is legal now (others say why not), and the actions so far
 * POST /api/orders/:order_id/actions → 202; header `idempotency-key` required (UUID); same key + same body answers the same action,
 *                                      same key + other body is 422, in flight is 409
 */
import { z } from 'zod'

export const actionKindSchema = z.enum(['cancel_order', 'refund_payment'])
export type ActionKind = z.infer<typeof actionKindSchema>

/** Why an action is refused; the portal words them. Also `reason` of an error with the code `action_refused`. */
export const actionRefusals = [
  'role_may_not',
  'historic_order',
  'already_requested',
  'already_canceled',
  'already_paid',
  'already_shipped',
  'no_duplicate_payment',
  'already_refunded',
  'above_limit',
  'above_day_limit',
  'above_customer_limit',
  'amount_changed',
] as const
export type ActionRefusal = (typeof actionRefusals)[number]

export const legalActionSchema = z.object({
  kind: actionKindSchema,
  allowed: z.boolean(),
  /** Why not, one of `actionRefusals`; empty when allowed. */
  reason: z.string(),
  /** For refunds: the payment and the amount that would be returned. */
  payment_id: z.string(),
  amount: z.number(),
  currency: z.string(),
  /** The anomaly this action answers; empty when none. */
  anomaly_id: z.string(),
})
export type LegalAction = z.infer<typeof legalActionSchema>

export const actionBodySchema = z.strictObject({
  kind: actionKindSchema,
  payment_id: z.string().max(256).optional(),
  amount: z.int().positive().optional(),
  reason: z.string().trim().min(1).max(500),
})
export type ActionBody = z.infer<typeof actionBodySchema>

/**
 * queued → sent → succeeded | failed; in_doubt when an outside system's answer is not known. parked: asked for while nobody
 * could look at the order; queued or failed when somebody can.
 */
export const actionStateSchema = z.enum(['parked', 'queued', 'sent', 'succeeded', 'failed', 'in_doubt'])
export const actionSchema = z.object({
  id: z.string(),
  kind: actionKindSchema,
  order_id: z.string(),
  payment_id: z.string(),
  amount: z.number(),
  currency: z.string(),
  reason: z.string(),
  state: actionStateSchema,
  requested_by: z.string(),
  requested_by_name: z.string(),
  requested_at: z.string(),
  settled_at: z.string().nullable(),
  detail: z.string(),
})
export type Action = z.infer<typeof actionSchema>
export const orderActionsSchema = z.object({
  legal: z.array(legalActionSchema),
  actions: z.array(actionSchema),
  /** Where nobody can look at the order now: of what instant the facts are by which this is legal. What is asked for is parked. */
  kept_at: z.string().nullable(),
})
export type OrderActions = z.infer<typeof orderActionsSchema>
