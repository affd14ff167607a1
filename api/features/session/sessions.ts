/** Sessions: a 256-bit secret in the person's cookie, its hash in the state database. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import type { Person } from '../../contract/session.ts'
import { type PersonRow, toPerson } from '../people/people.ts'

export type SessionLimits = { readonly idleMs: number; readonly totalMs: number }
export type Sessions = ReturnType<typeof createSessions>

/** How often a session in use is written back; idle time is exact to this. */
const SEEN_EVERY_MS = 30_000

type SessionRow = { id_hash: string; person_id: string; created_at: Date; seen_at: Date; expires_at: Date; ip: string }

export function createSessions({ knex, limits, now }: { knex: Knex; limits: SessionLimits; now: () => Date }) {
  return {
    /** Opens a session and returns its secret: the only moment it is known outside the cookie. */
    async open(personId: string, ip: string): Promise<string> {
      const secret = randomBytes(32).toString('base64url')
      const at = now()
      await knex<SessionRow>('sessions').where('expires_at', '<', at).del()
      await knex<SessionRow>('sessions').insert({
        id_hash: hashOf(secret),
        person_id: personId,
        created_at: at,
        seen_at: at,
        expires_at: new Date(at.getTime() + limits.totalMs),
        ip,
      })
      return secret
    },
    /**
     * The person behind a cookie's secret, or null when it is unknown, idle too long or over, or the person was disabled.
     * Whoever only looks whether that is still so does not use the session.
     */
    async personBehind(secret: string, { isUse = true } = {}): Promise<Person | null> {
      if (secret.length !== 43) return null
      const at = now()
      const id_hash = hashOf(secret)
      // One statement, because every request pays for it.
      const row = await knex('sessions as s')
        .join('people as p', 'p.id', 's.person_id')
        .where('s.id_hash', id_hash)
        .whereNull('p.disabled_at')
        .first<(PersonRow & Pick<SessionRow, 'seen_at' | 'expires_at'>) | undefined>('p.*', 's.seen_at', 's.expires_at')
      if (row === undefined) return null
      const idleMs = at.getTime() - row.seen_at.getTime()
      if (at >= row.expires_at || idleMs >= limits.idleMs) {
        await knex<SessionRow>('sessions').where({ id_hash }).del()
        return null
      }
      if (isUse && idleMs >= SEEN_EVERY_MS)
        await knex<SessionRow>('sessions').where({ id_hash }).update({ seen_at: at })
      return toPerson(row)
    },
    async close(secret: string): Promise<void> {
      await this.closeHashed(hashOf(secret))
    },
    async closeHashed(id_hash: string): Promise<void> {
      await knex<SessionRow>('sessions').where({ id_hash }).del()
    },
  }
}

/** Bound to one session and derivable from its secret alone, so nothing more is stored. */
export const csrfTokenOf = (secret: string) => createHmac('sha256', secret).update('csrf').digest('base64url')

/** How a secret of a browser is kept. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
