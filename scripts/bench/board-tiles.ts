/**
 * What a board asks about millions of anomalies: each tile of the overview that is about anomalies, answered from their rows
 * by day as the product does it, and from the table of anomalies itself. All questions of a tile are asked at once, as a
 * screen does. Both ways take turns, and their answers are compared.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Tile } from '#dashboards/board.ts'
import { type ChartContext, windowEndingAt } from '#dashboards/charts/context.ts'
import { requestsOfTile } from '#dashboards/charts/requests.ts'
import { loadBoards } from '#dashboards/load.ts'
import { catalogueOf, definitions } from '#transforms/metrics/definitions.ts'
import { placedByDay } from '#transforms/query/by-day.ts'
import { compileMetric } from '#transforms/query/compile-metric.ts'
import { parametersOf } from '#transforms/query/parameters.ts'
import { type Plan, planOf } from '#transforms/query/plan.ts'
import { readCells } from '#transforms/query/read.ts'
import { metricRequestSchema, unrestricted } from '#transforms/query/request.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { measure, median, printAim, printTable, quantile } from './measure.ts'

const WINDOWS = ['7d', '90d'] as const
const ROUNDS = { byDay: 20, itself: 2 }
const AIMS = { ofItself: 0.1, p95Ms: 60 }

/** The window that the board opens with is what the aims are about. */
const OPENS_WITH = '7d'

export async function timeTiles(warehouse: Warehouse, nowMs: number, anomalies: number): Promise<void> {
  const rows: string[][] = []
  const worst = { ratio: 0, p95Ms: 0 }
  const { tiles = [] } = loadBoards().find(({ slug }) => slug === 'overview') ?? {}
  for (const window of WINDOWS)
    for (const tile of tiles) {
      const plans = plansOf(tile, window, nowMs)
      if (plans === null) continue
      const found = await timeBoth(warehouse, plans, nowMs)
      const [itself, byDay, p95] = [median(found.itself), median(found.byDay), quantile(found.byDay, 0.95)]
      if (window === OPENS_WITH) {
        worst.ratio = Math.max(worst.ratio, byDay / itself)
        worst.p95Ms = Math.max(worst.p95Ms, p95)
      }
      rows.push([
        `${window} ${tile.id}`,
        String(plans.length),
        itself.toFixed(0),
        byDay.toFixed(1),
        p95.toFixed(1),
        (byDay / itself).toFixed(3),
      ])
      console.log(`  ${rows.length}: ${window} ${tile.id}, ${byDay.toFixed(1)} ms of ${itself.toFixed(0)}`)
    }
  console.log(`${anomalies.toLocaleString('en')} anomalies, times in ms`)
  printTable(['tile', 'questions', 'of the anomalies', 'by day', 'by day p95', 'ratio'], rows)
  printAim(`${OPENS_WITH}, by day of the same question to the anomalies, worst tile`, worst.ratio, AIMS.ofItself, false)
  printAim(`${OPENS_WITH}, p95 in ms, worst tile`, worst.p95Ms, AIMS.p95Ms, false)
}

/** Null where the tile is about something else. */
function plansOf(tile: Tile, window: (typeof WINDOWS)[number], nowMs: number): Plan[] | null {
  const at = new Date(nowMs).toISOString()
  const context: ChartContext = {
    language: 'en',
    zone: 'Asia/Shanghai',
    window: windowEndingAt(at, window),
    as_of: at,
    where: [],
    catalogue: catalogueOf(definitions()),
  }
  const plans = requestsOfTile(tile, context).map((request) =>
    planOf(definitions(), metricRequestSchema.parse(request), unrestricted),
  )
  const own = plans.filter(({ dataset }) => dataset.name === 'anomalies')
  return own.length === 0 ? null : own
}

async function timeBoth(
  warehouse: Warehouse,
  plans: readonly Plan[],
  nowMs: number,
): Promise<{ itself: number[]; byDay: number[] }> {
  const ask = (asked: readonly Plan[]): Promise<unknown[]> =>
    Promise.all(
      asked.map((plan) =>
        readCells(warehouse, compileMetric(plan), {
          ...parametersOf(plan, plan.request.as_of ?? new Date(nowMs).toISOString()),
          limit: plan.request.limit + 1,
        }),
      ),
    )
  const byDay = plans.map(placedByDay)
  if (byDay.some((plan, n) => plan === plans[n])) throw new Error('a question of the board is not answered by day')
  const spent = { itself: [] as number[], byDay: [] as number[] }
  const answers: unknown[] = [await ask(byDay)]
  for (let round = 0; round < ROUNDS.itself; round += 1) {
    spent.itself.push((await measure(async () => answers.push(await ask(plans)))).seconds * 1000)
    for (let turn = 0; turn < ROUNDS.byDay / ROUNDS.itself; turn += 1)
      spent.byDay.push((await measure(() => ask(byDay))).seconds * 1000)
  }
  if (!answers.every((answer) => isDeepStrictEqual(answer, answers[0])))
    throw new Error('the rows by day give another answer than the anomalies')
  return spent
}
