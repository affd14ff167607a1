import type { MetricResult } from '#transforms/query/request.ts'
import type { KpiTile } from '../board.ts'
import { DashboardError } from '../errors.ts'
import type { ChartContext } from './context.ts'
import { formatDuration, formatValue, pointsWord } from './format.ts'
import { measured, titleOf, type Measured } from './measure.ts'
import type { KpiModel } from './model.ts'
import { before } from './requests.ts'

/** `results` answer `requestsOfTile`: the window, then the window before it. */
export function prepareKpi(tile: KpiTile, results: readonly MetricResult[], context: ChartContext): KpiModel {
  const [current, earlier] = results
  if (!current) throw new DashboardError('NO_RESULT', `tile '${tile.id}' was given no result`)
  const now = measured(tile, current, context)
  const past = earlier && measured(tile, earlier, before(context))
  const mark = now.mark(current.rows[0])
  const previous = past ? past.mark(earlier.rows[0]) : null
  return {
    kind: 'kpi',
    ...titleOf(tile, now.card, context),
    ...now.measure,
    mark,
    previous,
    change:
      previous && earlier?.currency === current.currency ? changeOf(mark.value, previous.value, now, context) : null,
    text: formatValue(mark.value, { ...now.measure, language: context.language }),
  }
}

function changeOf(
  value: number | null,
  previous: number | null,
  { card, measure }: Measured,
  context: ChartContext,
): KpiModel['change'] {
  if (value === null || previous === null) return null
  const delta = value - previous
  const direction = delta > 0 ? 'up' : delta < 0 ? 'down' : 'flat'
  const good = card.direction === 'up_good' ? 'up' : 'down'
  const mood = direction === 'flat' || card.direction === 'neutral' ? 'neutral' : direction === good ? 'good' : 'bad'
  const text = changeText(delta, previous, measure.unit, context)
  return text === null ? null : { text, delta, direction, mood }
}

/** Null when there is no way to put it: growth from nothing has no percentage. */
function changeText(delta: number, previous: number, unit: KpiModel['unit'], context: ChartContext): string | null {
  const sign = delta > 0 ? '+' : delta < 0 ? '−' : '±'
  const size = Math.abs(delta)
  if (unit === 'seconds') return `${sign}${formatDuration(size, context.language)}`
  if (unit === 'share') return `${sign}${(size * 100).toFixed(1)} ${pointsWord[context.language]}`
  if (delta === 0) return '±0%'
  if (previous === 0)
    return unit === 'count' ? `${sign}${formatValue(size, { unit, currency: null, language: context.language })}` : null
  return `${sign}${((size / Math.abs(previous)) * 100).toFixed(1)}%`
}
