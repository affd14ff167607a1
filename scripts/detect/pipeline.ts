/** The data path from bytes to anomalies, on a warehouse in which the models stand. */
import type { Envelope } from '#ingest/contracts/index.ts'
import { type Landing, createLanding } from '#ingest/landing.ts'
import { readProject } from '#transforms/engine/project.ts'
import { type Ticker, createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export type Pipeline = {
  readonly warehouse: Warehouse
  readonly landing: Landing
  readonly ticker: Ticker
  /** Lands envelopes as the next messages of a topic. */
  land(topic: string, envelopes: readonly Envelope[]): Promise<void>
  /** Closes the warehouse with it. */
  close(): Promise<void>
}

export type Clock = {
  /** When what lands is said to have landed. */
  readonly now?: () => number
}

export async function createPipeline(warehouse: Warehouse, clock: Clock = {}): Promise<Pipeline> {
  const landing = await createLanding(warehouse, clock)
  const next = new Map<string, bigint>()
  return {
    warehouse,
    landing,
    ticker: createTicker(warehouse, readProject()),
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
    },
  }
}
