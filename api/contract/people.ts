/** People of the installation, for who manages them; and the links by which somebody sets a password.
 * GET   /api/people                      → everybody, disabled ones included
 * POST  /api/people                      → 201; the person, and the link to hand over
 * PATCH /api/people/:person_id           → what was sent is changed, the rest stays; ends the person's sessions
 * POST  /api/people/:person_id/link      → a new link; older ones are void
 * GET   /api/people/:person_id/mail      → the mail with their link, where mails become files
 * POST  /api/session/password            → sets a password by such a link, once
 */
import { z } from 'zod'
import { personSchema, roleSchema } from './session.ts'
import { rowScopeSchema } from '#transforms/query/request.ts'

const limit = z.int().nonnegative().max(1_000_000_000_000)
const editable = {
  name: z.string().trim().min(1).max(120),
  role: roleSchema,
  scope: rowScopeSchema,
  money_limit: limit,
  money_limit_day: limit.nullable(),
  money_limit_customer: limit.nullable(),
}
export const newPersonSchema = z.strictObject({
  email: z.email().max(254),
  ...editable,
  scope: rowScopeSchema.default({ channels: 'all', regions: 'all', shops: 'all', anomaly_types: 'all' }),
  money_limit: limit.default(0),
  money_limit_day: limit.nullable().default(null),
  money_limit_customer: limit.nullable().default(null),
})
export type NewPersonBody = z.input<typeof newPersonSchema>
export const personChangeSchema = z
  .strictObject({
    ...editable,
    disabled: z.boolean(),
    /** What the issuer calls this person, who from now on signs in there. */
    subject: z.string().min(1).max(255),
  })
  .partial()
export type PersonChange = z.input<typeof personChangeSchema>

export const managedPersonSchema = personSchema.extend({
  is_demo: z.boolean(),
  disabled_at: z.string().nullable(),
  created_at: z.string(),
  /** False until the first password is set. */
  has_password: z.boolean(),
  seen_at: z.string().nullable(),
  /** Where this person signs in, and as whom; null for who has a password here, or will. */
  provider: z.object({ issuer: z.string(), subject: z.string() }).nullable(),
  /** A mail with a link for a new password lies in this installation's mailbox. */
  mail_waiting: z.boolean(),
})
export type ManagedPerson = z.infer<typeof managedPersonSchema>
export const peopleReplySchema = z.object({ people: z.array(managedPersonSchema) })

/** Shown once: only its hash is kept. `path` is an address of the portal. */
export const linkSchema = z.object({ path: z.string(), expires_at: z.string() })
export const invitedSchema = z.object({ person: managedPersonSchema, link: linkSchema })
export type Invited = z.infer<typeof invitedSchema>

export const passwordBodySchema = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  password: z.string().max(512),
})
