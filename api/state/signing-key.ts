/** A secret of this installation, made when it is first needed: what is signed with it was made here. */
import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'

export async function signingKey(knex: Knex, id: string): Promise<Buffer> {
  const fresh = { id, secret: randomBytes(32).toString('base64url') }
  await knex('signing_keys').insert(fresh).onConflict('id').ignore()
  const row = await knex('signing_keys').where({ id }).first('secret')
  return Buffer.from(row.secret, 'base64url')
}
