/** Runs the numbered migrations once each, in order, and refuses to go on when an applied one was edited. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { WarehouseError } from './errors.ts'
import type { Warehouse } from './warehouse.ts'

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url))
const SEPARATOR = /^-- next statement$/m

export type Migration = { readonly name: string; readonly checksum: string; readonly statements: readonly string[] }

export function readMigrations(folder = FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8')
      const statements = text.split(SEPARATOR).map((statement) => statement.trim())
      return { name: file, checksum: createHash('sha256').update(text).digest('hex'), statements }
    })
}

/** The ledger counts statements, because DDL has no transactions: a migration cut short goes on at the statement it lacks. */
export async function migrate(warehouse: Warehouse, migrations = readMigrations()): Promise<void> {
  await warehouse.command(
    "create table if not exists migrations (name String, checksum String, statements_done UInt32, applied_at DateTime64(3, 'UTC') default now64(3, 'UTC')) engine = MergeTree order by (name, statements_done)",
  )
  const done = await warehouse.query({
    name: 'applied migrations',
    sql: 'select name, any(checksum) as checksum, max(statements_done) as statements_done from migrations group by name',
    row: z.object({ name: z.string(), checksum: z.string(), statements_done: z.number() }),
  })
  const applied = new Map(done.map((row) => [row.name, row]))
  for (const migration of migrations) {
    const before = applied.get(migration.name)
    if (before !== undefined && before.checksum !== migration.checksum) {
      throw new WarehouseError(
        'MIGRATION_CHANGED',
        `migration ${migration.name} was changed after it was applied. Restore it and add a new migration instead.`,
      )
    }
    await applyFrom(warehouse, migration, before?.statements_done ?? 0)
  }
}

async function applyFrom(warehouse: Warehouse, migration: Migration, first: number): Promise<void> {
  for (const [index, statement] of migration.statements.entries()) {
    if (index < first) continue
    // A statement that ran but was not noted down is found again by its "already exists".
    await warehouse.command(
      statement.replace(/^((?:--.*\n)*)create (table|materialized view|view) (?!if )/i, '$1create $2 if not exists '),
    )
    await warehouse.insertRows('migrations', [
      { name: migration.name, checksum: migration.checksum, statements_done: index + 1 },
    ])
  }
}
