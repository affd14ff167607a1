/** What an issuer says of a person, as who they are and what they may do here. */
import type { RowScope } from '#transforms/query/request.ts'
import type { Role } from '../contract/permissions.ts'
import type { SignInProblem } from '../contract/sign-in-problems.ts'
import { isAddress } from '../mail/message.ts'
import type { OidcConfig } from './config.ts'

export type Claims = Readonly<Record<string, unknown>>

export type Granted = {
  readonly issuer: string
  readonly subject: string
  readonly email: string
  readonly name: string
  readonly role: Role
  /** Only the parts that the issuer says something about. */
  readonly scope: Partial<RowScope>
}

export type Reading =
  | { readonly kind: 'granted'; readonly granted: Granted }
  | { readonly kind: 'refused'; readonly problem: SignInProblem }

type Settings = Pick<OidcConfig, 'rolesClaim' | 'roles' | 'defaultRole' | 'scopeClaims'>

const refused = (problem: SignInProblem): Reading => ({ kind: 'refused', problem })

export function readClaims(settings: Settings, claims: Claims): Reading {
  const { iss, sub, email, email_verified } = claims
  // No longer than the standard allows, and nothing that PostgreSQL cannot hold.
  if (typeof iss !== 'string' || typeof sub !== 'string' || !/^[^\0]{1,255}$/.test(sub)) return refused('failed')
  // Many issuers do not say whether it is verified; one that says it is not, as a word or as a text, is believed.
  if (
    typeof email !== 'string' ||
    !isAddress(email.trim()) ||
    email.trim().length > 254 ||
    String(email_verified) === 'false'
  )
    return refused('no_email')
  const role = roleOf(settings, claims)
  if (role === null) return refused('no_role')
  const granted = {
    issuer: new URL(iss).href,
    subject: sub,
    email: email.trim(),
    name: nameOf(claims, email.trim()),
    role,
  }
  return { kind: 'granted', granted: { ...granted, scope: scopeOf(settings, claims) } }
}

/** Whether a claim that decides something is missing, so that it is worth asking the issuer further. */
export function isPartial({ rolesClaim, roles, scopeClaims }: Settings, claims: Claims): boolean {
  const named = [...(roles.length > 0 ? [rolesClaim] : []), ...Object.values(scopeClaims)]
  return ['email', ...named].some((name) => name !== null && valueOf(claims, name) === undefined)
}

function roleOf({ rolesClaim, roles, defaultRole }: Settings, claims: Claims): Role | null {
  const held = textsOf(valueOf(claims, rolesClaim))
  return roles.find(({ value }) => held.includes(value))?.role ?? defaultRole
}

/** A claim that should say something and does not says: nothing of it. */
function scopeOf({ scopeClaims }: Settings, claims: Claims): Partial<RowScope> {
  return Object.fromEntries(
    Object.entries(scopeClaims).flatMap(([part, name]) => {
      if (name === null) return []
      const values = textsOf(valueOf(claims, name))
      return [[part, values.includes('*') ? 'all' : values]]
    }),
  )
}

function nameOf(claims: Claims, email: string): string {
  const told = [claims['name'], claims['preferred_username'], email]
  const names = told.flatMap((one) => (typeof one === 'string' ? [one.replaceAll(/\p{Cc}+/gu, ' ').trim()] : []))
  return (names.find((one) => one !== '') ?? email).slice(0, 120)
}

/** By its whole name first, because names of claims may be addresses with dots in them. */
function valueOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Claims)[key] : undefined),
      claims,
    )
}

const textsOf = (value: unknown): string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string' && one !== '' && !one.includes('\0'))
