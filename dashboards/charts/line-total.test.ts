import { describe, expect, it } from 'vitest'
import { aContext, aResult } from './sample.ts'
import { prepareTile } from './prepare.ts'
import type { SeriesTile } from '../board.ts'
import type { SeriesModel } from './model.ts'
import { totalOfLine } from './line-total.ts'

const tile: SeriesTile = {
  id: 's',
  kind: 'series',
  title: { en: 'S', zh: 'S' },
  where: [],
  width: 6,
  metric: 'anomalies_opened',
  by: 'anomaly_type',
  grain: 'day',
  stacked: true,
  top: 9,
}
const context = aContext({ where: [{ dimension: 'region', op: 'in', values: ['广东'] }] })

describe('total of a line', () => {
  it('asks for the line’s rows over the whole window', () => {
    const result = aResult(
      'anomalies_opened',
      [
        [['2026-11-21', 'not_shipped'], 3],
        [['2026-11-22', 'not_shipped'], 4],
        [['2026-11-22', 'payment_failed'], 1],
      ],
      { as_of: context.window.to },
    )
    const model = prepareTile(tile, [result], context) as SeriesModel
    expect(totalOfLine(model.lines[0]!)).toEqual({
      value: 7,
      n: 7,
      drill: {
        metric: 'anomalies_opened',
        zone: 'Asia/Shanghai',
        from: context.window.from,
        to: context.window.to,
        where: [...context.where, { dimension: 'anomaly_type', op: 'in', values: ['not_shipped'] }],
      },
    })
  })

  it('is not there for what does not add up', () => {
    const { by: _, ...whole } = tile
    const model = prepareTile(
      { ...whole, metric: 'sla_attainment' },
      [aResult('sla_attainment', [[['2026-11-21'], 0.9, 10]])],
      context,
    ) as SeriesModel
    expect(totalOfLine(model.lines[0]!)).toBeNull()
  })
})
