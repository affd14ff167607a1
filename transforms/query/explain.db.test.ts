/** Explanations of the simulated store: parts that add up, drills behind every part, scope, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { type Door, createDoor } from './door.ts'
import { type ExplainRequestInput, type Explanation, type RowScope, unrestricted } from './request.ts'
import { type TestStore, openTestStore, storeStart } from './test-store.ts'

const DAY = 86_400_000
let store: TestStore
let door: Door

beforeAll(async () => {
  store = await openTestStore({ createLanding, createStore })
  door = createDoor(store.warehouse, { now: () => store.now })
}, 300_000)
afterAll(() => store.close())

const day = (n: number): string => new Date(storeStart + n * DAY).toISOString()
const windows = { before: { from: day(0), to: day(3) }, after: { from: day(3), to: day(6) } }
const state = { before: { as_of: day(4) }, after: { as_of: day(7) } }
const slices = {
  before: { where: [{ dimension: 'channel', values: ['tmall'] }] },
  after: { where: [{ dimension: 'channel', values: ['jd'] }] },
}
const asked: Readonly<Record<string, ExplainRequestInput>> = {
  'a count between two windows': { metric: 'orders_placed', dimensions: ['region', 'channel'], ...windows },
  'a count of few rows told': { metric: 'anomalies_opened', dimensions: ['anomaly_type'], limit: 2, ...windows },
  'an amount of money at two instants': { metric: 'money_at_risk', dimensions: ['anomaly_type', 'region'], ...state },
  'a share between two windows': { metric: 'anomaly_rate', dimensions: ['region', 'channel', 'weekday'], ...windows },
  'a share with the rest told together': { metric: 'anomaly_rate', dimensions: ['region'], limit: 3, ...windows },
  'a share between two slices': { metric: 'perfect_order_rate', dimensions: ['region'], ...slices },
  'an average between two windows': {
    metric: 'mean_time_to_repair',
    dimensions: ['anomaly_type', 'severity'],
    time: 'opened_at',
    ...windows,
  },
  'an average in business time': {
    metric: 'mean_transition_wait',
    dimensions: ['from_stage'],
    time_basis: 'business',
    ...windows,
  },
}

/** Whole steps of what is told: the parts are compared as whole numbers, not as sums of binary fractions. */
const whole = (value: number | null, unit: string): number =>
  Math.round((value ?? NaN) * (unit === 'seconds' ? 1_000_000_000 : 1_000_000))
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)

function partsOf({ contributions, rest }: Explanation): { change: number; rate: number | null; mix: number | null }[] {
  return rest === null ? contributions : [...contributions, rest]
}

describe.each(Object.entries(asked))('%s', (_name, request) => {
  test('the parts add up to the change, and the change to what the metric says', async () => {
    const { unit, currency, explanations } = await door.explain(request, unrestricted)
    expect(explanations.map(({ dimension }) => dimension)).toEqual(request.dimensions)
    for (const explanation of explanations) {
      const parts = partsOf(explanation)
      expect(parts.length).toBeGreaterThan(1)
      expect(sum(parts.map(({ change }) => whole(change, unit)))).toBe(whole(explanation.change, unit))
      expect(whole(explanation.after.value, unit) - whole(explanation.before.value, unit)).toBe(
        whole(explanation.change, unit),
      )
      for (const { change, rate, mix } of parts)
        if (rate !== null) expect(whole(rate, unit) + whole(mix, unit)).toBe(whole(change, unit))
      for (const side of ['before', 'after'] as const) {
        const { metric, time, time_basis } = request
        const where = [
          ...(request[side].where ?? []),
          ...(currency === null ? [] : [{ dimension: 'currency', values: [currency] }]),
        ]
        const { rows } = await door.measure(
          { metric, ...request[side], where, ...(time && { time }), ...(time_basis && { time_basis }) },
          unrestricted,
        )
        expect(explanation[side].value).toBeCloseTo(rows[0]?.value ?? NaN, 5)
        expect(explanation[side].n).toBe(rows[0]?.n)
      }
    }
  })

  test('every part, the rest and the whole drill to their rows on either side', async () => {
    const { explanations } = await door.explain(request, unrestricted)
    for (const explanation of explanations) {
      const { contributions, rest } = explanation
      for (const told of [...contributions.slice(0, 4), ...(rest === null ? [] : [rest]), explanation]) {
        for (const side of ['before', 'after'] as const) {
          const drill = await door.drill({ ...told.drill[side], part: 'denominator', limit: 1 }, unrestricted)
          expect(drill.total).toBe(told[side].n)
          if (told[side].value === null) expect(drill.value).toBeNull()
          else expect(drill.value).toBeCloseTo(told[side].value, 5)
        }
      }
    }
  })

  test('asked twice it is the same, and asked backwards every sign turns', async () => {
    const once = await door.explain(request, unrestricted)
    expect(await door.explain(request, unrestricted)).toEqual(once)
    const back = await door.explain({ ...request, before: request.after, after: request.before }, unrestricted)
    for (const [n, explanation] of once.explanations.entries())
      expect(back.explanations[n]?.change).toBeCloseTo(-(explanation.change ?? NaN), 9)
  })
})

test('what moved most stands first', async () => {
  const { explanations } = await door.explain(asked['a share between two windows'] as ExplainRequestInput, unrestricted)
  for (const { contributions } of explanations) {
    const sizes = contributions.map(({ change }) => Math.abs(change))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
  }
})

test('an explanation knows the own rows only', async () => {
  const [first] = await door.dimensionValues('region', unrestricted)
  const scope: RowScope = { ...unrestricted, regions: [first?.value ?? ''] }
  const { explanations } = await door.explain({ metric: 'orders_placed', dimensions: ['region'], ...windows }, scope)
  expect(explanations[0]?.contributions.map(({ value }) => value)).toEqual([first?.value])
  const nobody = await door.explain(
    { metric: 'anomaly_rate', dimensions: ['region'], ...windows },
    { ...unrestricted, channels: [] },
  )
  expect(nobody.explanations[0]).toMatchObject({ change: null, contributions: [], rest: null })
})

test.each([
  ['a median', { metric: 'median_time_to_repair', dimensions: ['region'] }, /parts add up only for/],
  ['a dimension with several values a row', { metric: 'orders_placed', dimensions: ['seller'] }, /several values/],
  ['an unknown dimension', { metric: 'orders_placed', dimensions: ['regoin'] }, /region/],
  ['an unknown metric', { metric: 'orders_place', dimensions: ['region'] }, /orders_placed/],
])('%s is refused', async (_name, request, message) => {
  await expect(door.explain({ ...request, ...windows }, unrestricted)).rejects.toThrow(message)
})
