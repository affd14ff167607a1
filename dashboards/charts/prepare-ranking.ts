import type { MetricResult } from '#transforms/query/request.ts'
import type { RankingTile } from '../board.ts'
import { DashboardError } from '../errors.ts'
import type { ChartContext } from './context.ts'
import { isAdditive, keyOf, measured, sum, titleOf, type Measured } from './measure.ts'
import { rankMembers, type Member } from './members.ts'
import type { Mark, RankingModel } from './model.ts'

/** `results` answer `requestsOfTile`: the metric ranked by, then one per column. */
export function prepareRanking(
  tile: RankingTile,
  results: readonly MetricResult[],
  context: ChartContext,
): RankingModel {
  const first = results[0]
  if (!first) throw new DashboardError('NO_RESULT', `tile '${tile.id}' was given no result`)
  const columns = results.map((result) => measured(tile, result, context))
  const head = measured(tile, first, context)
  const rows = first.rows.map((row) => [keyOf(row, 0), row] as const)
  // A share has no sum to be ranked by: its own value decides, so it is weighed as if it were one.
  const members = rankMembers(
    tile.by,
    rows.filter(([, row]) => row.value !== null),
    { top: tile.top, others: true, worst: tile.worst, context },
  )
  const shown = isAdditive(first) ? members : members.filter((member) => member.besides === null)
  return {
    kind: 'ranking',
    ...titleOf(tile, head.card, context),
    ...head.measure,
    dimension: tile.by,
    columns: columns.map((column) => column.measure),
    rows: shown.map((member) => ({
      id: member.id,
      label: member.label,
      colour: member.colour,
      members: member.values,
      cells: columns.map((column) => cellOf(member, tile, column)),
    })),
    truncated: results.some((result) => result.truncated),
  }
}

function cellOf(member: Member, tile: RankingTile, column: Measured): Mark {
  const rows = column.result.rows.filter((row) => member.values.includes(keyOf(row, 0)))
  if (!member.besides) return column.mark(rows[0], { at: { [tile.by]: member.values[0] ?? '' } })
  return column.mark(isAdditive(column.result) ? sum(rows) : undefined, {
    others: { dimension: tile.by, besides: member.besides },
  })
}
