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

/** GET /api/session/ways: how people sign in here. */
export const signInWaysSchema = z.object({
  /** The issuer of OpenID Connect, by the name the installation gives it; null where there is none. */
  provider: z.object({ name: z.string().nullable() }).nullable(),
  /** Who may sign in with a password. */
  passwords: z.enum(['everybody', 'admin']),
  /** Where mails about forgotten passwords go: out, or into files that an admin opens. */
  mail: z.enum(['smtp', 'file']),
})
export type SignInWays = z.infer<typeof signInWaysSchema>

/** GET /api/session/oidc/start. `next` is the address within the portal to come back to: of a number, all that it is of. */
export const providerQuerySchema = z.strictObject({ next: z.string().max(12_000).optional() })
const told = z.string().max(4_096).optional()
/** GET /api/session/oidc/callback, as the issuer sends people there; it may say more. */
export const providerAnswerSchema = z.object({
  code: told,
  state: told,
  iss: told,
  error: told,
  error_description: told,
})

/** POST /api/session/reset. The answer is the same whoever it is. */
export const resetBodySchema = z.strictObject({
  email: z.string().min(3).max(254),
  language: z.enum(['en', 'zh']).default('en'),
})

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
