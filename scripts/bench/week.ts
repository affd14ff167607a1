/** A week of the simulated store, landed and worked out, for benchmarks that ask. */
import { createLanding } from '#ingest/landing.ts'
import { createDataset } from '#ingest/simulator/dataset.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export const WEEK = { orders: 21_000, days: 7, endsAt: '2026-09-08T00:00:00.000Z' } as const

/** Returns how many messages landed. */
export async function fillWeek(warehouse: Warehouse): Promise<number> {
  const landing = await createLanding(warehouse)
  const project = readProject()
  await buildModels(warehouse, project)
  const asOfMs = Date.parse(WEEK.endsAt)
  const { messages } = createDataset({ seed: 7, orders: WEEK.orders, asOfMs, days: WEEK.days })
  await landing.land({
    topic: 'bench',
    partition: 0,
    epoch: '1',
    format: 'cloudevents',
    messages: messages.map(({ offset, key, value, atMs }) => ({
      offset,
      key: Buffer.from(key),
      value: Buffer.from(value),
      brokerAtMs: atMs,
    })),
  })
  await landing.settled()
  await createTicker(warehouse, project).tick(asOfMs)
  await landing.close()
  return messages.length
}
