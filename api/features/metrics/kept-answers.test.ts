/** What is kept is bounded, and only for who says that they take it. */
import { expect, test } from 'vitest'
import { type MetricAnswer, metricQuerySchema, unrestricted } from '#transforms/query/request.ts'
import { WarehouseError } from '#warehouse/errors.ts'
import { createKeptAnswers } from './kept-answers.ts'

const answer = (metric: string, rows: number): MetricAnswer => ({
  metric,
  definition: { en: metric, zh: metric },
  version: '0',
  unit: 'count',
  currency: null,
  keys: ['region'],
  rows: Array.from({ length: rows }, (_, n) => ({ keys: [String(n)], value: n, n })),
  as_of: '2026-11-15T10:00:00.000Z',
  truncated: false,
})

function anAsking(most: { ms: number; askings: number; bytes: number }) {
  let failure: unknown = null
  const answers = createKeptAnswers({
    door: {
      ask: async ({ metric }) => {
        if (failure !== null) throw failure
        return answer(metric, Number(metric.slice(1)))
      },
      dataAsOf: async () => '2026-11-15T10:00:00.000Z',
    },
    now: () => new Date('2026-11-15T10:00:00Z'),
    most,
  })
  return {
    fail: (cause: unknown) => (failure = cause),
    ask: (metric: string, orKept = true) =>
      answers.ask([metricQuerySchema.parse({ metric })], unrestricted, orKept).then(
        ({ kept }) => (kept === undefined ? 'read' : 'kept'),
        () => 'refused',
      ),
  }
}
const away = new WarehouseError('UNREACHABLE', 'away')

test('the oldest go when there are too many, or too large ones', async () => {
  for (const most of [
    { ms: 60_000, askings: 2, bytes: 1e9 },
    { ms: 60_000, askings: 100, bytes: 15_000 },
  ]) {
    const { ask, fail } = anAsking(most)
    for (const metric of ['m40', 'm41', 'm42']) expect(await ask(metric)).toBe('read')
    fail(away)
    expect(await Promise.all(['m40', 'm41', 'm42'].map((metric) => ask(metric)))).toEqual(['refused', 'kept', 'kept'])
  }
})

test('what was asked without taking kept answers is not kept, and a refusal is no absence', async () => {
  const { ask, fail } = anAsking({ ms: 60_000, askings: 2, bytes: 1e9 })
  await ask('m1', false)
  await ask('m2')
  fail(new WarehouseError('TOO_MANY_ROWS', 'too many'))
  expect(await ask('m2')).toBe('refused')
  fail(away)
  expect([await ask('m1'), await ask('m2')]).toEqual(['refused', 'kept'])
})
