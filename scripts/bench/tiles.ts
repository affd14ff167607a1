/**
 * Tiles: what the API adds to the warehouse's own time for each tile of the Overview board, over HTTP on loopback, on a week
 * of the simulated store. Direct and through the API take turns; a tile that is answered from memory is told as such.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openState } from '#api/state/state.ts'
import { openTestApp } from '#api/test-app.ts'
import type { Tile } from '#dashboards/board.ts'
import { type ChartContext, windowEndingAt } from '#dashboards/charts/context.ts'
import { requestsOfTile } from '#dashboards/charts/requests.ts'
import { loadBoards } from '#dashboards/load.ts'
import { createDoor } from '#transforms/query/door.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { type Measurement, machine, measure, median, printTable, quantile } from './measure.ts'
import { record } from './recorder.ts'
import { WEEK, fillWeek } from './week.ts'

const ROUNDS = 15
/** Through the API at most this many times the direct query, plus this many milliseconds. */
const AIM = { times: 1.3, plusMs: 3 }
const MOST_REQUESTS = 20

const folder = mkdtempSync(join(tmpdir(), 'orderlens-bench-'))
try {
  await run()
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

async function run(): Promise<void> {
  const warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'bench',
    readers: 4,
  })
  const events = await fillWeek(warehouse)
  console.log(`${machine()}; ${WEEK.orders} orders, ${events} messages, ${ROUNDS} rounds, times in ms`)

  const recorder = record(warehouse)
  const door = createDoor(recorder.warehouse)
  const { app, as, close } = await openTestApp({ door, state: await openState({}) })
  const headers = { ...(await as('manager')), 'content-type': 'application/json' }
  const address = await app.listen({ host: '127.0.0.1', port: 0 })

  const context: ChartContext = {
    language: 'en',
    zone: 'Asia/Shanghai',
    window: windowEndingAt(WEEK.endsAt, '7d'),
    as_of: WEEK.endsAt,
    where: [],
    catalogue: door.catalogue(),
  }
  const rows: string[][] = []
  let missed = 0
  for (const tile of loadBoards().find(({ slug }) => slug === 'overview')?.tiles ?? []) {
    const bodies = bodiesOf(tile, context)
    const overHttp = async (): Promise<void> => {
      await Promise.all(
        bodies.map(async (body) => {
          const reply = await fetch(`${address}/api/metrics/query`, { method: 'POST', headers, body })
          const text = await reply.text()
          if (!reply.ok) throw new Error(`tile ${tile.id}: ${reply.status} ${text}`)
        }),
      )
    }
    await overHttp()
    const statements = await recorder.during(overHttp)
    const direct = async (): Promise<void> => void (await Promise.all(statements.map((statement) => statement())))
    const asked = recorder.count()
    const runs = { direct: [] as Measurement[], api: [] as Measurement[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      runs.direct.push(await measure(direct))
      runs.api.push(await measure(overHttp))
    }
    // The data's clock may be remembered for a moment; the numbers themselves must not be.
    const isFromMemory = recorder.count() - asked < ROUNDS * (statements.length - 1)
    const ms = (found: readonly Measurement[]) => found.map(({ seconds }) => seconds * 1000)
    const cpu = (found: readonly Measurement[]) => median(found.map(({ cpuSeconds }) => cpuSeconds * 1000))
    const [directMs, apiMs] = [median(ms(runs.direct)), median(ms(runs.api))]
    const allowed = AIM.times * directMs + AIM.plusMs
    if (apiMs > allowed) missed += 1
    rows.push([
      isFromMemory ? `${tile.id} (from memory)` : tile.id,
      String(statements.length),
      directMs.toFixed(1),
      apiMs.toFixed(1),
      quantile(ms(runs.api), 0.95).toFixed(1),
      (apiMs / directMs).toFixed(2),
      (cpu(runs.api) / cpu(runs.direct)).toFixed(2),
      apiMs <= allowed ? 'met' : `MISSED (${allowed.toFixed(1)})`,
    ])
  }
  printTable(
    ['tile', 'statements', 'direct', 'API', 'API p95', 'ratio', 'CPU ratio', `≤ ${AIM.times} × + ${AIM.plusMs} ms`],
    rows,
  )
  console.log(`${missed === 0 ? 'met    every tile' : `MISSED ${missed} of ${rows.length} tiles`}`)
  await close()
  await warehouse.close()
}

function bodiesOf(tile: Tile, context: ChartContext): string[] {
  const requests = requestsOfTile(tile, context)
  const packs = Array.from({ length: Math.ceil(requests.length / MOST_REQUESTS) }, (_, n) =>
    requests.slice(n * MOST_REQUESTS, (n + 1) * MOST_REQUESTS),
  )
  return packs.map((pack) => JSON.stringify({ requests: pack }))
}
