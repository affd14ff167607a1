/** What a tile asks of the query door. The results come back in the same order and go into `prepare`. */
import type { Filter, MetricRequestInput } from '#transforms/query/request.ts'
import type { Tile } from '../board.ts'
import { grainOf } from './buckets.ts'
import { basisOf, cardOf, previousWindow, timeOf, whereOf, type ChartContext } from './context.ts'

export function requestsOfTile(tile: Tile, context: ChartContext): MetricRequestInput[] {
  const one = (metric: string, rest: Partial<MetricRequestInput> = {}): MetricRequestInput => {
    const card = cardOf(context, metric)
    const where: Filter[] = whereOf(card, tile, context)
    return { metric, where, zone: context.zone, ...timeOf(card, context), ...basisOf(card, context), ...rest }
  }
  if (tile.kind === 'kpi')
    return [one(tile.metric), { ...one(tile.metric), ...timeOf(cardOf(context, tile.metric), before(context)) }]
  if (tile.kind === 'heatmap') return [one(tile.metric, { by: [tile.x, tile.y] })]
  if (tile.kind === 'ranking') return [tile.metric, ...tile.columns].map((metric) => one(metric, { by: [tile.by] }))
  const by = tile.by ? [tile.by] : []
  // With buckets a snapshot is a course: its state at the end of each bucket.
  return [one(tile.metric, { by, grain: grainOf(tile, context), ...context.window })]
}

/** The period before: same length, ending where this one begins; a snapshot is taken that much earlier. */
export function before(context: ChartContext): ChartContext {
  const window = previousWindow(context.window)
  const length = Date.parse(context.window.to) - Date.parse(context.window.from)
  return { ...context, window, as_of: new Date(Date.parse(context.as_of ?? context.window.to) - length).toISOString() }
}
