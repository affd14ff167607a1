/** What is compared with what, and by which dimensions. */
import type { Filter } from '#api/contract/metrics.ts'
import { basisOf, previousWindow, whereOf, type ChartContext, type MetricCard } from '#dashboards/charts/context.ts'
import { instantOfLocal, localMs } from '#dashboards/charts/zone.ts'
import { mostDimensions, type ExplainState, type Side } from '#portal/url/explain-query.ts'

const weekMs = 7 * 86_400_000
/** What a person asks first; anything else follows in the catalogue's order. */
const first = ['anomaly_type', 'channel', 'region', 'carrier', 'severity', 'payment_method', 'from_stage', 'to_stage']
/** Parts of the clock and of the record itself explain nothing. */
const never = /^(currency|maturity|historic|hour|day|week|month|(purchase|promise|delivery)_(month|week|day))$/

/** The dimensions worth a tab: not those that a filter has narrowed to one value. */
export function explainDimensions(card: MetricCard, where: readonly Filter[]): string[] {
  const pinned = new Set(
    where.filter(({ op, values }) => op === 'in' && values.length === 1).map((one) => one.dimension),
  )
  const offered = card.explained_by.filter((name) => !pinned.has(name) && !never.test(name))
  const known = first.filter((name) => offered.includes(name))
  return [...known, ...offered.filter((name) => !known.includes(name))].slice(0, mostDimensions)
}

/** A tile's window with the one before it; of a state, its end with its beginning. */
export function compareWindow(
  card: MetricCard,
  tile: { where: readonly Filter[] },
  context: ChartContext,
): ExplainState {
  const { window, as_of } = context
  const end = as_of ?? window.to
  const length = Date.parse(window.to) - Date.parse(window.from)
  const sides = card.snapshot
    ? { before: { as_of: new Date(Date.parse(end) - length).toISOString() }, after: { as_of: end } }
    : { before: previousWindow(window), after: window }
  return {
    metric: card.name,
    where: whereOf(card, tile, context),
    zone: context.zone,
    ...basisOf(card, context),
    ...sides,
  }
}

/** A bucket with the same one a week before: what is usual for Mondays is not what is usual for Sundays. */
export function compareBucket(
  card: MetricCard,
  tile: { where: readonly Filter[] },
  context: ChartContext,
  bucket: { from: string; to: string },
): ExplainState {
  const within = (a: string, b: string, later: boolean): string => (Date.parse(a) > Date.parse(b) === later ? a : b)
  const after = {
    from: within(bucket.from, context.window.from, true),
    to: within(bucket.to, context.window.to, false),
  }
  return { ...compareWindow(card, tile, context), after, before: weekBefore(after, context.zone) }
}

/** The same times on the wall, a week earlier. */
export function weekBefore(side: Side, zone: string): Side {
  const back = (instant: string): string =>
    new Date(instantOfLocal(localMs(Date.parse(instant), zone) - weekMs, zone)).toISOString()
  return 'as_of' in side ? { as_of: back(side.as_of) } : { from: back(side.from), to: back(side.to) }
}

export function periodBefore(side: Side): Side {
  return 'as_of' in side ? { as_of: new Date(Date.parse(side.as_of) - 86_400_000).toISOString() } : previousWindow(side)
}
