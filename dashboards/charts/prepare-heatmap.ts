import type { MetricResult } from '#transforms/query/request.ts'
import type { HeatmapTile } from '../board.ts'
import { DashboardError } from '../errors.ts'
import { dimensionLabel, type ChartContext } from './context.ts'
import { isAdditive, keyOf, measured, titleOf, type ResultRow } from './measure.ts'
import { rankMembers } from './members.ts'
import type { Axis, HeatmapModel } from './model.ts'
import { domainOf, orderOf, valueLabel } from './words.ts'

/** More columns or rows than this cannot be told apart. */
const mostValues = 24

export function prepareHeatmap(
  tile: HeatmapTile,
  results: readonly MetricResult[],
  context: ChartContext,
): HeatmapModel {
  const result = results[0]
  if (!result) throw new DashboardError('NO_RESULT', `tile '${tile.id}' was given no result`)
  const seen = measured(tile, result, context)
  const x = axisOf(tile.x, 0, result, context)
  const y = axisOf(tile.y, 1, result, context)
  const rows = new Map<string, ResultRow>(result.rows.map((row) => [pair(keyOf(row, 0), keyOf(row, 1)), row]))
  const cells = y.values.flatMap((down) =>
    x.values.map((across) =>
      seen.mark(rows.get(pair(across.value, down.value)), { at: { [tile.x]: across.value, [tile.y]: down.value } }),
    ),
  )
  return {
    kind: 'heatmap',
    ...titleOf(tile, seen.card, context),
    ...seen.measure,
    x,
    y,
    cells,
    max: Math.max(0, ...cells.map((cell) => cell.value ?? 0)),
    truncated: result.truncated,
  }
}

/** Hours and weekdays are all shown, seen or not; stages in their own order; other dimensions their largest values. */
function axisOf(dimension: string, index: number, result: MetricResult, context: ChartContext): Axis {
  const ranked = () =>
    rankMembers(
      dimension,
      result.rows.map((row) => [keyOf(row, index), row] as const),
      { top: mostValues, others: isAdditive(result), context },
    )
  const order = orderOf(dimension)
  const values =
    domainOf(dimension) ??
    ranked()
      .filter((member) => member.besides === null)
      .map((member) => member.id)
      .sort((a, b) => (order === null ? 0 : order.indexOf(a) - order.indexOf(b)))
  return {
    dimension,
    label: dimensionLabel(dimension, context),
    values: values.map((value) => ({ value, label: valueLabel(dimension, value, context.language) })),
  }
}

function pair(x: string, y: string): string {
  return JSON.stringify([x, y])
}
