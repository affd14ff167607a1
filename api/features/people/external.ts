/**
 * People who sign in at an issuer: known by what it calls them and by nothing else, so that nobody gets somebody's account by
 * an e-mail address. They are made when they first come; what they may do is what the issuer says each time.
 */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { isDeepStrictEqual } from 'node:util'
import { unrestricted } from '#transforms/query/request.ts'
import type { Person } from '../../contract/session.ts'
import type { SignInProblem } from '../../contract/sign-in-problems.ts'
import { ApiError } from '../../errors.ts'
import type { Granted } from '../../oidc/claims.ts'
import { appendAudit } from '../audit/audit.ts'
import { NO_PASSWORD, type PersonRow, canonicalEmail, toPerson } from './people.ts'

export type Admission =
  | { readonly kind: 'admitted'; readonly person: Person }
  | { readonly kind: 'refused'; readonly problem: SignInProblem; readonly personId: string }

/** In the caller's transaction. Who came twice at once is made once. */
export async function admit(trx: Knex.Transaction, granted: Granted, at: Date): Promise<Admission> {
  const { issuer, subject } = granted
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${issuer} ${subject}`])
  const known = await trx('identities').where({ issuer, subject }).first<{ person_id: string } | undefined>('person_id')
  return known === undefined ? make(trx, granted, at) : renew(trx, known.person_id, granted, at)
}

async function make(trx: Knex.Transaction, granted: Granted, at: Date): Promise<Admission> {
  const { issuer, subject, name, role } = granted
  const email = canonicalEmail(granted.email)
  const scope = { ...unrestricted, ...granted.scope }
  const id = randomUUID()
  const added = await trx<PersonRow>('people')
    .insert({ id, email, name, role, scope: JSON.stringify(scope) as never, password_hash: NO_PASSWORD })
    .onConflict('email')
    .ignore()
    .returning('*')
  if (added.length === 0) {
    const other = await trx<PersonRow>('people').where({ email }).first('id')
    return { kind: 'refused', problem: 'account_exists', personId: other?.id ?? '' }
  }
  await trx('identities').insert({ issuer, subject, person_id: id, made_at: at })
  const detail = { email, name, role, scope, issuer, sub: subject }
  await appendAudit(trx, { at, person: null, verb: 'person.added', subject: `person/${id}`, detail })
  return { kind: 'admitted', person: personOf(added[0]) }
}

/** Another role or scope than before ends the sessions with the one before, as a change by an admin does. */
async function renew(trx: Knex.Transaction, id: string, granted: Granted, at: Date): Promise<Admission> {
  const row = await trx<PersonRow>('people').where({ id }).forUpdate().first()
  if (row?.disabled_at !== null) return { kind: 'refused', problem: 'disabled', personId: id }
  const before = personOf(row)
  const after = { name: granted.name, role: granted.role, scope: { ...before.scope, ...granted.scope } }
  const changed = Object.fromEntries(
    Object.entries(after).filter(([key, value]) => !isDeepStrictEqual(value, before[key as keyof typeof after])),
  )
  if (Object.keys(changed).length > 0) {
    await trx('people')
      .where({ id })
      .update({ ...after, scope: JSON.stringify(after.scope) })
    if ('role' in changed || 'scope' in changed) await trx('sessions').where({ person_id: id }).del()
    await appendAudit(trx, { at, person: null, verb: 'person.changed', subject: `person/${id}`, detail: changed })
  }
  return { kind: 'admitted', person: { ...before, ...after } }
}

function personOf(row: PersonRow | undefined): Person {
  const person = toPerson(row)
  if (person === null) throw new Error('a person who was there a moment ago is gone')
  return person
}

/**
 * From now on this person signs in at the issuer, as who it calls by this subject. The one way in which an account that was
 * here becomes somebody's there: an admin says so. Their password and the link for one are void.
 */
export async function linkIdentity(
  trx: Knex.Transaction,
  personId: string,
  { issuer, subject, at }: { issuer: string | null; subject: string; at: Date },
): Promise<void> {
  if (issuer === null)
    throw new ApiError('conflict', 'nobody signs in elsewhere here: OIDC_ISSUER is not set', { reason: 'no_provider' })
  const made = await trx('identities')
    .insert({ issuer, subject, person_id: personId, made_at: at })
    .onConflict()
    .ignore()
    .returning('person_id')
  if (made.length === 0)
    throw new ApiError('conflict', 'this subject, or this person, is linked already', { reason: 'identity_taken' })
  await trx('people').where({ id: personId }).update({ password_hash: NO_PASSWORD })
  await trx('password_links').where({ person_id: personId }).del()
}

/** Whether somebody signs in elsewhere and so has no password here. */
export async function isExternal(trx: Knex, personId: string): Promise<boolean> {
  return (await trx('identities').where({ person_id: personId }).first('person_id')) !== undefined
}
