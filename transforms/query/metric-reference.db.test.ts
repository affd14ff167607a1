/** What the metrics say of a simulated store equals what plain loops say of the same orders, events and deeds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { type Door, createDoor } from './door.ts'
import { unrestricted } from './request.ts'
import { createSlowBusinessMs } from './test-business-hours.ts'
import { createReference, known, mean, percentile } from './test-reference.ts'
import { type TestStore, openTestStore } from './test-store.ts'
import { type Row, type Told, readTold } from './test-told.ts'

const DAY = 86_400_000
let store: TestStore
let door: Door
let told: Told
let asOf: number

beforeAll(async () => {
  store = await openTestStore({ createLanding, createStore })
  door = createDoor(store.warehouse, { now: () => store.now })
  told = await readTold(store)
  asOf = store.now.getTime()
}, 300_000)
afterAll(() => store.close())

const { shares, counts, durations } = createReference(
  () => told,
  () => asOf,
)
const opened = (): Row[] => told.anomalies.filter((row) => row['opened_at'] !== null)

const valueOf = async (metric: string, time_basis?: 'business'): Promise<number | null> =>
  (await door.measure({ metric, ...(time_basis && { time_basis }) }, unrestricted)).rows[0]?.value ?? null

test.each(Object.entries(shares))('%s', async (metric, worked) => {
  const expected = worked()
  expect(await valueOf(metric)).toBe(expected)
  // A share of nothing or of everything would hold whatever the definition says.
  expect(expected).toBeGreaterThan(0)
  if (!metric.endsWith('_per_case')) expect(expected).toBeLessThan(1)
})

test.each(Object.entries(counts))('%s', async (metric, worked) => {
  const expected = worked()
  expect(await valueOf(metric)).toBe(expected)
  expect(expected).toBeGreaterThan(0)
})

const elapsed = ({ since, until }: { since: number; until: number }): number => until - since

test.each(Object.entries(durations))('%s, median and P90, in calendar and in business time', async (name, spans) => {
  const slow = createSlowBusinessMs(readHours())
  const bases = {
    calendar: elapsed,
    business: ({ since, until }: { since: number; until: number }) => slow(since, until),
  }
  expect(spans().length).toBeGreaterThan(5)
  for (const [basis, length] of Object.entries(bases)) {
    const seconds = spans().map((span) => {
      const paused = (span.pauses ?? []).map(([from, to]) => ({
        since: Math.max(from, span.since),
        until: Math.min(to, span.until),
      }))
      return (
        (length(span) - paused.reduce((sum, pause) => sum + (pause.until > pause.since ? length(pause) : 0), 0)) / 1000
      )
    })
    const ask = (metric: string) => valueOf(metric, basis === 'business' ? 'business' : undefined)
    expect(await ask(`median_${name}`)).toBeCloseTo(percentile(seconds, 50) ?? NaN, 6)
    expect(await ask(`p90_${name}`)).toBe(percentile(seconds, 90))
    if (name.startsWith('backlog')) expect(await ask(`max_${name}`)).toBe(Math.max(...seconds))
    else expect(await ask(`mean_${name}`)).toBeCloseTo(mean(seconds) ?? NaN, 3)
  }
})

test('an order of which a parcel came back is on time and not in full', async () => {
  const [onTime, inFull] = [await valueOf('on_time_delivery_rate'), await valueOf('otif_rate')]
  expect(inFull).toBeLessThan(onTime ?? 0)
})

test('a cohort is mature when all its rows are', async () => {
  const { rows } = await door.measure({ metric: 'anomaly_rate', grain: 'day' }, unrestricted)
  const isMature = (row: Row): boolean =>
    ['delivered_at', 'completed_at', 'canceled_at', 'closed_at'].some((name) => known(row, name) <= asOf) ||
    known(row, 'created_at') <= asOf - 30 * DAY
  for (const { keys, n, mature } of rows) {
    const from = Date.parse(String(keys[0]))
    const cohort = told.orders.filter(
      (row) => known(row, 'created_at') >= from && known(row, 'created_at') < from + DAY,
    )
    expect({ n, mature }).toEqual({ n: cohort.length, mature: cohort.filter(isMature).length })
  }
  expect(rows.some(({ n, mature }) => (mature ?? 0) < n)).toBe(true)
  const later = new Date(asOf + 40 * DAY).toISOString()
  const after = await door.measure({ metric: 'anomaly_rate', grain: 'day', as_of: later }, unrestricted)
  expect(after.rows.every(({ n, mature }) => mature === n)).toBe(true)
})

test('the backlog of an earlier instant is what was open then', async () => {
  for (const daysAgo of [1, 3]) {
    const t = asOf - daysAgo * DAY
    const open = opened().filter((row) => known(row, 'opened_at') <= t && !(known(row, 'resolved_at') <= t))
    const as_of = new Date(t).toISOString()
    const value = async (metric: string) => (await door.measure({ metric, as_of }, unrestricted)).rows[0]?.value
    expect(await value('open_backlog')).toBe(open.length)
    expect(await value('max_backlog_overdue')).toBe(
      (t - Math.min(...open.map((row) => known(row, 'opened_at')))) / 1000,
    )
  }
})

test("transitions, ways and places of waiting are those of the orders' own stages", async () => {
  const stages = [
    'created',
    'paid',
    'confirmed',
    'label_created',
    'handed_over',
    'first_scan',
    'delivered',
    'completed',
    'canceled',
    'closed',
  ]
  const ways = told.orders.map((row) =>
    stages
      .map((stage, rank) => ({ stage, rank, at: known(row, `${stage}_at`) }))
      .filter((step) => !Number.isNaN(step.at))
      .sort((a, b) => a.at - b.at || a.rank - b.rank),
  )
  const steps = ways.flatMap((way) =>
    way.slice(1).map((to, n) => ({ from: way[n]?.stage, to: to.stage, wait: to.at - (way[n]?.at ?? NaN) })),
  )
  const grouped = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
    const groups = new Map<string, T[]>()
    for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
    return groups
  }
  const answer = async (metric: string, by: string[]): Promise<Map<string, number | null>> => {
    const { rows } = await door.measure({ metric, by }, unrestricted)
    return new Map(rows.map(({ keys, value }) => [keys.join(' → '), value]))
  }
  const byStep = grouped(steps, ({ from, to }) => `${from} → ${to}`)
  const inSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)
  const waits = (percent: number): Map<string, number | null> =>
    new Map(
      [...byStep].map(([key, own]) => [
        key,
        inSeconds(
          percentile(
            own.map(({ wait }) => wait),
            percent,
          ),
        ),
      ]),
    )
  const sizes = <T>(groups: ReadonlyMap<string, readonly T[]>): Map<string, number> =>
    new Map([...groups].map(([key, own]) => [key, own.length]))
  const pair = ['from_stage', 'to_stage']
  expect(byStep.size).toBeGreaterThan(6)
  expect(await answer('transitions', pair)).toEqual(sizes(byStep))
  expect(await answer('median_transition_wait', pair)).toEqual(waits(50))
  expect(await answer('p90_transition_wait', pair)).toEqual(waits(90))
  const taken = ways.filter((way) => way.length > 0)
  const byWay = grouped(taken, (way) => way.map(({ stage }) => stage).join(' > '))
  expect(byWay.size).toBeGreaterThan(3)
  expect(await answer('order_variants', ['variant'])).toEqual(sizes(byWay))
  const standing = taken.filter((way) => !['completed', 'canceled', 'closed'].includes(way.at(-1)?.stage ?? ''))
  const byStage = grouped(standing, (way) => way.at(-1)?.stage ?? '')
  expect(await answer('orders_at_stage', ['from_stage'])).toEqual(sizes(byStage))
  expect(await answer('median_stage_age', ['from_stage'])).toEqual(
    new Map(
      [...byStage].map(([stage, own]) => [
        stage,
        inSeconds(
          percentile(
            own.map((way) => asOf - (way.at(-1)?.at ?? NaN)),
            50,
          ),
        ),
      ]),
    ),
  )
})

function readHours(): Parameters<typeof createSlowBusinessMs>[0] {
  const lines = (name: string): string[][] =>
    readFileSync(join(import.meta.dirname, `../seeds/${name}.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
  const shifts = lines('business_hours').map(
    ([, , weekday, opens = '', closes = '', valid_from = '', valid_until = '']) => ({
      weekday: Number(weekday),
      opens,
      closes,
      valid_from,
      valid_until,
    }),
  )
  const days = lines('holidays').map(([, day = '', , works_as]) => [day, Number(works_as)] as const)
  const holidays = days.filter(([, works_as]) => works_as === 0).map(([day]) => day)
  return { zone: 'Asia/Shanghai', shifts, holidays, workdays: Object.fromEntries(days.filter(([, as]) => as > 0)) }
}
