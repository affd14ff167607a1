/** For tests: a few days of the simulated store, landed and looked at twice a day, with people who deal with what is found. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Envelope } from '#ingest/contracts/index.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { createTicker } from '../tick.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
export const storeStart = Date.UTC(2026, 8, 1)

/** What lands, and how: of `ingest`, of which only tests may know. */
type Ingest = {
  readonly events: readonly { readonly envelope: Envelope; readonly emitAtMs: number }[]
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

/** `dealWith` is asked after every look about the anomalies that are open then; what it answers lands before the next. */
export async function openTestStore(options: {
  readonly ingest: Ingest
  readonly days: number
  readonly dealWith?: (open: readonly OpenAnomaly[], atMs: number) => Envelope[]
}): Promise<TestStore> {
  const { ingest, days, dealWith = () => [] } = options
  const folder = mkdtempSync(join(tmpdir(), 'orderlens-store-'))
  const warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  const landing = await ingest.createLanding(warehouse)
  const project = readProject()
  const ticker = createTicker(warehouse, project)
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
  const events = [...ingest.events].sort((a, b) => a.emitAtMs - b.emitAtMs)
  let deeds: Envelope[] = []
  for (let at = storeStart + DAY / 2; at <= storeStart + days * DAY; at += DAY / 2) {
    const told = events.filter(({ emitAtMs }) => emitAtMs > at - DAY / 2 && emitAtMs <= at)
    await land([...told.map(({ envelope }) => envelope), ...deeds])
    await ticker.tick(at)
    deeds = dealWith(await openAnomalies(warehouse), at)
  }
  return {
    warehouse,
    landed,
    now: new Date(storeStart + days * DAY),
    async close() {
      await landing.close()
      await warehouse.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

async function openAnomalies(warehouse: Warehouse): Promise<OpenAnomaly[]> {
  const sql = `select anomaly_id, anomaly_type, order_id from anomaly_current where status = 'open' order by anomaly_id`
  // safe because the columns are those that the statement names
  return (await warehouse.queryRows(sql, {})) as OpenAnomaly[]
}
