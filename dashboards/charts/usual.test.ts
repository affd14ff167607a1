import { expect, test } from 'vitest'
import { seriesTileSchema } from '../board.ts'
import { immatureFrom, markAt, nearestMark } from './model.ts'
import { toOption } from './option.ts'
import { prepareSeries } from './prepare-series.ts'
import { requestsOfTile } from './requests.ts'
import { aCard, aCatalogue, aContext, aResult } from './sample.ts'
import { prepareUsual, usualRequestOf } from './usual.ts'

const title = { en: 'Tile', zh: '图' }
const day = (n: number) => `2026-11-${n}T16:00:00.000Z`
const tileOf = (rest: object = {}) =>
  seriesTileSchema.parse({ id: 't', kind: 'series', metric: 'anomalies_opened', title, grain: 'day', ...rest })
const opened = (n: number) =>
  prepareSeries(
    tileOf({ by: 'anomaly_type' }),
    [aResult('anomalies_opened', [[[day(20), 'not_shipped'], n], [[day(20), 'payment_failed'], 1], [[day(21), 'not_shipped'], 9]])], // prettier-ignore
    aContext(),
  )
const bucket = (n: number, over: object = {}) => ({ from: day(n), to: day(n + 1), observed: 0, weeks: 8, expected: 4, low: 1, high: 10, score: 0, is_spike: false, ...over }) // prettier-ignore
const course = (buckets: ReturnType<typeof bucket>[]) => ({
  metric: 'anomalies_opened',
  grain: 'day' as const,
  fewest_weeks: 4,
  known_from: null,
  buckets,
})

test('a bucket is a spike once all its lines together reach the upper edge of what is usual', () => {
  const usual = prepareUsual(course([bucket(20), bucket(21)]), opened(9))
  expect(usual.band).toEqual([{ low: 1, high: 10, expected: 4 }, { low: 1, high: 10, expected: 4 }, null])
  expect(usual.spikes).toMatchObject([{ index: 0, observed: 10, expected: 4 }])
  expect(prepareUsual(course([bucket(20)]), opened(8)).spikes).toEqual([])
})

test('while too few weeks are known nothing stands out', () => {
  const young = bucket(20, { expected: null, low: null, high: null, weeks: 2 })
  const learning = { isLearning: true, spikes: [], fewest_weeks: 4 }
  expect(prepareUsual(course([young]), opened(500))).toMatchObject({ ...learning, learnt_at: null })
  expect(prepareUsual({ ...course([young]), known_from: day(10) }, opened(500))).toMatchObject({
    ...learning,
    learnt_at: '2026-12-08T16:00:00.000Z',
  })
})

test('only counts by the hour or the day are asked for what is usual', () => {
  const where = [{ dimension: 'region', op: 'in' as const, values: ['广东'] }]
  const context = aContext({ where })
  expect(usualRequestOf(tileOf(), context)).toEqual({ metric: 'anomalies_opened', where, zone: 'Asia/Shanghai', grain: 'day', ...context.window }) // prettier-ignore
  expect(usualRequestOf(tileOf({ metric: 'open_backlog' }), context)).toBeNull()
  expect(usualRequestOf(tileOf({ metric: 'anomaly_rate' }), context)).toBeNull()
  expect(usualRequestOf(tileOf({ grain: 'week' }), context)).toBeNull()
})

test('the tail of a cohort that still changes is dashed, and its marks open like any other', () => {
  const rows = aResult('anomaly_rate', [
    [[day(20)], 0.5, 10],
    [[day(21)], 0.2, 10],
    [[day(22)], 0.1, 10],
  ])
  const rowsWith = { ...rows, rows: rows.rows.map((row, i) => ({ ...row, mature: i === 0 ? 10 : 4 })) }
  const model = prepareSeries(tileOf({ metric: 'anomaly_rate' }), [rowsWith], aContext())
  expect(immatureFrom(model)).toBe(1)
  const { series } = toOption(model, { theme: 'light', language: 'en' }) as { series: { data: unknown[]; lineStyle: object }[] } // prettier-ignore
  expect(series.map(({ data }) => data)).toEqual([
    [0.5, null, null],
    [0.5, 0.2, 0.1],
  ])
  expect(series[1]?.lineStyle).toMatchObject({ type: 'dashed' })
  expect(markAt(model, 1, 2)).toBe(model.lines[0]?.marks[2])
  expect(nearestMark(model, 2, 0)).toBe(model.lines[0]?.marks[2])
})

test('business time is asked only of durations, and their marks open in it', () => {
  const cards = [aCard('median_time_to_resolve', { unit: 'seconds', time_bases: ['calendar', 'business'] }), aCard('anomalies_opened')] // prettier-ignore
  const context = aContext({ time_basis: 'business', catalogue: { ...aCatalogue, metrics: cards } })
  const asked = ['median_time_to_resolve', 'anomalies_opened'].map((metric) => requestsOfTile(tileOf({ metric }), context)[0]?.time_basis) // prettier-ignore
  expect(asked).toEqual(['business', undefined])
  const model = prepareSeries(tileOf({ metric: 'median_time_to_resolve' }), [aResult('median_time_to_resolve', [[[day(20)], 60, 3]])], context) // prettier-ignore
  expect(model.lines[0]?.marks[0]?.drill.time_basis).toBe('business')
})

test('beside the lines of a bucket the nearest is meant, and none where nothing was measured', () => {
  const model = opened(40)
  const [shipped, failed] = model.lines
  expect(nearestMark(model, 0, 35)).toBe(shipped?.marks[0])
  expect(nearestMark(model, 0, 2)).toBe(failed?.marks[0])
  expect(nearestMark(model, 99, 2)).toBeUndefined()
})
