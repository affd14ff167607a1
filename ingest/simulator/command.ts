/** What the desk asks the outside systems to do. */
import { z } from 'zod'

export const commandKinds = ['cancel_order', 'refund_payment', 'reship', 'notify_buyer', 'requery_payment'] as const

export const commandSchema = z.looseObject({
  /** The idempotency key: the same id is the same command, for ever. */
  command_id: z.string().min(1).max(128),
  kind: z.enum(commandKinds),
  order_id: z.string().min(1).max(256),
  payment_id: z.string().nullish(),
  /** Minor units; the warehouse sends 64-bit integers as text. */
  amount: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ])
    .nullish(),
  currency: z.string().nullish(),
  reason: z.string().nullish(),
  requested_by: z.string().nullish(),
  auth_type: z.enum(['user', 'service_account']).nullish(),
  at: z.string().nullish(),
  template: z.string().nullish(),
  medium: z.string().nullish(),
})
export type Command = z.infer<typeof commandSchema>
