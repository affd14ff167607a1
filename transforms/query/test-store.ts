/**
 * For tests: nine days of the simulated store, landed and looked at twice a day, with people who deal with what is found. It
 * takes long to make, so the first file of a run that asks makes it, and each gets a copy.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Envelope } from '#ingest/contracts/index.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { DATABASE, copyWarehouse, openBuiltWarehouse, sharedFolder } from '../engine/test-built.ts'
import { createTicker } from '../tick.ts'
import { createDeeds } from './test-deeds.ts'
import { returnedOrder } from './test-returned-order.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Orders are placed in the first of them. */
const ORDER_DAYS = 7
const DAYS = 9
export const storeStart = Date.UTC(2026, 8, 1)

type Told = { readonly envelope: Envelope; readonly emitAtMs: number }
/** Of `ingest`, of which only tests may know. */
type Ingest = {
  createStore(options: { seed: number; ordersPerDay: number }): {
    ordersBetween(fromMs: number, toMs: number): Iterable<{ readonly events: readonly Told[] }>
  }
  createLanding(warehouse: Warehouse): Promise<{
    land(batch: Batch): Promise<unknown>
    settled(): Promise<unknown>
    close(): Promise<unknown>
  }>
}
type Batch = {
  topic: string
  partition: number
  epoch: string
  format: 'cloudevents'
  messages: { offset: bigint; key: null; value: Buffer; brokerAtMs: number }[]
}

export type OpenAnomaly = { readonly anomaly_id: string; readonly anomaly_type: string; readonly order_id: string }
export type TestStore = {
  readonly warehouse: Warehouse
  readonly now: Date
  /** Everything that landed. */
  readonly landed: readonly Envelope[]
  close(): Promise<void>
}

export async function openTestStore(ingest: Ingest): Promise<TestStore> {
  const made = await sharedFolder('store', (path) => make(path, ingest))
  const folder = mkdtempSync(join(tmpdir(), 'orderlens-store-'))
  const path = join(folder, 'warehouse')
  copyWarehouse(join(made, 'warehouse'), path)
  const warehouse = await openWarehouse({ mode: 'embedded', path, database: DATABASE, readers: 2 })
  return {
    warehouse,
    // safe because it was written by what made the store
    landed: JSON.parse(readFileSync(join(made, LANDED), 'utf8')) as Envelope[],
    now: new Date(storeStart + DAYS * DAY),
    async close() {
      await warehouse.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

const LANDED = 'landed.json'

async function make(folder: string, { createStore, createLanding }: Ingest): Promise<void> {
  const orders = createStore({ seed: 7, ordersPerDay: 150 }).ordersBetween(storeStart, storeStart + ORDER_DAYS * DAY)
  const events = [...[...orders].flatMap((order) => order.events), ...returnedOrder(storeStart + DAY)].sort(
    (a, b) => a.emitAtMs - b.emitAtMs,
  )
  const dealWith = createDeeds()
  mkdirSync(folder, { recursive: true })
  const warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  const landing = await createLanding(warehouse)
  const ticker = createTicker(warehouse, readProject())
  const landed: Envelope[] = []
  const land = async (envelopes: readonly Envelope[]): Promise<void> => {
    const messages = envelopes.map((envelope) => ({
      offset: BigInt(landed.push(envelope)),
      key: null,
      value: Buffer.from(JSON.stringify(envelope)),
      brokerAtMs: Date.parse(envelope.time),
    }))
    if (messages.length === 0) return
    await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
    await landing.settled()
  }
  let deeds: Envelope[] = []
  // What is done after a look lands before the next.
  for (let at = storeStart + DAY / 2; at <= storeStart + DAYS * DAY; at += DAY / 2) {
    const told = events.filter(({ emitAtMs }) => emitAtMs > at - DAY / 2 && emitAtMs <= at)
    await land([...told.map(({ envelope }) => envelope), ...deeds])
    await ticker.tick(at)
    deeds = dealWith(await openAnomalies(warehouse), at)
  }
  await landing.close()
  await warehouse.close()
  writeFileSync(join(folder, LANDED), JSON.stringify(landed))
}

async function openAnomalies(warehouse: Warehouse): Promise<OpenAnomaly[]> {
  const sql = `select anomaly_id, anomaly_type, order_id from anomaly_current where status = 'open' order by anomaly_id`
  // safe because the columns are those that the statement names
  return (await warehouse.queryRows(sql, {})) as OpenAnomaly[]
}
