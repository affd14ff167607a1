/** Links by which a person sets a password: used once, for an hour, kept as hashes; a person has one at a time. */
import { createHash, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'

const LINK_MS = 3_600_000
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export type Link = { readonly path: string; readonly expires_at: string }

/** `mailId` names the mail that carries it, where one does. */
export async function makeLink(trx: Knex, personId: string, at: Date, mailId: string | null = null): Promise<Link> {
  const token = randomBytes(32).toString('base64url')
  const expires = new Date(at.getTime() + LINK_MS)
  const row = { hash: hashOf(token), person_id: personId, expires_at: expires, mail_id: mailId }
  await trx('password_links').insert(row).onConflict('person_id').merge()
  // Behind the #, so that the token is in no log of a server or proxy and in no referrer.
  return { path: `/password#${token}`, expires_at: expires.toISOString() }
}

/** Whose link it is; the link is gone then. Null for one that never was, is used, void or too old. */
export async function takeLink(trx: Knex, token: string, at: Date): Promise<string | null> {
  const [row] = await trx('password_links')
    .where({ hash: hashOf(token) })
    .del()
    .returning(['person_id', 'expires_at'])
  return row !== undefined && new Date(row.expires_at) > at ? String(row.person_id) : null
}
