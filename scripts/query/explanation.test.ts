import { describe, expect, test } from 'vitest'
import { type ExplainFlags, explainRequestOf } from './explanation.ts'

const flags = (given: Partial<ExplainFlags>): ExplainFlags => ({
  metric: 'anomaly_rate',
  explain: ['region'],
  where: [],
  beforeWhere: [],
  zone: 'UTC',
  ...given,
})
const week = { from: '2026-11-08T00:00:00.000Z', to: '2026-11-15T00:00:00.000Z' }
const jd = { dimension: 'channel', op: 'in' as const, values: ['jd'] }
const tmall = { dimension: 'channel', op: 'in' as const, values: ['tmall'] }

describe('what an explanation compares', () => {
  test('a window with the equally long one before it, within the same conditions', () => {
    const { before, after, where } = explainRequestOf(flags({ ...week, where: [jd] }))
    expect(after).toEqual({ ...week, where: [] })
    expect(before).toEqual({ from: '2026-11-01T00:00:00.000Z', to: week.from, where: [] })
    expect(where).toEqual([jd])
  })

  test('a window with one that is named, and an instant with another', () => {
    const named = flags({ ...week, beforeFrom: '2026-10-01T00:00:00.000Z', beforeTo: '2026-10-08T00:00:00.000Z' })
    expect(explainRequestOf(named).before).toMatchObject({ from: named.beforeFrom, to: named.beforeTo })
    const instants = flags({ metric: 'open_backlog', asOf: week.to, beforeAsOf: week.from })
    expect(explainRequestOf(instants)).toMatchObject({ before: { as_of: week.from }, after: { as_of: week.to } })
  })

  test('two slices over the same window', () => {
    const { before, after, where } = explainRequestOf(flags({ ...week, where: [jd], beforeWhere: [tmall] }))
    expect([before, after, where]).toEqual([{ ...week, where: [tmall] }, { ...week, where: [jd] }, []])
  })

  test('nothing to compare with is refused', () => {
    expect(() => explainRequestOf(flags({}))).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })
})
