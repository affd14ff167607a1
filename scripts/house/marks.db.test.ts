/** The number on a mark is the number of rows in its drill: every mark of every tile of every board and report. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tile } from '#dashboards/board.ts'
import type { ChartContext } from '#dashboards/charts/context.ts'
import { marksOf, type Mark } from '#dashboards/charts/model.ts'
import { prepareTile } from '#dashboards/charts/prepare.ts'
import { requestsOfTile } from '#dashboards/charts/requests.ts'
import { loadBoards, loadReportDefinitions } from '#dashboards/load.ts'
import type { PlantedIncident } from '#ingest/simulator/incident.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { createDoor, type Door } from '#transforms/query/door.ts'
import { type RowScope, unrestricted } from '#transforms/query/request.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const DAY = 86_400_000
const start = Date.UTC(2026, 9, 1)
const now = start + 6.4 * DAY
/** So that there is an incident to count. */
const incidents: readonly PlantedIncident[] = [
  { cause: 'gateway', value: 'alipay', fromMs: start + 5.3 * DAY, toMs: start + 6 * DAY },
]
let pipeline: Pipeline
let door: Door

beforeAll(async () => {
  pipeline = await openPipeline()
  const orders = [...createStore({ seed: 7, ordersPerDay: 150, incidents }).ordersBetween(start, start + 6 * DAY)]
  const emitted = orders
    .flatMap((order) => order.events)
    .filter((event) => event.emitAtMs <= now)
    .sort((a, b) => a.emitAtMs - b.emitAtMs)
  await pipeline.land(
    'simulator',
    emitted.map((event) => event.envelope),
  )
  await pipeline.ticker.tick(now)
  door = createDoor(pipeline.warehouse, { now: () => new Date(now) })
})
afterAll(() => pipeline.close())

const everything: RowScope = unrestricted
const oneRegion: RowScope = { ...unrestricted, regions: ['浙江'] }
const context = (rest: Partial<ChartContext> = {}): ChartContext => ({
  language: 'zh',
  zone: 'Asia/Shanghai',
  window: { from: new Date(now - 5 * DAY).toISOString(), to: new Date(now).toISOString() },
  as_of: null,
  where: [],
  catalogue: door.catalogue(),
  ...rest,
})
const tiles = [
  ...loadBoards().flatMap((board) => board.tiles.map((tile) => [`${board.slug} ${tile.id}`, tile] as const)),
  ...loadReportDefinitions().map((report) => [`${report.slug} chart`, report.chart] as const),
]

async function marksOfTile(tile: Tile, given: ChartContext, scope: RowScope): Promise<Mark[]> {
  const results = await Promise.all(requestsOfTile(tile, given).map((request) => door.measure(request, scope)))
  const model = prepareTile(tile, results, given)
  return marksOf(model)
}

/** Marks whose drill has another value, or, for counts of rows, another number of rows. */
async function wrongMarks(marks: readonly Mark[], scope: RowScope): Promise<unknown[]> {
  const wrong: unknown[] = []
  const left = marks.filter((mark) => mark.value !== null || mark.n > 0)
  const worker = async (): Promise<void> => {
    for (let mark = left.pop(); mark !== undefined; mark = left.pop()) {
      const drill = await door.drill({ ...mark.drill, limit: 1 }, scope)
      const sameRows = drill.unit !== 'count' || drill.counts !== drill.entity || drill.total === mark.value
      if (drill.value !== mark.value || !sameRows)
        wrong.push({ mark, drilled: { value: drill.value, total: drill.total, currency: drill.currency } })
    }
  }
  await Promise.all([worker(), worker(), worker()])
  return wrong
}

test.each(tiles)('%s: every mark equals its drill', { timeout: 240_000 }, async (_name, tile) => {
  const marks = await marksOfTile(tile, context(), everything)
  expect(marks.some((mark) => mark.n > 0)).toBe(true)
  expect(await wrongMarks(marks, everything)).toEqual([])
})

test.each([
  ['one region', oneRegion, {}],
  [
    'two global filters',
    everything,
    {
      where: [
        { dimension: 'channel', op: 'in' as const, values: ['tmall', 'jd'] },
        { dimension: 'severity', op: 'in' as const, values: ['s1', 's2'] },
      ],
    },
  ],
  [
    'a zone with half hours and a moment in the past',
    everything,
    { zone: 'Asia/Kolkata', as_of: new Date(now - DAY).toISOString() },
  ],
])('with %s every mark still equals its drill', { timeout: 240_000 }, async (_name, scope, rest) => {
  for (const [, tile] of tiles) {
    const marks = await marksOfTile(tile, context(rest), scope)
    const some = marks.filter((_, i) => i % Math.ceil(marks.length / 12) === 0)
    expect(await wrongMarks(some, scope)).toEqual([])
  }
})
