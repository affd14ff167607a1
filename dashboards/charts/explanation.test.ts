import { expect, test } from 'vitest'
import type { Explanation } from '#transforms/query/request.ts'
import { prepareExplanation } from './prepare-explanation.ts'

const drill = { metric: 'm', by: [], where: [], zone: 'UTC', order: 'natural' as const, part: 'numerator' as const, descending: true, limit: 50, offset: 0, from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' } // prettier-ignore
const part = (value: string | null, change: number, rate: number | null = null, mix: number | null = null) => ({
  value,
  change,
  rate,
  mix,
  before: { value: 1, n: 10 },
  after: { value: 1 + change, n: 12 },
  drill: { before: drill, after: drill },
})
const explanation = (over: Partial<Explanation>): Explanation => ({
  dimension: 'anomaly_type',
  before: { value: 10, n: 10 },
  after: { value: 15, n: 15 },
  drill: { before: drill, after: drill },
  change: 5,
  contributions: [part('not_shipped', 8), part('payment_failed', -2)],
  rest: { values: 3, ...part(null, -1) },
  ...over,
})
const result = (unit: 'count' | 'share', one: Explanation) => ({
  metric: 'm',
  unit,
  currency: null,
  explanations: [one],
})
const numberIn = (text: string): number => Number(/[\d.]+/.exec(text)?.[0]) * (text.startsWith('−') ? -1 : 1)

test('parts of a count are told largest first with the rest together, and add up to the change', () => {
  const one = explanation({})
  const model = prepareExplanation(result('count', one), one, 'en')
  expect(model.rows.map(({ label, change, length }) => [label, change, length])).toEqual([
    ['Not shipped', '+8', 1],
    ['Payment failed', '−2', -0.25],
    ['Others (3)', '−1', -0.125],
  ])
  expect([model.change, model.direction, model.isDivided]).toEqual(['+5', 'up', false])
  expect(model.rows[0]?.after).toEqual({
    text: '9',
    mark: { value: 9, n: 12, drill: { metric: 'm', where: [], zone: 'UTC', from: drill.from, to: drill.to } },
  })
  expect([model.rows[2]?.before.text, model.rows[2]?.after.text]).toEqual(['1', '0'])
  expect([model.before.mark.value, model.after.mark.value]).toEqual([10, 15])
})

test('of a share, printed rates and mixes add up to the printed change, whatever rounding would lose', () => {
  const thirds = [0.003333, 0.003333, 0.003334].map((rate, i) => part(`v${i}`, rate, rate, 0))
  const one = explanation({ change: 0.01, contributions: thirds, rest: null })
  const model = prepareExplanation(result('share', one), one, 'en')
  expect(model.change).toBe('+1.00 pp')
  const cents = model.rows.map(({ change }) => Math.round(numberIn(change) * 100))
  expect(cents.reduce((a, b) => a + b, 0)).toBe(100)
  for (const { change, rate, mix } of model.rows)
    expect(numberIn(rate ?? '') + numberIn(mix ?? '')).toBeCloseTo(numberIn(change), 9)
  expect(model.total).toEqual({ rate: '+1.00 pp', mix: '±0.00 pp' })
})

test('with nothing to measure on a side there is no change to tell', () => {
  const one = explanation({ change: null, contributions: [], rest: null, before: { value: null, n: 0 } })
  expect(prepareExplanation(result('share', one), one, 'zh')).toMatchObject({
    change: null,
    before: { text: '–' },
    rows: [],
  })
})
