/** For tests: both doors with a real landing behind them, and a process that can die and start again over the same rows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { LandHttp } from '#ingest/sources/http-delivery.ts'
import { createFindLanded } from '#ingest/sources/http-once.ts'
import { createWebhookDoor } from '#ingest/sources/http-webhooks.ts'
import { type HttpSource, createHttpSource } from '#ingest/sources/http.ts'
import { loadWebhookEndpoints } from '#ingest/webhooks/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type TestApp, openTestApp } from '../../test-app.ts'

/** Of the landing, what the doors need; which one is the test's to say. */
export type TestLanding = { readonly land: LandHttp; settled(): Promise<void>; close(): Promise<void> }

/** What happens to the next batches: it lands, or the process dies before or after it is durable. */
export type Fate = 'lands' | 'dies before' | 'dies after'

export type TestDoors = TestApp & {
  readonly warehouse: Warehouse
  readonly landing: () => TestLanding
  /** Counts batches; a request that shares one adds none. */
  readonly batches: () => number
  fate(...next: Fate[]): void
  /** A new process over the same rows: it remembers nothing. */
  restart(): Promise<void>
  /** Landed rows of a topic in order, as text. */
  rows(topic: string): Promise<Record<string, unknown>[]>
  metric(line: string): Promise<number>
}

export async function openTestDoors(
  env: Record<string, string>,
  options: { createLanding: (warehouse: Warehouse) => Promise<TestLanding>; log?: FastifyBaseLogger },
): Promise<TestDoors> {
  const folder = mkdtempSync(join(tmpdir(), 'orderlens-doors-'))
  const warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'orderlens',
    readers: 2,
  })
  const { createLanding } = options
  let landing = await createLanding(warehouse)
  let fates: Fate[] = []
  let batches = 0
  const createSource = (): HttpSource =>
    createHttpSource({
      land: async (batch, signal) => {
        const fate = fates.shift() ?? 'lands'
        if (fate === 'dies before') throw new Error('killed')
        batches += 1
        const landed = await landing.land(batch, signal)
        if (fate === 'dies after') throw new Error('killed')
        return landed
      },
      findLanded: createFindLanded(warehouse),
    })
  let source = createSource()
  const now: HttpSource = {
    accept: (delivery) => source.accept(delivery),
    acceptOnce: (delivery, batchId) => source.acceptOnce(delivery, batchId),
    stop: () => source.stop(),
  }
  const one = await openTestApp({
    env,
    log: options.log ?? null,
    ingest: { source: now, webhooks: createWebhookDoor({ endpoints: loadWebhookEndpoints(env), source: now }) },
  })
  return {
    ...one,
    warehouse,
    landing: () => landing,
    batches: () => batches,
    fate: (...next) => void (fates = next),
    async restart() {
      await landing.close()
      landing = await createLanding(warehouse)
      source = createSource()
    },
    rows: (topic) =>
      warehouse.queryRows(
        `select toString(offset) as offset, epoch, format, key, headers, value from raw_events
         where topic = {topic:String} order by landed_at, epoch, offset`,
        { topic },
      ),
    async metric(line) {
      const { body } = await one.app.inject({ url: '/metrics', headers: await one.as('admin') })
      const found = body.split('\n').find((text) => text.startsWith(`${line} `))
      return found === undefined ? 0 : Number(found.slice(line.length))
    },
    async close() {
      await one.close()
      await source.stop()
      await landing.close()
      await warehouse.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
