import { expect, test } from 'vitest'
import { heatmapTileSchema, kpiTileSchema, rankingTileSchema, seriesTileSchema } from '../board.ts'
import { loadBoards } from '../load.ts'
import { isEmpty, markAt, marksOf } from './model.ts'
import { prepareHeatmap } from './prepare-heatmap.ts'
import { prepareKpi } from './prepare-kpi.ts'
import { prepareRanking } from './prepare-ranking.ts'
import { prepareSeries } from './prepare-series.ts'
import { requestsOfTile } from './requests.ts'
import { aContext, aResult } from './sample.ts'

const title = { en: 'Tile', zh: '图' }
const series = (rest = {}) =>
  seriesTileSchema.parse({
    id: 't',
    kind: 'series',
    metric: 'anomalies_opened',
    by: 'anomaly_type',
    title,
    grain: 'day',
    ...rest,
  })
const day = (n: number) => `2026-11-${n}T16:00:00.000Z`

test('a day without a row is zero for a count, a gap for a share, and a gap where the data has not arrived yet', () => {
  const future = { as_of: '2026-11-22T10:00:00.000Z' }
  const counts = prepareSeries(
    series(),
    [aResult('anomalies_opened', [[[day(20), 'not_shipped'], 4]], future)],
    aContext(),
  )
  expect(counts.buckets.map((bucket) => bucket.label)).toEqual(['21 Nov', '22 Nov', '23 Nov'])
  expect(counts.lines[0]?.marks.map((mark) => mark.value)).toEqual([4, 0, null])
  const shares = prepareSeries(
    series({ metric: 'anomaly_rate', by: 'region' }),
    [aResult('anomaly_rate', [[[day(20), '广东'], 0.5, 10]])],
    aContext(),
  )
  expect(shares.lines[0]?.marks.map((mark) => mark.value)).toEqual([0.5, null, null])
  expect([counts.draw, shares.draw]).toEqual(['bars', 'lines'])
})

test('every mark of a series drills into its own bucket, clipped to the window, with the filters of tile and reader', () => {
  const window = { from: '2026-11-21T02:00:00.000Z', to: '2026-11-22T20:00:00.000Z' }
  const where = [{ dimension: 'region', op: 'in' as const, values: ['广东'] }]
  const model = prepareSeries(
    series(),
    [aResult('anomalies_opened', [[[day(20), 'not_shipped'], 4]])],
    aContext({ window, where }),
  )
  expect(model.lines[0]?.marks[0]?.drill).toEqual({
    metric: 'anomalies_opened',
    zone: 'Asia/Shanghai',
    from: window.from,
    to: day(21),
    where: [...where, { dimension: 'anomaly_type', op: 'in', values: ['not_shipped'] }],
  })
  expect(model.lines[0]?.marks.at(-1)?.drill).toMatchObject({ from: day(22), to: window.to })
})

test('what does not fit is one line of others that still knows its members', () => {
  const rows = ['a', 'b', 'c', 'd'].map((carrier, i) => [[day(20), carrier], 10 - i] as const)
  const model = prepareSeries(series({ by: 'carrier', top: 2 }), [aResult('anomalies_opened', rows)], aContext())
  expect(model.lines.map((line) => line.label)).toEqual(['a', 'b', 'Others (2)'])
  const rest = model.lines[2]
  expect(rest?.members).toEqual(['c', 'd'])
  expect(rest?.marks[0]).toMatchObject({
    value: 15,
    drill: { where: [{ dimension: 'carrier', op: 'not_in', values: ['a', 'b'] }] },
  })
  const shares = prepareSeries(
    series({ metric: 'anomaly_rate', by: 'carrier', top: 2 }),
    [aResult('anomaly_rate', rows)],
    aContext(),
  )
  expect(shares.lines.map((line) => line.label)).toEqual(['a', 'b'])
})

test('bucket keys as wall time of the zone are understood as well as instants', () => {
  for (const key of ['2026-11-22', '2026-11-22 00:00:00', '2026-11-21T16:00:00.000Z', '2026-11-22T00:00:00+08:00']) {
    const model = prepareSeries(series(), [aResult('anomalies_opened', [[[key, 'not_shipped'], 4]])], aContext())
    expect(model.lines[0]?.marks.map((mark) => mark.value)).toEqual([0, 4, 0])
  }
})

test('a snapshot over time shows the state at the end of each bucket, and of the running one the state so far', () => {
  const tile = series({ metric: 'open_backlog', by: undefined })
  const requests = requestsOfTile(tile, aContext())
  expect(requests).toEqual([
    { metric: 'open_backlog', by: [], where: [], zone: 'Asia/Shanghai', grain: 'day', ...aContext().window },
  ])
  const result = aResult('open_backlog', [
    [[day(20)], 5],
    [[day(22)], 7],
  ])
  const model = prepareSeries(tile, [result], aContext())
  expect([model.draw, model.lines[0]?.total]).toEqual(['lines', null])
  expect(model.lines[0]?.marks.map((mark) => [mark.value, mark.drill.as_of, mark.drill.from])).toEqual([
    [5, day(21), undefined],
    [0, day(22), undefined],
    [7, result.as_of, undefined],
  ])
})

test('a heatmap shows every hour and weekday, and its marks are filters on both', () => {
  const tile = heatmapTileSchema.parse({
    id: 't',
    kind: 'heatmap',
    metric: 'anomalies_opened',
    x: 'hour_of_day',
    y: 'weekday',
    title,
  })
  const model = prepareHeatmap(tile, [aResult('anomalies_opened', [[['9', '3'], 7]])], aContext({ language: 'zh' }))
  expect(model.cells.length).toBe(24 * 7)
  expect(model.max).toBe(7)
  expect(markAt(model, 0, 2 * 24 + 9)).toMatchObject({
    value: 7,
    drill: {
      where: [
        { dimension: 'hour_of_day', op: 'in', values: ['9'] },
        { dimension: 'weekday', op: 'in', values: ['3'] },
      ],
    },
  })
  expect(model.y.values[2]?.label).toBe('周三')
})

test('a ranking puts the worst first, fills its columns, and leaves a gap where a column measured nothing', () => {
  const tile = rankingTileSchema.parse({
    id: 't',
    kind: 'ranking',
    metric: 'anomalies_opened',
    by: 'carrier',
    columns: ['money_at_risk', 'median_time_to_resolve'],
    top: 2,
    title,
  })
  const model = prepareRanking(
    tile,
    [
      aResult('anomalies_opened', [
        [['SF'], 3],
        [['YTO'], 9],
        [['ZTO'], 1],
        [[null], 1],
      ]),
      aResult('money_at_risk', [[['SF'], 12_300]]),
      aResult('median_time_to_resolve', [[['YTO'], 3_600]]),
    ],
    aContext(),
  )
  expect(model.rows.map((row) => [row.label, ...row.cells.map((cell) => cell.value)])).toEqual([
    ['YTO', 9, 0, 3_600],
    ['SF', 3, 12_300, null],
    ['Others (2)', 2, 0, null],
  ])
  expect(model.rows[1]?.cells[1]?.drill.where).toContainEqual({ dimension: 'currency', op: 'in', values: ['CNY'] })
  expect(model.rows[2]?.members).toEqual(['', 'ZTO'])
})

test('a KPI compares with the period before, and says whether that is good', () => {
  const tile = (metric: string) => kpiTileSchema.parse({ id: 't', kind: 'kpi', metric, title })
  const opened = prepareKpi(
    tile('anomalies_opened'),
    [aResult('anomalies_opened', [[[], 30]]), aResult('anomalies_opened', [[[], 20]])],
    aContext(),
  )
  expect(opened.change).toMatchObject({ text: '+50.0%', direction: 'up', mood: 'bad' })
  expect(opened.previous?.drill).toMatchObject({ from: '2026-11-17T16:00:00.000Z', to: '2026-11-20T16:00:00.000Z' })
  const sla = prepareKpi(
    tile('sla_attainment'),
    [aResult('sla_attainment', [[[], 0.9]]), aResult('sla_attainment', [[[], 0.85]])],
    aContext(),
  )
  expect(sla.change).toMatchObject({ text: '+5.0 pp', mood: 'good' })
  const money = prepareKpi(
    tile('money_at_risk'),
    [aResult('money_at_risk', [[[], 123_456]]), aResult('money_at_risk', [[[], 5]], { currency: 'USD' })],
    aContext(),
  )
  expect([money.text, money.change]).toEqual(['CN¥1,234.56', null])
  const nothing = prepareKpi(
    tile('median_time_to_resolve'),
    [aResult('median_time_to_resolve', [[[], null, 0]])],
    aContext(),
  )
  expect([nothing.text, nothing.change, isEmpty(nothing)]).toEqual(['–', null, true])
})

test('a filter the metric does not have is left out and named', () => {
  const where = [{ dimension: 'severity', op: 'in' as const, values: ['s1'] }]
  const tile = kpiTileSchema.parse({ id: 't', kind: 'kpi', metric: 'orders_placed', title })
  expect(requestsOfTile(tile, aContext({ where }))[0]?.where).toEqual([])
  expect(prepareKpi(tile, [aResult('orders_placed', [[[], 1]])], aContext({ where })).ignored).toEqual(['severity'])
})

test('every tile of the default board asks at most what one call may carry', () => {
  for (const tile of loadBoards()[0]?.tiles ?? [])
    expect(requestsOfTile(tile, aContext()).length).toBeLessThanOrEqual(20)
})

test('marks are listed in drawing order', () => {
  const model = prepareSeries(series(), [aResult('anomalies_opened', [[[day(20), 'not_shipped'], 4]])], aContext())
  expect(marksOf(model).length).toBe(3)
  expect(markAt(model, 0, 1)).toBe(marksOf(model)[1])
})
