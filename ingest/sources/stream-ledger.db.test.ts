/** What a live source says of its streams, on the embedded engine. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { createLanding } from '../landing.ts'
import { type StreamNote, type StreamStatus, createStreamLedger } from './stream-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-ledger-'))
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'orderlens',
    readers: 1,
  })
})

afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true })
})

const cut: StreamNote = {
  topic: 'shop.orders',
  partition: 3,
  epoch: 'cluster-1',
  kind: 'retention_cut',
  first: 10n,
  last: 29n,
  detail: "the broker deleted 10 to 29: it's gone",
}

test('a note is written once, however often it is told', async () => {
  const ledger = createStreamLedger(warehouse)
  await ledger.note(cut)
  await ledger.note(cut)
  await createStreamLedger(warehouse).note(cut)
  await ledger.note({ ...cut, first: 30n, last: 30n })
  const rows = await warehouse.queryRows(
    'select partition, kind, range_first, range_last, detail from stream_notes order by range_first',
  )
  expect(rows).toEqual([
    { partition: 3, kind: 'retention_cut', range_first: '10', range_last: '29', detail: cut.detail },
    { partition: 3, kind: 'retention_cut', range_first: '30', range_last: '30', detail: cut.detail },
  ])
})

test('notes wait for a warehouse that is away, and reports do not', async () => {
  let isAway = true
  const away = {
    ...warehouse,
    insertRows: (...args: Parameters<Warehouse['insertRows']>) =>
      isAway ? Promise.reject(new Error('away')) : warehouse.insertRows(...args),
  }
  const ledger = createStreamLedger(away)
  await ledger.note({ ...cut, topic: 'away' })
  await ledger.report([{ ...status, topic: 'away' }])
  const noted = () => warehouse.queryRows("select kind from stream_notes where topic = 'away'")
  expect(await noted()).toEqual([])
  isAway = false
  await ledger.report([status])
  expect(await noted()).toEqual([{ kind: 'retention_cut' }])
  expect(await warehouse.queryRows("select count() as n from stream_status where topic = 'away'")).toEqual([{ n: '0' }])
})

const status: StreamStatus = {
  topic: 'shop.orders',
  partition: 3,
  epoch: 'cluster-1',
  kind: 'kafka',
  state: 'running',
  nextOffset: 9_007_199_254_740_993n,
  brokerLow: null,
  brokerHigh: 9_007_199_254_740_995n,
  problem: '',
}

test('the latest word on a stream counts', async () => {
  const ledger = createStreamLedger(warehouse)
  await ledger.report([status, { ...status, partition: 4 }])
  await ledger.report([{ ...status, state: 'stopped', problem: 'created anew' }])
  const rows = await warehouse.queryRows(
    'select partition, state, next_offset, broker_low, broker_high, problem from stream_status final order by partition',
  )
  const numbers = { next_offset: '9007199254740993', broker_low: null, broker_high: '9007199254740995' }
  expect(rows).toEqual([
    { partition: 3, state: 'stopped', ...numbers, problem: 'created anew' },
    { partition: 4, state: 'running', ...numbers, problem: '' },
  ])
})

test('the last landed row is told with the hash of its value', async () => {
  const ledger = createStreamLedger(warehouse)
  const landing = await createLanding(warehouse)
  expect(await ledger.lastLanded('shop.hooks', 0, 'e')).toBeNull()
  const messages = ['{"a":1}', '不是 JSON', ''].map((value, n) => ({
    offset: BigInt(n * 5),
    key: null,
    value: Buffer.from(value),
    brokerAtMs: 0,
  }))
  const stream = { topic: 'shop.hooks', partition: 0, epoch: 'e', format: 'cloudevents' }
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
  await landing.land({ ...stream, messages: messages.slice(0, 2), first: 0n, last: 9n })
  expect(await ledger.lastLanded('shop.hooks', 0, 'e')).toEqual({ offset: 5n, valueHash: sha('不是 JSON') })
  await landing.land({ ...stream, messages: messages.slice(2), first: 10n, last: 10n })
  expect(await ledger.lastLanded('shop.hooks', 0, 'e')).toEqual({ offset: 10n, valueHash: sha('') })
  await landing.settled()
  await landing.close()
})
