/** The number on a mark is the number of rows in its drill: every mark of every tile of every board and report. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tile } from '#dashboards/board.ts'
import type { ChartContext } from '#dashboards/charts/context.ts'
import { createDescriptors, describeAnswer } from '#api/features/metrics/descriptors.ts'
import { marksOf, type Mark } from '#dashboards/charts/model.ts'
import { prepareTile } from '#dashboards/charts/prepare.ts'
import { requestsOfTile } from '#dashboards/charts/requests.ts'
import { loadBoards, loadReportDefinitions } from '#dashboards/load.ts'
import type { PlantedIncident } from '#ingest/simulator/incident.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { createDoor, type Door } from '#transforms/query/door.ts'
import { type MetricQueryInput, type RowScope, unrestricted } from '#transforms/query/request.ts'
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

/** A mean is summed in whichever order the rows come: its last digits are nobody's. */
const isSame = (a: number | null, b: number | null): boolean =>
  a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-8 * Math.max(Math.abs(a), Math.abs(b)))

/** So many questions at random; `MARKS=2000` asks more. */
const RANDOM = Number(process.env['MARKS'] ?? 300)
const zones = ['UTC', 'Asia/Shanghai', 'America/Sao_Paulo', 'Asia/Kolkata', 'Australia/Lord_Howe']
const grains = ['hour', 'day', 'week', 'month'] as const

/** A question as somebody might put it together out of the catalogue: any metric, split, window, zone, grain, filter. */
function anyQuestion(dice: (sides: number) => number): MetricQueryInput {
  const pick = <T>(list: readonly T[]): T => list[dice(list.length)] as T
  const card = pick(door.catalogue().metrics)
  const by = [...new Set(Array.from({ length: dice(3) }, () => pick(card.dimensions)))]
  const begins = now - (1 + dice(6)) * DAY - dice(24) * 3_600_000
  const window = {
    from: new Date(begins).toISOString(),
    to: new Date(begins + (1 + dice(96)) * 3_600_000).toISOString(),
  }
  const hasGrain = dice(2) === 0
  const [top] = by
  return {
    metric: card.name,
    by,
    zone: pick(zones),
    ...(card.snapshot && !hasGrain
      ? { as_of: window.to < new Date(now).toISOString() ? window.to : window.from }
      : window),
    ...(hasGrain && { grain: pick(grains) }),
    ...(dice(2) === 0 && card.times.length > 0 && !card.snapshot && { time: pick(card.times) }),
    ...(dice(2) === 0 && { time_basis: pick(card.time_bases) }),
    ...(card.dimensions.includes('channel') &&
      dice(3) === 0 && {
        where: [{ dimension: 'channel', op: pick(['in', 'not_in'] as const), values: ['tmall', 'jd'] }],
      }),
    ...(top !== undefined && dice(2) === 0 && { top: { dimension: top, n: 1 + dice(3) } }),
    ...(!card.snapshot && dice(3) === 0 && { compare: 'previous' as const }),
    total: dice(2) === 0,
  }
}

test('of questions at random, every row, total and rest is what its drill says', { timeout: 1_200_000 }, async () => {
  const seed = Number(process.env['MARKS_SEED'] ?? 1)
  let state = seed
  const dice = (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
  const descriptors = createDescriptors(Buffer.alloc(32))
  const wrong: unknown[] = []
  let held = 0
  for (let turn = 0; turn < RANDOM; turn += 1) {
    const asked = anyQuestion(dice)
    const answer = describeAnswer(await door.ask(asked, everything), asked, {
      catalogue: door.catalogue(),
      descriptors,
    })
    const { rows, others, compared, total } = answer
    const told = [rows, others?.rows ?? [], compared?.rows ?? []].flatMap((list) =>
      list.length === 0 ? [] : [list[dice(list.length)], list.at(-1)],
    )
    for (const number of [...told, total]) {
      if (number?.descriptor === undefined) continue
      const { version, drill } = descriptors.read(number.descriptor)
      const { value } = await door.drill({ ...drill, limit: 1 }, everything)
      held += 1
      if (!isSame(value, number.value) || version !== answer.version)
        wrong.push({ asked, told: number, drill, drilled: value })
    }
  }
  expect(wrong).toEqual([])
  expect(held).toBeGreaterThan(RANDOM / 2)
})
