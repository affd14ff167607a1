/** Settings of signing in by OpenID Connect. Read with those of the API. */
import { z } from 'zod'
import { type Role, roles } from '../contract/permissions.ts'

const claim = z.string().min(1).max(200)

export const oidcEnvSchema = z.object({
  /** The issuer, as it calls itself; https, or http on this machine. Empty = people sign in with passwords only. */
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine(isSafe, 'expected an https address')
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1).max(200).optional(),
  /** Empty = a public client, which proves itself by PKCE alone. */
  OIDC_CLIENT_SECRET: z.string().min(1).max(4_000).optional(),
  /** What the button calls it: Sign in with … */
  OIDC_NAME: z.string().trim().min(1).max(60).optional(),
  OIDC_SCOPES: z
    .string()
    .regex(/^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'expected openid and others behind it, with a space between')
    .default('openid profile email'),
  /** Claim with the groups or roles of a person; a.b is b within a. */
  OIDC_ROLES_CLAIM: claim.default('groups'),
  /** value=role, comma-separated; the first that somebody has counts. In a value , = % and spaces are written %2C %3D %25 %20. */
  OIDC_ROLES: z.string().default('').transform(parseRoles),
  /** Role of who has none of these; empty = they are refused. */
  OIDC_DEFAULT_ROLE: z.enum(roles).exclude(['admin'], { error: 'expected a role other than admin' }).optional(),
  /** Claims that say which rows a person sees, * for all of them; empty = all, or what an admin sets. */
  OIDC_CHANNELS_CLAIM: claim.optional(),
  OIDC_REGIONS_CLAIM: claim.optional(),
  OIDC_SHOPS_CLAIM: claim.optional(),
  OIDC_ANOMALY_TYPES_CLAIM: claim.optional(),
  /** Who may still sign in with a password: everybody who has one, or admin: API_ADMIN_EMAIL alone, for when the issuer is away. */
  OIDC_PASSWORDS: z.enum(['everybody', 'admin']).default('everybody'),
})

export type OidcConfig = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  readonly name: string | null
  readonly scopes: string
  readonly rolesClaim: string
  readonly roles: readonly { readonly value: string; readonly role: Role }[]
  readonly defaultRole: Role | null
  /** By part of a person's scope; parts without a claim are not the issuer's to say. */
  readonly scopeClaims: Readonly<Record<'channels' | 'regions' | 'shops' | 'anomaly_types', string | null>>
  readonly passwords: 'everybody' | 'admin'
}

export class OidcConfigError extends Error {
  readonly code = 'CONFIG'
  readonly retryable = false
}

/** Null without an issuer. Throws one error that lists every bad variable by name, never its value. */
export function loadOidcConfig(env: Readonly<Record<string, string | undefined>>): OidcConfig | null {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = oidcEnvSchema.safeParse(given)
  const bad = parsed.success ? [] : parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)
  if (given['OIDC_ISSUER'] === undefined) {
    const alone = Object.keys(given).filter((name) => name.startsWith('OIDC_'))
    if (alone.length > 0) bad.push(`OIDC_ISSUER: set it too; without it ${alone.join(', ')} says nothing`)
  } else {
    if (given['OIDC_CLIENT_ID'] === undefined)
      bad.push('OIDC_CLIENT_ID: set it as well: the name of this client at the issuer')
    if (given['OIDC_ROLES'] === undefined && given['OIDC_DEFAULT_ROLE'] === undefined)
      bad.push('OIDC_ROLES: set it or OIDC_DEFAULT_ROLE; without either nobody could sign in')
    if (given['API_PUBLIC_URL'] === undefined)
      bad.push('API_PUBLIC_URL: set it as well: the issuer sends people back to this address')
    if (given['OIDC_PASSWORDS'] === 'admin' && given['API_ADMIN_EMAIL'] === undefined)
      bad.push('API_ADMIN_EMAIL: set it as well: nobody else would get in while the issuer is away')
  }
  if (bad.length > 0) throw new OidcConfigError(`cannot read the settings of OpenID Connect: ${bad.join('; ')}`)
  const v = parsed.data
  if (v?.OIDC_ISSUER === undefined || v.OIDC_CLIENT_ID === undefined) return null
  return Object.freeze({
    issuer: new URL(v.OIDC_ISSUER).href,
    clientId: v.OIDC_CLIENT_ID,
    clientSecret: v.OIDC_CLIENT_SECRET ?? null,
    name: v.OIDC_NAME ?? null,
    scopes: v.OIDC_SCOPES,
    rolesClaim: v.OIDC_ROLES_CLAIM,
    roles: v.OIDC_ROLES,
    defaultRole: v.OIDC_DEFAULT_ROLE ?? null,
    scopeClaims: {
      channels: v.OIDC_CHANNELS_CLAIM ?? null,
      regions: v.OIDC_REGIONS_CLAIM ?? null,
      shops: v.OIDC_SHOPS_CLAIM ?? null,
      anomaly_types: v.OIDC_ANOMALY_TYPES_CLAIM ?? null,
    },
    passwords: v.OIDC_PASSWORDS,
  })
}

/** What an issuer tells decides who gets in, so nobody on the way may change it. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return true // said already
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

function parseRoles(text: string, context: z.core.$RefinementCtx<string>): OidcConfig['roles'] {
  return text.split(',').flatMap((pair) => {
    if (pair.trim() === '') return []
    const [, written = '', name = ''] = /^\s*(\S+)=([a-z]+)\s*$/.exec(pair) ?? []
    const role = roles.find((each) => each === name)
    const value = decoded(written)
    if (role !== undefined && value !== null) return [{ value, role }]
    context.addIssue(`expected value=role pairs, comma-separated, each role one of ${roles.join(', ')}`)
    return []
  })
}

function decoded(written: string): string | null {
  try {
    return decodeURIComponent(written)
  } catch {
    return null // a % that stands for nothing
  }
}
