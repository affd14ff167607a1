/** What brings events in: Kafka where brokers are set, the HTTP door and the webhooks, all into the one landing. */
import type { Landing } from '#ingest/landing.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import { createFindLanded } from '#ingest/sources/http-once.ts'
import { type WebhookDoor, createWebhookDoor } from '#ingest/sources/http-webhooks.ts'
import { type HttpSource, createHttpSource } from '#ingest/sources/http.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import type { LandBatch } from '#ingest/sources/source.ts'
import { createStreamLedger } from '#ingest/sources/stream-ledger.ts'
import type { WebhookEndpoint } from '#ingest/webhooks/config.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Log } from './log.ts'
import type { Terminal } from './terminal.ts'

export type Ingestion = { readonly http: HttpSource; readonly webhooks: WebhookDoor; stop(): Promise<void> }

export async function startIngestion(options: {
  warehouse: Warehouse
  landing: Landing
  webhooks: ReadonlyMap<string, WebhookEndpoint>
  kafka: KafkaConfig | null
  terminal: Terminal
  log: Log
}): Promise<Ingestion> {
  const { warehouse, landing, kafka, terminal, log } = options
  const land: LandBatch = async (batch, signal) => void (await landing.land(batch, signal))
  const http = createHttpSource({
    land: (batch, signal) => landing.land(batch, signal),
    findLanded: createFindLanded(warehouse),
  })
  const webhooks = createWebhookDoor({ endpoints: options.webhooks, source: http })
  if (kafka === null) return { http, webhooks, stop: () => http.stop() }
  const { lastLanded, note, report } = createStreamLedger(warehouse)
  const source = createKafkaSource({
    config: kafka,
    resumeOffset: landing.takeOver,
    lastLanded,
    note,
    report,
    log,
    landingsAtOnce: warehouse.mode === 'server' ? 3 : 1,
  })
  await terminal.part(
    'kafka',
    () => source.start(land),
    () => kafka.topics.join(', '),
  )
  return {
    http,
    webhooks,
    async stop() {
      await source.stop()
      await http.stop()
    },
  }
}
