/** Two processes on one server: whoever claimed a stream last writes it, the other is refused and nothing of it lands. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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

test('a server that does not answer holds nobody who stops waiting, and the batch lands once all the same', async () => {
  const hung = createServer(() => undefined)
  await new Promise<void>((resolve) => hung.listen(0, '127.0.0.1', resolve))
  const { port } = hung.address() as AddressInfo
  const warehouse = warehouses[0] as Warehouse
  const stop = new AbortController()
  const store = createRawStore({
    ...warehouse,
    // The way to this server is cut after the claim: the request goes out and nothing comes back.
    insertArrow: async (...[, , , guard]) => {
      setTimeout(() => stop.abort(), 50)
      await fetch(`http://127.0.0.1:${port}`, { method: 'POST', ...(guard?.signal && { signal: guard.signal }) })
    },
  })
  const waiting = createLander(store).land(batch(16, 2), stop.signal)
  await expect(waiting).rejects.toMatchObject({ code: 'STOPPED', retryable: true })
  hung.closeAllConnections()
  hung.close()
  expect((await landers[1].land(batch(16, 2))).length).toBe(1)
})
