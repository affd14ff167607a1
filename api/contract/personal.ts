/** Personal data is hidden wherever it stands; who may reveals one message at a time, says why, and is written down.
 * POST /api/orders/:order_id/reveal      → one landed message of an order as it was sent
 * POST /api/data/dead-letters/reveal     → the same of a dead letter, where the body has a `reason`
 */
import { z } from 'zod'
import { messagePlaceSchema } from './data.ts'

export const revealReasonSchema = z.string().trim().min(3).max(500)
/** Where the message landed: as told beside it. */
export const revealBodySchema = z.strictObject({
  topic: z.string().min(1).max(256),
  partition: z.int().min(0).max(65_535),
  offset: z.string().regex(/^\d{1,20}$/),
  reason: revealReasonSchema,
})
export type RevealBody = z.infer<typeof revealBodySchema>
export const revealReplySchema = z.object({ value: z.string() })

/** Without a reason, what is personal in the message is hidden. */
export const messageBodySchema = messagePlaceSchema.extend({ reason: revealReasonSchema.optional() })
