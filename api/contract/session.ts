/** People, sign-in and what a person may see and do. */
import { z } from 'zod'
import { rowScopeSchema } from '#transforms/query/request.ts'
import { roles } from './permissions.ts'

export const roleSchema = z.enum(roles)

export const personSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  scope: rowScopeSchema,
  /** Largest amount one money action of this person may move, in minor units of its currency; 0 = none. */
  money_limit: z.int().nonnegative(),
  /** The same for all of a day of theirs together, by currency: the 24 hours before each action. Null = no such limit. */
  money_limit_day: z.int().nonnegative().nullable(),
  /** The same for what one customer was given by them within 30 days. Null = no such limit. */
  money_limit_customer: z.int().nonnegative().nullable(),
})
export type Person = z.infer<typeof personSchema>

/** POST /api/session */
export const signInBodySchema = z.strictObject({
  email: z.string().min(3).max(254),
  password: z.string().min(1).max(512),
})
/** GET and POST /api/session. `csrf_token` goes into the `x-csrf-token` header of every mutating request. */
export const sessionSchema = z.object({ person: personSchema, csrf_token: z.string() })
export type Session = z.infer<typeof sessionSchema>

/** GET /api/session/demo: the demo people of an embedded installation; empty anywhere else. */
export const demoPeopleSchema = z.array(
  z.object({
    email: z.string(),
    password: z.string(),
    name: z.string(),
    role: roleSchema,
    about: z.object({ en: z.string(), zh: z.string() }),
  }),
)
