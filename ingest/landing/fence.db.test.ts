/** Two processes on one server: whoever claimed a stream last writes it, the other is refused and nothing of it lands. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession } from '#warehouse/connect.ts'
import { type Endpoint, startEndpoint } from '#warehouse/endpoint/server.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { SourceBatch } from '../sources/source.ts'
import { type Lander, createLander } from './lander.ts'
import { createRawStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-fence-'))
let endpoint: Endpoint
let warehouses: Warehouse[]
let landers: [Lander, Lander]

beforeAll(async () => {
  const session = openSession(join(folder, 'warehouse'))
  await session.run('create database fence')
  session.close()
  endpoint = await startEndpoint({
    open: () => openSession(join(folder, 'warehouse')),
    spool: join(folder, 'spool'),
    database: 'fence',
    port: 0,
    allowWrites: true,
  })
  const open = () =>
    openWarehouse({
      mode: 'server',
      url: endpoint.url,
      user: 'default',
      password: '',
      database: 'fence',
      readers: 1,
    })
  warehouses = [await open(), await open()]
  landers = warehouses.map((warehouse, n) => createLander(createRawStore(warehouse, `writer-${n}`))) as [Lander, Lander]
})
afterAll(async () => {
  for (const warehouse of warehouses) await warehouse.close()
  await endpoint.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const batch = (first: number, count: number): SourceBatch => ({
  topic: 'orders',
  partition: 3,
  epoch: 'one',
  format: 'cloudevents',
  first: BigInt(first),
  messages: Array.from({ length: count }, (_, n) => ({
    offset: BigInt(first + n),
    key: Buffer.from("it's a {key:String}"),
    value: Buffer.from(`{"n":${first + n}}`),
    headers: '{"a":"b"}',
    brokerAtMs: 1_700_000_000_000,
  })),
})

test('a writer whose stream was taken over lands nothing, and goes on behind the other when it has it back', async () => {
  const [one, other] = landers
  expect((await one.land(batch(0, 10))).length).toBe(1)
  // The other one takes over: it sees what is landed and drops it.
  expect(await other.land(batch(0, 10))).toEqual([])
  expect((await other.land(batch(10, 5))).length).toBe(1)
  await expect(one.land(batch(10, 5))).rejects.toMatchObject({ code: 'FENCED', retryable: true })
  // It asks for its position again before it writes.
  expect(await one.land(batch(10, 5))).toEqual([])
  expect((await one.land(batch(15, 1))).length).toBe(1)
  await expect(other.land(batch(15, 2))).rejects.toMatchObject({ code: 'FENCED' })
  const [row] = await (warehouses[0] as Warehouse).queryRows(
    'select count() as n, uniqExact(offset) as offsets, max(range_last) as last, any(key) as key, any(headers) as headers from raw_events',
  )
  expect(row).toEqual({ n: '16', offsets: '16', last: '15', key: "it's a {key:String}", headers: '{"a":"b"}' })
})

test('a batch that begins behind the position is refused with the offset that is missing', async () => {
  await expect(landers[0].land(batch(20, 1))).rejects.toMatchObject({ code: 'POSITION_GAP', expected: 16n })
})
