/** Keys of machines: a 256-bit secret, told once and kept as a hash, by which its maker is asked for, and never more than they. */
import { createHash, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { ApiKey, MadeKey, newKeySchema } from '../../contract/keys.ts'
import { type MachinePermission, machinePermissions, may } from '../../contract/permissions.ts'
import type { Person } from '../../contract/session.ts'
import type { RowScope } from '#transforms/query/request.ts'
import { ApiError, notFound } from '../../errors.ts'
import type { Principal } from '../../feature.ts'
import { common, covers } from '../../row-scope.ts'
import { appendAudit } from '../audit/audit.ts'
import { type PersonRow, toPerson } from '../people/people.ts'

/** How every secret begins, so that one that was published is recognised. */
export const SECRET_PREFIX = 'olk_'
const DAY_MS = 86_400_000
const USUAL_DAYS = 90
export const MOST_DAYS = 366
/** Of one person at a time. */
export const MOST_KEYS = 20
/** How often a key in use is written back. */
const USED_EVERY_MS = 60_000

type KeyRow = {
  id: string
  hash: string
  name: string
  person_id: string
  permissions: string[]
  scope: RowScope
  created_at: Date
  expires_at: Date
  revoked_at: Date | null
  used_at: Date | null
  used_from: string | null
}
type HeldRow = PersonRow & { key_id: string; key_name: string; key_permissions: string[]; key_scope: RowScope } & Pick<
    KeyRow,
    'used_at'
  >
type ListedRow = KeyRow & { person_name: string; disabled_at: Date | null }

export type Keys = ReturnType<typeof createKeys>

export function createKeys({ knex, now }: { knex: Knex; now: () => Date }) {
  const listed = (from: Knex) =>
    from('api_keys as k')
      .join('people as p', 'p.id', 'k.person_id')
      .select<ListedRow[]>('k.*', 'p.name as person_name', 'p.disabled_at')

  return {
    /**
     * Whose key this is and what it may do now: what it was made for, as far as its maker still may and sees it. Null when it
     * is unknown, revoked or over, or its maker is disabled. Whoever only looks does not use it.
     */
    async holderOf(secret: string, from: string, { isUse = true } = {}): Promise<Principal | null> {
      const at = now()
      // One statement, because every request pays for it.
      const row = await knex('api_keys as k')
        .join('people as p', 'p.id', 'k.person_id')
        .where('k.hash', hashOf(secret))
        .whereNull('k.revoked_at')
        .where('k.expires_at', '>', at)
        .whereNull('p.disabled_at')
        .first<
          HeldRow | undefined
        >('p.*', 'k.id as key_id', 'k.name as key_name', 'k.permissions as key_permissions', 'k.scope as key_scope', 'k.used_at')
      const person = toPerson(row)
      if (row === undefined || person === null) return null
      if (isUse && (row.used_at === null || at.getTime() - row.used_at.getTime() >= USED_EVERY_MS))
        await knex<KeyRow>('api_keys').where({ id: row.key_id }).update({ used_at: at, used_from: from })
      const key = { id: row.key_id, name: row.key_name, permissions: forMachines(row.key_permissions) }
      return { ...person, scope: common(person.scope, row.key_scope), key }
    },

    /** The newest first: one's own, or everybody's for who manages people. */
    async list(person: Person): Promise<ApiKey[]> {
      const query = listed(knex).orderBy('k.created_at', 'desc').limit(500)
      if (!may(person, 'people.manage')) void query.where('k.person_id', person.id)
      return (await query).map((row) => toKey(row, now()))
    },

    async make(person: Person, asked: z.output<typeof newKeySchema>): Promise<MadeKey> {
      const at = now()
      const { name, scope = person.scope } = asked
      const permissions = [...new Set(asked.permissions)]
      const expires = expiryOf(asked.expires_at, at)
      refuseWider(person, permissions, scope)
      const id = randomBytes(6).toString('hex')
      const secret = `${prefixOf(id)}_${randomBytes(32).toString('base64url')}`
      const key = await knex.transaction(async (trx) => {
        // Holds the person, so that two at once cannot both be the last one.
        await trx('people').where({ id: person.id }).forNoKeyUpdate().first('id')
        const mine = trx('api_keys')
          .where({ person_id: person.id })
          .whereNull('revoked_at')
          .where('expires_at', '>', at)
        const [counted] = await mine.count({ n: '*' })
        if (Number(counted?.['n']) >= MOST_KEYS)
          throw new ApiError('conflict', `you have ${MOST_KEYS} keys, which is the most; revoke one first`, {
            reason: 'too_many_keys',
            parts: { most: MOST_KEYS },
          })
        await trx('api_keys').insert({
          id,
          hash: hashOf(secret),
          name,
          person_id: person.id,
          permissions: JSON.stringify(permissions),
          scope: JSON.stringify(scope),
          created_at: at,
          expires_at: expires,
        })
        const detail = { name, permissions, scope, expires_at: expires.toISOString() }
        await appendAudit(trx, { at, person, verb: 'key.made', subject: `key/${id}`, detail })
        const [row] = await listed(trx).where('k.id', id)
        if (row === undefined) throw new ApiError('internal', 'the key was made but cannot be read')
        return toKey(row, at)
      })
      return { key, secret }
    },

    /** One that is revoked already stays so. */
    async revoke(person: Person, id: string): Promise<void> {
      const at = now()
      await knex.transaction(async (trx) => {
        const row = await trx<KeyRow>('api_keys').where({ id }).forUpdate().first()
        if (row === undefined || (row.person_id !== person.id && !may(person, 'people.manage'))) throw notFound('key')
        if (row.revoked_at !== null) return
        await trx<KeyRow>('api_keys').where({ id }).update({ revoked_at: at })
        const detail = { name: row.name, person_id: row.person_id }
        await appendAudit(trx, { at, person, verb: 'key.revoked', subject: `key/${id}`, detail })
      })
    },
  }
}

/** Whether a key still holds, and holds on until the transaction ends: nobody revokes it meanwhile. */
export async function isKeyHeld(trx: Knex.Transaction, id: string, at: Date): Promise<boolean> {
  const row = await trx<KeyRow>('api_keys').where({ id }).whereNull('revoked_at').forShare().first('expires_at')
  return row !== undefined && row.expires_at > at
}

function expiryOf(asked: string | undefined, at: Date): Date {
  const expires = asked === undefined ? new Date(at.getTime() + USUAL_DAYS * DAY_MS) : new Date(asked)
  const days = (expires.getTime() - at.getTime()) / DAY_MS
  if (days > 0 && days <= MOST_DAYS) return expires
  throw new ApiError('invalid_input', `expires_at is after now and at most ${MOST_DAYS} days from now`, {
    reason: 'key_life',
    parts: { most: MOST_DAYS },
  })
}

function refuseWider(person: Person, permissions: readonly MachinePermission[], scope: RowScope): void {
  const missing = permissions.filter((permission) => !may(person, permission))
  const came = [...missing, ...(covers(person.scope, scope) ? [] : ['scope'])]
  if (came.length === 0) return
  throw new ApiError('not_allowed', `a key may do and see no more than you; beyond that is ${came.join(', ')}`, {
    reason: 'key_too_wide',
    parts: { came: came.join(', ') },
  })
}

function toKey(row: ListedRow, at: Date): ApiKey {
  const { id, name, person_id, person_name, scope, used_from } = row
  return {
    id,
    prefix: prefixOf(id),
    name,
    person_id,
    person_name,
    permissions: forMachines(row.permissions),
    scope,
    state: stateOf(row, at),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
    used_at: row.used_at?.toISOString() ?? null,
    used_from,
  }
}

function stateOf({ revoked_at, expires_at, disabled_at }: ListedRow, at: Date): ApiKey['state'] {
  if (revoked_at !== null) return 'revoked'
  if (expires_at <= at) return 'expired'
  return disabled_at === null ? 'active' : 'disabled'
}

/** What a version before gave to keys and this one does not is given no more. */
const forMachines = (kept: readonly string[]): MachinePermission[] =>
  machinePermissions.filter((permission) => kept.includes(permission))

const prefixOf = (id: string) => SECRET_PREFIX + id
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
