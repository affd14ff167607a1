/** The face of this folder: tile → requests → results → model → option. */
import type { MetricResult } from '#transforms/query/request.ts'
import type { Tile } from '../board.ts'
import type { ChartContext } from './context.ts'
import type { ChartModel } from './model.ts'
import { prepareHeatmap } from './prepare-heatmap.ts'
import { prepareKpi } from './prepare-kpi.ts'
import { prepareRanking } from './prepare-ranking.ts'
import { prepareSeries } from './prepare-series.ts'

/** `results` in the order of `requestsOfTile(tile, context)`. */
export function prepareTile(tile: Tile, results: readonly MetricResult[], context: ChartContext): ChartModel {
  if (tile.kind === 'kpi') return prepareKpi(tile, results, context)
  if (tile.kind === 'series') return prepareSeries(tile, results, context)
  if (tile.kind === 'heatmap') return prepareHeatmap(tile, results, context)
  return prepareRanking(tile, results, context)
}
