/** What the auditor wrote, as it is told: clean or faulty since when, and where the faults are. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type HealthReads, createHealthReads } from './health.ts'
import { MINUTE, ago, becameEvents, land, now } from './test-landed.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-health-audit-'))
let warehouse: Warehouse
/** A new one per question: readings are kept for a moment. */
const reads = (): HealthReads['data'] => createHealthReads(warehouse, () => now).data

beforeAll(async () => {
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'orderlens',
    readers: 4,
  })
}, 120_000)

afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const clean = {
  gaps: 0,
  missing: 0,
  doubled: 0,
  altered: 0,
  unaccounted: 0,
  broker_checked: 10,
  broker_differing: 0,
  ms: 1,
}
const audited = (at: number, partition: number, over = {}) => ({
  audited_at: ago(at),
  topic: 'shop.orders',
  partition,
  epoch: 'e',
  batches: 2,
  rows: 20,
  first_offset: 0,
  last_offset: 19,
  ...clean,
  ...over,
})

test('the auditor: clean since the first round after the last fault, faulty since the first of the present ones', async () => {
  expect((await reads().health()).audit).toMatchObject({ rounds: 0, clean_since: null, last_round_at: null })
  await warehouse.insertRows('audit_log', [audited(50 * MINUTE, 0), audited(50 * MINUTE, 1)])
  const at = (ms: number): string => new Date(now.getTime() - ms).toISOString()
  expect((await reads().health()).audit).toMatchObject({
    rounds: 1,
    streams: 2,
    batches: 4,
    rows: 40,
    lost: 0,
    doubled: 0,
    broker_checked: 20,
    clean_since: at(50 * MINUTE),
    faulty_since: null,
    faults: [],
  })
  await warehouse.insertRows('audit_log', [audited(40 * MINUTE, 0, { missing: 2 }), audited(40 * MINUTE, 1)])
  await warehouse.insertRows('audit_log', [audited(30 * MINUTE, 0, { missing: 2 }), audited(30 * MINUTE, 1)])
  expect((await reads().health()).audit).toMatchObject({
    lost: 2,
    clean_since: null,
    faulty_since: at(40 * MINUTE),
    faults: [{ partition: 0, missing: 2 }],
  })
  await warehouse.insertRows('audit_log', [audited(20 * MINUTE, 0), audited(20 * MINUTE, 1)])
  await warehouse.insertRows('audit_log', [audited(10 * MINUTE, 0), audited(10 * MINUTE, 1)])
  expect((await reads().health()).audit).toMatchObject({
    rounds: 5,
    lost: 0,
    clean_since: at(20 * MINUTE),
    faulty_since: null,
    last_round_at: at(10 * MINUTE),
  })
})

test('the faults of a stream are found where they are', async () => {
  const stream = { topic: 'broken', partition: 0, epoch: 'e' }
  await land(warehouse, stream, 0, 5)
  await land(warehouse, stream, 8, 2)
  await warehouse.command(
    "insert into raw_events (topic, partition, epoch, offset, batch_id, range_first, range_last, range_n, format, value, value_hash) values ('broken', 0, 'e', 4, 'again', 4, 4, 1, 'cloudevents', '{}', 1), ('broken', 0, 'e', 10, 'short', 10, 12, 3, 'cloudevents', '{}', cityHash64('', '', '{}'))",
  )
  await warehouse.insertRows('landed_batches', [
    { batch_id: 'gone', ...stream, format: 'cloudevents', range_first: 13, range_last: 14, range_n: 2, landed_at: ago(MINUTE) }, // prettier-ignore
  ])
  await becameEvents(warehouse, stream, 0, 4)
  await warehouse.insertRows('stream_notes', [
    { noted_at: ago(MINUTE), ...stream, kind: 'gap_accepted', range_first: 6, range_last: 7, detail: '' },
  ])
  expect(await reads().auditFindings(stream)).toEqual([
    { kind: 'altered', range_first: '4', range_last: '4', n: 1 },
    { kind: 'doubled', range_first: '4', range_last: '4', n: 2 },
    { kind: 'gap', range_first: '5', range_last: '5', n: 1 },
    { kind: 'short', range_first: '10', range_last: '12', n: 2 },
    ...[4, 8, 9].map((at) => ({ kind: 'unaccounted', range_first: String(at), range_last: String(at), n: 1 })),
    { kind: 'vanished', range_first: '13', range_last: '14', n: 2 },
  ])
})
