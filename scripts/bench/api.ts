/** What is asked over the API, beside boards: how long it takes with many orders stored. `ORDERS=` sets how many. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { timeSearch } from './api-search.ts'
import { machine } from './measure.ts'

const { ORDERS } = z
  .object({ ORDERS: z.coerce.number().int().min(20_000).default(10_000_000) })
  .parse({ ORDERS: process.env['ORDERS'] })

const folder = mkdtempSync(join(tmpdir(), 'orderlens-bench-'))
try {
  console.log(machine())
  await timeSearch(folder, ORDERS)
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}
