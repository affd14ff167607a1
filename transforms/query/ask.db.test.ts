/** What is told beside the groups of a metric: every total and every rest is what its own drill says. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { definitions } from '../metrics/definitions.ts'
import { type Door, createDoor } from './door.ts'
import { type Filter, unrestricted } from './request.ts'
import { type TestStore, openTestStore, storeStart } from './test-store.ts'

const DAY = 86_400_000
let store: TestStore
let door: Door

beforeAll(async () => {
  const orders = [...createStore({ seed: 7, ordersPerDay: 120 }).ordersBetween(storeStart, storeStart + 2 * DAY)]
  store = await openTestStore({ ingest: { createLanding, events: orders.flatMap(({ events }) => events) }, days: 4 })
  door = createDoor(store.warehouse, { now: () => store.now })
}, 240_000)
afterAll(() => store.close())

const filter = (dimension: string, ...values: string[]): Filter => ({ dimension, op: 'in', values })
const day = (n: number): string => new Date(storeStart + n * DAY).toISOString()
const { metrics, dimensions } = definitions()
// Every metric once, by a dimension that it has.
const asked = [...metrics.values()].flatMap((metric, index) => {
  const offered = [...dimensions.values()].filter(({ on }) => metric.dataset in on).map(({ name }) => name)
  const by = offered[index % offered.length]
  return by === undefined ? [] : [[metric.name, by] as const]
})

test.each(asked)(
  'the total of %s, and what is besides its largest values of %s, open as what they say',
  async (metric, by) => {
    const definition = metrics.get(metric)
    const part = definition?.kind === 'ratio' ? 'denominator' : 'numerator'
    const answer = await door.ask({ metric, by: [by], total: true, top: { dimension: by, n: 2 } }, unrestricted)
    const { rows, others, total, unit, currency, as_of } = answer
    const pinned = unit === 'money' && currency !== null && by !== 'currency' ? [filter('currency', currency)] : []
    const open = async (where: Filter[]) => {
      const { value, total: n } = await door.drill(
        { metric, where: [...where, ...pinned], as_of, part, limit: 1 },
        unrestricted,
      )
      return { value, n }
    }
    expect(rows.length).toBeLessThanOrEqual(2)
    expect(await open([])).toEqual(total)
    const all = await door.measure({ metric, by: [by], where: pinned, as_of, order: 'value_desc' }, unrestricted)
    const values = (found: typeof rows) => found.map(({ value }) => value ?? Infinity).sort((a, b) => a - b)
    expect(values(rows)).toEqual(values(all.rows.slice(0, 2)))
    expect(others === undefined).toBe(all.rows.length <= 2)
    if (others === undefined) return
    const [rest] = others.rows
    expect(await open([{ dimension: by, op: 'not_in', values: others.besides }])).toEqual({
      value: rest?.value,
      n: rest?.n,
    })
  },
)

test('what is told beside the groups is as large as they leave it, bucket by bucket', async () => {
  const answer = await door.ask(
    {
      metric: 'orders_placed',
      from: day(-1),
      to: day(5),
      grain: 'day',
      by: ['region'],
      total: true,
      top: { dimension: 'region', n: 3 },
    },
    unrestricted,
  )
  const sum = (rows: readonly { value: number | null }[]) => rows.reduce((all, { value }) => all + (value ?? 0), 0)
  expect(new Set(answer.rows.map(({ keys }) => keys[1])).size).toBe(3)
  expect(answer.others?.keys).toEqual(['bucket'])
  expect(answer.others?.rows.length).toBeGreaterThan(1)
  expect(sum(answer.rows) + sum(answer.others?.rows ?? [])).toBe(answer.total?.value)
  await expect(
    door.ask({ metric: 'orders_placed', by: ['channel'], top: { dimension: 'region', n: 3 } }, unrestricted),
  ).rejects.toThrow(/"by" does not name/)
})
