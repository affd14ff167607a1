/** The data path from bytes to anomalies in a fresh embedded warehouse, for tests that need all of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Envelope } from '#ingest/contracts/index.ts'
import { type Landing, createLanding } from '#ingest/landing.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { type Ticker, createTicker } from '#transforms/tick.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export type Pipeline = {
  readonly warehouse: Warehouse
  readonly landing: Landing
  readonly ticker: Ticker
  /** Lands envelopes as the next messages of a topic. */
  land(topic: string, envelopes: readonly Envelope[]): Promise<void>
  close(): Promise<void>
}

export type PipelineOptions = {
  /** When what lands is said to have landed. */
  readonly now?: () => number
  /** A folder of the caller's, who removes it: two databases in one folder are two pipelines of one engine. */
  readonly folder?: string
  readonly database?: string
}

export async function openPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const { now, database = 'orderlens' } = options
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'orderlens-pipeline-'))
  const warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database,
    readers: 2,
  })
  const landing = await createLanding(warehouse, now === undefined ? {} : { now })
  const project = readProject()
  await buildModels(warehouse, project)
  const next = new Map<string, bigint>()
  return {
    warehouse,
    landing,
    ticker: createTicker(warehouse, project),
    async land(topic, envelopes) {
      let offset = next.get(topic) ?? 0n
      const messages = envelopes.map((envelope) => ({
        offset: offset++,
        key: null,
        value: Buffer.from(JSON.stringify(envelope)),
        brokerAtMs: Date.parse(envelope.time),
      }))
      next.set(topic, offset)
      await landing.land({ topic, partition: 0, epoch: 'test', format: 'cloudevents', messages })
      await landing.settled()
    },
    async close() {
      await landing.close()
      await warehouse.close()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
