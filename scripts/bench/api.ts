/**
 * What is asked over the API, beside boards: what each kind of request adds to its statements, rows as Arrow and as JSON, and
 * how long a search takes with many orders stored. `ORDERS=` sets how many; `--only requests,formats,search` runs some of the parts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { timeFormats } from './api-formats.ts'
import { timeRequests } from './api-requests.ts'
import { timeSearch } from './api-search.ts'
import { machine } from './measure.ts'

const PARTS = ['requests', 'formats', 'search'] as const

const { ORDERS } = z
  .object({ ORDERS: z.coerce.number().int().min(20_000).default(10_000_000) })
  .parse({ ORDERS: process.env['ORDERS'] })
const asked = parseArgs({ options: { only: { type: 'string', default: PARTS.join(',') } } }).values.only.split(',')
const unknown = asked.filter((part) => !PARTS.some((known) => known === part))
if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}; found ${unknown.join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'orderlens-bench-'))
try {
  console.log(machine())
  if (asked.includes('requests')) await on('requests', timeRequests)
  if (asked.includes('formats')) await on('formats', timeFormats)
  if (asked.includes('search')) await on('search', (warehouse) => timeSearch(warehouse, ORDERS))
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

/** Each part in a database of its own; a process has one folder. */
async function on(database: string, work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const path = join(folder, 'warehouse')
  const warehouse = await openWarehouse({ mode: 'embedded', path, database, readers: 4 })
  await work(warehouse)
  await warehouse.close()
}
