/** Brings the state database to the newest shape. Each migration runs once, in its own transaction. */
import type { Knex } from 'knex'
import { StateError } from './errors.ts'
import { migrations } from './migrations/index.ts'

export type Migration = { readonly name: string; up(trx: Knex.Transaction): Promise<void> }

/** Any number of processes may call this at once: the advisory lock lets one work and the others find it done. */
const MIGRATION_LOCK = 4_017_301

/** Returns the names of the migrations this call applied. */
export async function migrate(knex: Knex, list: readonly Migration[] = migrations): Promise<string[]> {
  const applied: string[] = []
  for (const migration of list) {
    try {
      if (await applyOnce(knex, migration)) applied.push(migration.name)
    } catch (cause) {
      throw new StateError('MIGRATION_FAILED', `state migration ${migration.name} failed and was rolled back`, {
        cause,
      })
    }
  }
  return applied
}

export async function pendingMigrations(knex: Knex, list: readonly Migration[] = migrations): Promise<string[]> {
  const done = new Set(await knex('schema_migrations').pluck('name'))
  return list.map((migration) => migration.name).filter((name) => !done.has(name))
}

async function applyOnce(knex: Knex, migration: Migration): Promise<boolean> {
  return knex.transaction(async (trx) => {
    await trx.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
    await trx.raw(
      'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
    )
    const done = await trx('schema_migrations').where({ name: migration.name }).first()
    if (done !== undefined) return false
    await migration.up(trx)
    await trx('schema_migrations').insert({ name: migration.name })
    return true
  })
}
