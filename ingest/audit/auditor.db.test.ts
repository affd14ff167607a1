/** Rows taken away, added and changed by hand, one at a time: the auditor says so in its next round, and calms down again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { eventContracts } from '../contracts/index.ts'
import { type Landing, createLanding } from '../landing.ts'
import { type Auditor, createAuditor, isSound } from './auditor.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-auditor-'))
let warehouse: Warehouse
let landing: Landing
let auditor: Auditor

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database: 'audit', readers: 2 })
  landing = await createLanding(warehouse)
  auditor = createAuditor(warehouse)
  for (const [topic, partition] of [
    ['orders', 0],
    ['orders', 1],
    ['carrier', 0],
  ] as const)
    for (let batch = 0; batch < 4; batch += 1) await send(topic, partition, batch * 10, 8)
  await landing.settled()
})
afterAll(async () => {
  await landing.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const example = eventContracts.get('payment.captured')?.example
/** Ten offsets, of which the last are control records. */
const send = (topic: string, partition: number, first: number, count: number) =>
  landing.land({
    topic,
    partition,
    epoch: 'e',
    format: 'cloudevents',
    first: BigInt(first),
    last: BigInt(first + 9),
    messages: Array.from({ length: count }, (_, n) => ({
      offset: BigInt(first + n),
      key: null,
      value: Buffer.from(
        n === 5 ? 'not json' : JSON.stringify({ ...example, id: `${topic}-${partition}-${first + n}` }),
      ),
      brokerAtMs: 0,
    })),
  })

const round = async () => (await auditor.audit()).streams
const unsound = async () => {
  const found = (await round()).filter((stream) => !isSound(stream))
  return found.map(({ topic, partition, gaps, missing, doubled, altered, unaccounted }) => ({
    stream: `${topic}/${partition}`,
    ...Object.fromEntries(Object.entries({ gaps, missing, doubled, altered, unaccounted }).filter(([, n]) => n > 0)),
  }))
}

test('nothing lost and nothing doubled is said of rows that are whole', async () => {
  const streams = await round()
  expect(streams.map(({ topic, partition, rows, batches }) => [topic, partition, rows, batches])).toEqual([
    ['carrier', 0, 32, 4],
    ['orders', 0, 32, 4],
    ['orders', 1, 32, 4],
  ])
  expect(await unsound()).toEqual([])
})

const COLUMNS =
  'topic, partition, offset, epoch, batch_id, range_first, range_last, range_n, format, broker_at, landed_at, key, headers, value, value_hash'
const sync = 'settings mutations_sync = 2'
const ONE = "topic = 'orders' and partition = 1 and offset = 13"

const damages: [string, string[], Record<string, unknown>][] = [
  ['a row is deleted', [`alter table raw_events delete where ${ONE} ${sync}`], { missing: 1 }],
  [
    'a row is doubled',
    [`insert into raw_events (${COLUMNS}) select ${COLUMNS} from raw_events where ${ONE}`],
    { doubled: 1 },
  ],
  [
    'a batch lands twice under another id',
    [
      `insert into raw_events (${COLUMNS}) select ${COLUMNS.replace('batch_id', "'again' as batch_id")} from raw_events where topic = 'orders' and partition = 1 and range_first = 10`,
    ],
    { doubled: 8 },
  ],
  [
    'a value is altered',
    [`alter table raw_events update value = concat(value, ' ') where ${ONE} ${sync}`],
    { altered: 1 },
  ],
  [
    'a batch in the middle is deleted',
    [`alter table raw_events delete where topic = 'orders' and partition = 1 and range_first = 10 ${sync}`],
    { gaps: 1, missing: 8 },
  ],
  [
    'the last batch is deleted',
    [`alter table raw_events delete where topic = 'orders' and partition = 1 and range_first = 30 ${sync}`],
    { missing: 8 },
  ],
  ['an event is deleted', [`alter table events delete where ${ONE} ${sync}`], { unaccounted: 1 }],
  [
    'a dead letter is deleted',
    [`alter table dead_letters delete where topic = 'orders' and partition = 1 and offset = 15 ${sync}`],
    { unaccounted: 1 },
  ],
]

test.each(damages)('%s', async (_name, statements, expected) => {
  const tables = ['raw_events', 'events', 'dead_letters']
  for (const table of tables) {
    await warehouse.command(`create table kept_${table} as ${table}`)
    await warehouse.command(`alter table kept_${table} attach partition all from ${table}`)
  }
  for (const statement of statements) await warehouse.command(statement)
  expect(await unsound()).toEqual([{ stream: 'orders/1', ...expected }])
  for (const table of tables) {
    await warehouse.command(`exchange tables ${table} and kept_${table}`)
    await warehouse.command(`drop table kept_${table}`)
  }
  expect(await unsound()).toEqual([])
})

test('a gap an operator accepted is no loss of ours', async () => {
  await landing.land({
    topic: 'carrier',
    partition: 0,
    epoch: 'e',
    format: 'cloudevents',
    first: 60n,
    last: 60n,
    gapAccepted: true,
    messages: [{ offset: 60n, key: null, value: Buffer.from('x'), brokerAtMs: 0 }],
  })
  await landing.settled()
  expect(await unsound()).toEqual([{ stream: 'carrier/0', gaps: 1, missing: 20 }])
  await warehouse.insertRows('stream_notes', [
    { topic: 'carrier', partition: 0, epoch: 'e', kind: 'gap_accepted', range_first: 40, range_last: 59, detail: '' },
  ])
  expect(await unsound()).toEqual([])
})

test('what the broker still holds is compared with what landed', async () => {
  const reread = (differing: number) =>
    createAuditor(warehouse, {
      random: () => 0,
      reread: async ({ topic, partition }) =>
        topic !== 'orders'
          ? null
          : Array.from({ length: 8 }, (_, n) => ({
              offset: BigInt(n),
              value: Buffer.from(
                n === 5
                  ? 'not json'
                  : JSON.stringify({ ...example, id: `${topic}-${partition}-${n < differing ? 'x' : n}` }),
              ),
            })),
    })
  const of = async (differing: number) =>
    (await reread(differing).audit()).streams.map(({ brokerChecked, brokerDiffering }) => [
      brokerChecked,
      brokerDiffering,
    ])
  expect(await of(0)).toEqual([
    [0, 0],
    [8, 0],
    [8, 0],
  ])
  expect(await of(2)).toEqual([
    [0, 0],
    [8, 2],
    [8, 2],
  ])
  const [row] = await warehouse.queryRows(
    'select sum(broker_checked) as checked, max(broker_differing) as differing from audit_log',
  )
  expect(row).toEqual({ checked: '32', differing: '2' })
})

test('many streams of one topic are one row of the log, and an unsound one stands out', async () => {
  for (let n = 0; n < 25; n += 1)
    await landing.land({
      topic: 'http/shop',
      partition: 0,
      epoch: `batch:${n}`,
      format: 'cloudevents',
      messages: [0n, 1n].map((offset) => ({ offset, key: null, value: Buffer.from(`${n}`), brokerAtMs: 0 })),
    })
  await landing.settled()
  await warehouse.command(`alter table raw_events delete where epoch = 'batch:7' and offset = 1 ${sync}`)
  await warehouse.command('truncate table audit_log')
  await round()
  const rows = await warehouse.queryRows(
    "select epoch, rows, missing from audit_log where topic = 'http/shop' order by epoch",
  )
  expect(rows).toEqual([
    { epoch: '*', rows: '48', missing: '0' },
    { epoch: 'batch:7', rows: '1', missing: '1' },
  ])
})
