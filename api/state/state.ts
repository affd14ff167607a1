/** The application state: PostgreSQL where one is configured, PostgreSQL in this process otherwise. Same statements. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import knexFactory, { type Knex } from 'knex'
import { StateError } from './errors.ts'
import { takeLock } from './lock-file.ts'
import { migrate } from './migrate.ts'
import { createPglitePool } from './pglite-pool.ts'

export type State = {
  readonly kind: 'embedded' | 'server'
  readonly knex: Knex
  /** Names of the migrations applied while opening. */
  readonly migrated: readonly string[]
  close(): Promise<void>
}

/** `directory` is used when there is no `databaseUrl`; without either the state lives in memory (tests). */
export type StateOptions = { readonly databaseUrl?: string | undefined; readonly directory?: string | undefined }

export async function openState(options: StateOptions): Promise<State> {
  return options.databaseUrl === undefined ? openEmbedded(options.directory) : openServer(options.databaseUrl)
}

async function openServer(databaseUrl: string): Promise<State> {
  const knex = knexFactory({
    client: 'pg',
    // A failed statement is told in the log without the values that were in it.
    compileSqlOnError: false,
    connection: { connectionString: databaseUrl, application_name: 'orderlens' },
    pool: { min: 0, max: 10 },
  })
  try {
    await knex.raw('select 1')
  } catch (cause) {
    await knex.destroy()
    throw new StateError(
      'UNREACHABLE',
      'PostgreSQL (DATABASE_URL) did not answer; is it running, and are user and database right?',
      { retryable: true, cause },
    )
  }
  return { kind: 'server', knex, migrated: await migrate(knex), close: () => knex.destroy() }
}

async function openEmbedded(directory: string | undefined): Promise<State> {
  if (directory !== undefined) mkdirSync(directory, { recursive: true })
  const lock = directory === undefined ? null : takeLock(join(directory, 'lock'))
  try {
    const { PGlite } = await import('@electric-sql/pglite')
    const db = await PGlite.create(directory === undefined ? {} : { dataDir: join(directory, 'pg') })
    const knex = knexFactory({ client: 'pg', compileSqlOnError: false, connectionPool: createPglitePool(db) })
    const close = async () => {
      await knex.destroy()
      await db.close()
      lock?.release()
    }
    return { kind: 'embedded', knex, migrated: await migrate(knex), close }
  } catch (error) {
    lock?.release()
    throw error
  }
}
