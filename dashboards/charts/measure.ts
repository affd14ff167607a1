/** What all preparations share: labels, and marks that know their rows. */
import type { Filter, MetricResult } from '#transforms/query/request.ts'
import type { Tile } from '../board.ts'
import { basisOf, cardOf, ignoredOf, whereOf, type ChartContext, type MetricCard } from './context.ts'
import { drillOfMark, type MarkPlace } from './drill-of-mark.ts'
import type { Mark, Measure, Title } from './model.ts'

export type ResultRow = MetricResult['rows'][number]

type MeasuredRow = Pick<ResultRow, 'value' | 'n' | 'mature'>

/** One result seen through the tile that asked for it. */
export type Measured = {
  card: MetricCard
  result: MetricResult
  where: Filter[]
  measure: Measure
  mark(row: MeasuredRow | undefined, place?: Pick<MarkPlace, 'bucket' | 'at' | 'others'>): Mark
}

export function measured(tile: Tile, result: MetricResult, context: ChartContext): Measured {
  const card = cardOf(context, result.metric)
  const where = whereOf(card, tile, context)
  const base = {
    card,
    where,
    zone: context.zone,
    window: context.window,
    as_of: result.as_of,
    known_at: result.known_at,
    currency: result.currency,
    ...basisOf(card, context),
  }
  return {
    card,
    result,
    where,
    measure: { metric: card.name, label: card.label[context.language], unit: result.unit, currency: result.currency },
    // No row: counting found nothing, which is zero; a share or a duration had nothing to measure, which is a gap.
    mark: (row, place = {}) => ({
      value: row ? row.value : isAdditive(result) ? 0 : null,
      n: row?.n ?? 0,
      ...(row?.mature !== undefined && row.mature < row.n && { immature: true }),
      drill: drillOfMark({ ...base, ...place }),
    }),
  }
}

/** Parts of counts and sums add up to the whole; parts of shares and durations do not. */
export function isAdditive(result: Pick<MetricResult, 'unit'>): boolean {
  return result.unit === 'count' || result.unit === 'money'
}

export function titleOf(tile: Tile, card: MetricCard, context: ChartContext): Title {
  return { id: tile.id, title: tile.title[context.language], ignored: ignoredOf(card, context) }
}

/** A missing dimension value is the empty text, in marks and in filters alike. */
export function keyOf(row: ResultRow, index: number): string {
  return row.keys[index] ?? ''
}

export function sum(rows: readonly Pick<ResultRow, 'value' | 'n'>[]): Pick<ResultRow, 'value' | 'n'> {
  return rows.reduce((total, row) => ({ value: (total.value ?? 0) + (row.value ?? 0), n: total.n + row.n }), {
    value: 0,
    n: 0,
  })
}
