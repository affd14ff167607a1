/** Keys by which machines ask, each in the name of a person.
 * GET    /api/keys          → one's own; everybody's for who manages people
 * POST   /api/keys          → 201; the key, and its secret, which is told only now
 * DELETE /api/keys/:key_id  → refused from the next request on
 */
import { z } from 'zod'
import { rowScopeSchema } from '#transforms/query/request.ts'
import { machinePermissions } from './permissions.ts'

export const machinePermissionSchema = z.enum(machinePermissions)

export const newKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  permissions: z.array(machinePermissionSchema).min(1).max(machinePermissions.length),
  /** As its maker's unless said; what its maker does not see, it does not see either. */
  scope: rowScopeSchema.optional(),
  /** In 90 days unless said, in a year at the latest. */
  expires_at: z.iso.datetime({ offset: true }).optional(),
})
export type NewKeyBody = z.input<typeof newKeySchema>

export const apiKeySchema = z.object({
  id: z.string(),
  /** How the secret begins. */
  prefix: z.string(),
  name: z.string(),
  person_id: z.string(),
  person_name: z.string(),
  permissions: z.array(machinePermissionSchema),
  scope: rowScopeSchema,
  /** `disabled`: the person is. */
  state: z.enum(['active', 'expired', 'revoked', 'disabled']),
  created_at: z.string(),
  expires_at: z.string(),
  revoked_at: z.string().nullable(),
  /** To the minute. */
  used_at: z.string().nullable(),
  /** The network address of that use. */
  used_from: z.string().nullable(),
})
export type ApiKey = z.infer<typeof apiKeySchema>
export const keysReplySchema = z.object({ keys: z.array(apiKeySchema) })
/** The secret is kept as a hash only: who loses it makes another key. */
export const madeKeySchema = z.object({ key: apiKeySchema, secret: z.string() })
export type MadeKey = z.infer<typeof madeKeySchema>
