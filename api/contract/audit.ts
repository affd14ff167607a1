/** Who did and saw what.
 * GET /api/audit?order_id=&person_id=&verb=&subject=&text=&from=&to=&limit=&cursor= → the newest first
 * GET /api/audit/chain                                                             → whether the chain holds, as last checked
 */
import { z } from 'zod'
import { cursorSchema, nextCursorSchema, pageLimit } from './pages.ts'

const instant = z.iso.datetime({ offset: true })

export const auditQuerySchema = z.strictObject({
  order_id: z.string().min(1).max(256).optional(),
  person_id: z.string().min(1).max(64).optional(),
  /** Its beginning will do. */
  verb: z
    .string()
    .regex(/^[a-z][a-z_.]{0,63}$/)
    .optional(),
  /** Its beginning will do. */
  subject: z.string().min(1).max(300).optional(),
  /** Words that stand in who it was, what it was about, or the detail; all of them, in any case and order. */
  text: z.string().min(1).max(200).optional(),
  from: instant.optional(),
  /** Not this instant itself any more. */
  to: instant.optional(),
  limit: pageLimit(500, 100),
  cursor: cursorSchema,
})

export const auditEntrySchema = z.object({
  seq: z.string(),
  at: z.string(),
  person_id: z.string(),
  person_name: z.string(),
  verb: z.string(),
  subject: z.string(),
  order_id: z.string().nullable(),
  /** `key` names the key that was used, where it was one. */
  detail: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>
export const auditReplySchema = z.object({ entries: z.array(auditEntrySchema), next_cursor: nextCursorSchema })

export const auditChainQuerySchema = z.strictObject({ again: z.literal('1').optional() })
export const auditChainSchema = z.object({
  is_checking: z.boolean(),
  /** Null until this process has checked it once. */
  checked_at: z.string().nullable(),
  entries: z.int(),
  /** The first entry that does not fit. */
  broken_at: z.string().nullable(),
  newest: z.object({ seq: z.string(), hash: z.string() }).nullable(),
})
export type AuditChain = z.infer<typeof auditChainSchema>
