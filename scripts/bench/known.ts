/**
 * `npm run bench -- known`: what it costs to ask as of an instant, beside building the same tables anew, on a week of the
 * simulated store.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLanding } from '#ingest/landing.ts'
import { createDataset } from '#ingest/simulator/dataset.ts'
import { buildModels, buildSelected } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createDoor } from '#transforms/query/door.ts'
import { unrestricted } from '#transforms/query/request.ts'
import { createTicker } from '#transforms/tick.ts'
import { openWarehouse } from '#warehouse/open.ts'

const DAY = 86_400_000
const END = Date.UTC(2026, 10, 23)
const ORDERS = 20_000
const DAYS = 7

const folder = mkdtempSync(join(tmpdir(), 'orderlens-bench-known-'))
const warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'w'), database: 'bench', readers: 4 })
try {
  const landing = await createLanding(warehouse)
  const project = readProject()
  await buildModels(warehouse, project)
  const { messages } = createDataset({ seed: 7, orders: ORDERS, asOfMs: END, days: DAYS })
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
  await createTicker(warehouse, project).tick(END)
  console.log(`${messages.length} events of ${ORDERS} orders`)

  const door = createDoor(warehouse, { now: () => new Date(END), waitMs: 600_000 })
  const ask = (known_at?: string) =>
    door.measure({ metric: 'open_backlog', by: ['anomaly_type'], ...(known_at && { known_at }) }, unrestricted)
  const told: string[][] = []
  const time = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const startedMs = performance.now()
    await work()
    told.push([what, `${Math.round(performance.now() - startedMs)} ms`])
  }
  const tables = ['order_state', 'expectations', 'anomalies', 'anomaly_handling', 'anomaly_state', 'refunds']
  await time('the present', () => ask())
  await time('the same tables built anew', () =>
    buildSelected(warehouse, project, { names: tables, isFullRefresh: true, nowMs: END }),
  )
  for (const days of [1, 3.5, 6]) {
    const at = new Date(END - days * DAY).toISOString()
    await time(`${days} days ago, asked first`, () => ask(at))
    await time(`${days} days ago, asked again`, () => ask(at))
  }
  const at = new Date(END - 3.5 * DAY).toISOString()
  const { rows } = await door.drill({ metric: 'open_backlog', known_at: at, limit: 6 }, unrestricted)
  for (const [n, row] of rows.entries())
    await time(`one order, ${n === 0 ? 'the first' : 'another'}`, () =>
      door.orderKnownAt(String(row['order_id']), at, unrestricted),
    )
  console.log(told.map(([what = '', took = '']) => `${what.padEnd(32)} ${took.padStart(9)}`).join('\n'))
  await landing.close()
} finally {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}
