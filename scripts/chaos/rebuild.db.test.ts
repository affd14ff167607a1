/** The proof must be able to fail: each thing that can be wrong with derived rows is found by the rebuild or by the auditor. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { chaosMapping, mixedPayload } from './mapping.ts'
import { askAuditor, compareWithRebuild } from './rebuild.ts'
import { LOGIN } from './warehouse-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-rebuild-'))
const mappings = [chaosMapping]
const open = (database: string): Promise<Warehouse> =>
  openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database, readers: 2 })
let warehouse: Warehouse

const stage = {
  async query<T>(work: (opened: Warehouse) => Promise<T>, database: string = LOGIN.CLICKHOUSE_DATABASE): Promise<T> {
    const opened = await open(database)
    try {
      return await work(opened)
    } finally {
      await opened.close()
    }
  },
}

beforeAll(async () => {
  warehouse = await open(LOGIN.CLICKHOUSE_DATABASE)
  const landing = await createLanding(warehouse, { mappings })
  const messages = Array.from({ length: 60 }, (_, n) => ({
    offset: BigInt(n),
    ...mixedPayload('r', n),
    key: Buffer.from(`k${n}`),
    brokerAtMs: 0,
  }))
  for (const at of [0, 20, 40])
    await landing.land({
      topic: 't',
      partition: 0,
      epoch: 'e',
      format: chaosMapping.format,
      messages: messages.slice(at, at + 20),
    })
  await landing.settled()
  await landing.close()
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const SYNC = 'settings mutations_sync = 2'

test('what is derived is what the bytes say', async () => {
  const { rows, differences } = await compareWithRebuild(stage, mappings)
  expect(differences).toEqual([])
  expect(rows).toBeGreaterThan(60)
  expect(await askAuditor(stage, mappings)).toEqual([])
})

test.each([
  ['an event is gone', `alter table events delete where offset = 5 ${SYNC}`, 'events: 1 rows'],
  ['an event is another', `alter table events update amount_payable = 1 where offset = 6 ${SYNC}`, 'events: '],
  ['a dead letter is gone', `alter table dead_letters delete where offset = 11 ${SYNC}`, 'dead_letters: '],
  ['what was set aside is gone', `alter table set_aside delete where offset = 7 ${SYNC}`, 'set_aside: '],
  ['the feed of changes is short', `alter table touched delete where order_id = 'r-8' ${SYNC}`, 'touched: '],
  ['a look-up is gone', `alter table order_lookup delete where value = 'buyer-9' ${SYNC}`, 'order_lookup: '],
])('%s: found', async (_name, sabotage, found) => {
  await warehouse.command(sabotage)
  const { differences } = await compareWithRebuild(stage, mappings)
  expect(differences.join('\n')).toContain(found)
})

test('the auditor names the stream', async () => {
  expect(await askAuditor(stage, mappings)).toEqual([expect.stringContaining('of t/0: 0 gaps, 0 missing')])
})
