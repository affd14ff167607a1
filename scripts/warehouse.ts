/** `npm run warehouse -- serve | migrate | status`: the warehouse by itself. */
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { createLanding } from '#ingest/landing.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openSession } from '#warehouse/connect.ts'
import { startEndpoint } from '#warehouse/endpoint/server.ts'
import { WarehouseError } from '#warehouse/errors.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

const program = new Command('warehouse').description('The analytical warehouse by itself.')

program
  .command('serve')
  .description(
    'Answer the ClickHouse HTTP protocol in front of the embedded warehouse, read-only unless told otherwise. Login: CLICKHOUSE_USER, CLICKHOUSE_PASSWORD.',
  )
  .option('--host <address>', 'address to listen on; other than loopback only with a password', '127.0.0.1')
  .option('--port <number>', 'port to listen on; 0 takes a free one', portNumber, 8123)
  .option('--allow-writes', 'let a caller write too', false)
  .option('--everything', 'show every table to readers, not the marts only', false)
  .action(serve)
program.command('migrate').description('Bring tables, derivation and models up to date and end.').action(migrate)
program.command('status').description('Print the tables with their rows and size.').action(status)

async function serve({
  everything,
  ...options
}: {
  host: string
  port: number
  allowWrites: boolean
  everything: boolean
}): Promise<void> {
  const config = loadWarehouseConfig(process.env)
  if (config.mode !== 'embedded')
    throw new WarehouseError(
      'CONFIG',
      'serve answers for the embedded warehouse: unset CLICKHOUSE_URL, the server there speaks the protocol itself',
    )
  const warehouse = await openWarehouse(config)
  const path = resolve(config.path)
  const endpoint = await startEndpoint({
    ...options,
    open: () => openSession(path),
    spool: resolve(path, '..', 'spool'),
    database: config.database,
    ...(!everything && { relations: marts() }),
    login: { user: process.env['CLICKHOUSE_USER'] ?? 'default', password: process.env['CLICKHOUSE_PASSWORD'] ?? '' },
  }).catch(async (error: unknown) => {
    await warehouse.close()
    throw error
  })
  console.log(
    `warehouse ${endpoint.database} at ${endpoint.url} (${options.allowWrites ? 'reading and writing' : 'read-only'}), from ${config.path}`,
  )
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done())
  })
  await endpoint.close()
  await warehouse.close()
}

/** Models that are made for readers; letters nobody could read have the bytes of messages. */
const marts = (): string[] =>
  readProject()
    .models.filter(({ path, name }) => path.includes('models/marts/') && name !== 'dead_letter_current')
    .map(({ name }) => name)

/** All that the roles expect to be there, so that several of them can start at once afterwards. */
async function migrate(): Promise<void> {
  await withWarehouse(async (warehouse) => {
    await createLanding(warehouse)
    await buildModels(warehouse, readProject())
    console.log(`${warehouse.mode} warehouse ${warehouse.database}: tables, derivation and models are up to date`)
  })
}

const tableRow = z.object({ name: z.string(), engine: z.string(), rows: z.string(), size: z.string() })

async function status(): Promise<void> {
  await withWarehouse(async (warehouse) => {
    console.log(`${warehouse.mode} warehouse ${warehouse.database}`)
    const tables = await warehouse.query(
      {
        name: 'tables',
        sql: "select name, engine, toString(ifNull(total_rows, 0)) as rows, formatReadableSize(ifNull(total_bytes, 0)) as size from system.tables where database = {database:String} and not startsWith(name, '.') order by name",
        row: tableRow,
      },
      { database: warehouse.database },
    )
    const width = Math.max(...tables.map(({ name }) => name.length), 0)
    for (const { name, engine, rows, size } of tables)
      console.log(`${name.padEnd(width)}  ${rows.padStart(12)} rows  ${size.padStart(12)}  ${engine}`)
  })
}

async function withWarehouse(work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const warehouse = await openWarehouse(loadWarehouseConfig(process.env))
  try {
    await work(warehouse)
  } finally {
    await warehouse.close()
  }
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('expected a whole number from 0 to 65535')
  return port
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof WarehouseError)) throw error
  console.error(`warehouse: ${error.message}`)
  process.exitCode = 1
}
