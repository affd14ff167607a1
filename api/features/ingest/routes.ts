/** The doors by which others send: events, for producers with a key, and webhooks. What is landed is what was sent. */
import type { Registry } from 'prom-client'
import type { HttpSource } from '#ingest/sources/http.ts'
import type { WebhookDoor } from '#ingest/sources/http-webhooks.ts'
import type { App } from '../../feature.ts'
import { registerRawBodies } from './body.ts'
import { createIngestCounters } from './counters.ts'
import { eventRoutes } from './events.ts'
import { webhookRoutes } from './webhooks.ts'

export type IngestDeps = {
  readonly source: Pick<HttpSource, 'accept' | 'acceptOnce'>
  readonly webhooks: WebhookDoor
  readonly keys: readonly { readonly name: string; readonly key: string }[]
  readonly registry: Registry
}

export async function ingestRoutes(app: App, { source, webhooks, keys, registry }: IngestDeps): Promise<void> {
  const counters = createIngestCounters(registry)
  await app.register(async (scoped: App) => {
    registerRawBodies(scoped)
    eventRoutes(scoped, { source, keys, counters })
    webhookRoutes(scoped, { webhooks, counters })
  })
}
