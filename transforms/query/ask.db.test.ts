/**
 * What is told beside the groups of a metric: every total and every rest is what its own drill says. And lists page by page, on
 * the same store, because it takes long to make.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { definitions } from '../metrics/definitions.ts'
import { type Door, createDoor } from './door.ts'
import type { Place } from './keyset.ts'
import { type Filter, unrestricted } from './request.ts'
import { type TestStore, openTestStore, storeStart } from './test-store.ts'

const DAY = 86_400_000
let store: TestStore
let door: Door

beforeAll(async () => {
  store = await openTestStore({ createLanding, createStore })
  door = createDoor(store.warehouse, { now: () => store.now })
}, 300_000)
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

test('an answer is compared with another time, group by group, each as it is measured there', async () => {
  const window = { from: day(1), to: day(2) }
  const asked = { metric: 'orders_placed', by: ['channel'], total: true } as const
  const answer = await door.ask({ ...asked, ...window, by: ['channel'], compare: 'previous' }, unrestricted)
  const before = await door.ask({ ...asked, by: ['channel'], from: day(0), to: day(1) }, unrestricted)
  expect(answer.compared).toMatchObject({ from: day(0), to: day(1), rows: before.rows, total: before.total })
  expect(before.total?.n).toBeGreaterThan(0)
  const top = { dimension: 'channel', n: 1 }
  const few = await door.ask({ ...asked, ...window, by: ['channel'], top, compare: 'previous' }, unrestricted)
  expect(few.compared?.rows.map(({ keys }) => keys)).toEqual(few.rows.map(({ keys }) => keys))
  const state = { metric: 'open_backlog', as_of: day(3), compare: { as_of: day(2) } }
  const { compared } = await door.ask(state, unrestricted)
  expect(compared?.rows).toEqual((await door.measure({ metric: 'open_backlog', as_of: day(2) }, unrestricted)).rows)
  const course = {
    metric: 'open_backlog',
    grain: 'day',
    from: day(2),
    to: day(4),
    compare: 'previous',
    total: true,
  } as const
  expect((await door.ask(course, unrestricted)).compared?.total).toEqual(
    (await door.ask({ metric: 'open_backlog', as_of: day(2), total: true }, unrestricted)).total,
  )
  for (const wrong of [
    { ...asked, compare: 'previous' },
    { ...asked, ...window, compare: { as_of: day(1) } },
  ] as const)
    await expect(door.ask({ ...wrong, by: [] }, unrestricted)).rejects.toThrow(/compare/)
})

test('an answer says what its number means, and by which version of the definition', async () => {
  const answer = await door.ask({ metric: 'late_rate' }, unrestricted)
  const card = door.catalogue().metrics.find(({ name }) => name === 'late_rate')
  expect([answer.definition, answer.version]).toEqual([card?.description, card?.version])
  expect(new Set(door.catalogue().metrics.map(({ version }) => version)).size).toBe(metrics.size)
})

describe('pages', () => {
  const ofDataset = [...definitions().datasets.keys()].flatMap((name) => {
    const metric = [...definitions().metrics.values()].find(({ dataset }) => dataset === name)
    return metric === undefined ? [] : [metric.name]
  })
  const read = async <Page extends { next: Place | null }>(ask: (after: Place | undefined) => Promise<Page>) => {
    const pages: Page[] = []
    for (let after: Place | null | undefined; after !== null; after = pages.at(-1)?.next ?? null)
      pages.push(await ask(after ?? undefined))
    return pages
  }

  test.each(ofDataset)('of the rows of %s are the rows, each once, in their order', async (metric) => {
    const { rows, columns } = await door.drill({ metric, limit: 60 }, unrestricted)
    const sorts = [undefined, ...columns.map(({ name }) => name)]
    for (const sort of [sorts[0], sorts[1 + (metric.length % columns.length)]]) {
      const asked = { metric, ...(sort !== undefined && { sort, descending: false }) }
      const whole = sort === undefined ? rows : (await door.drill({ ...asked, limit: 60 }, unrestricted)).rows
      const first = await door.drillPage({ ...asked, limit: 7 }, unrestricted)
      const told = [...first.result.rows]
      for (let next = first.next; next !== null && told.length < 60; ) {
        const page = await door.drillPage({ ...asked, limit: 7 }, unrestricted, next)
        told.push(...page.result.rows)
        next = page.next
      }
      expect({ sort, rows: told.slice(0, 60) }).toEqual({ sort, rows: whole })
    }
  })

  test('of the queue are the queue, each once, and a made-up place is none', async () => {
    const counts: number[] = []
    for (const view of ['open', 'at_risk', 'money', 'logistics']) {
      const whole = await door.queue({ view, limit: 200 }, unrestricted)
      const pages = await read((after) => door.queue({ view, limit: 1, after }, unrestricted))
      counts.push(pages.length)
      expect(pages.flatMap(({ rows }) => rows.map(({ anomaly_id }) => anomaly_id)).slice(0, 200)).toEqual(
        whole.rows.map(({ anomaly_id }) => anomaly_id),
      )
    }
    expect(Math.max(...counts)).toBeGreaterThan(2)
    const made = [['x'], [0, 's1', '2026-01-01', 'a'], ["0' or 1=1", 's1', null, 'a']] satisfies Place[]
    for (const after of made)
      await expect(door.queue({ view: 'open', limit: 5, after }, unrestricted)).rejects.toThrow('no place')
  })
})
