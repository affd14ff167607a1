/** Everything a tile is prepared with, besides its results. */
import type { Catalogue, Filter, MetricRequestInput, TimeBasis } from '#transforms/query/request.ts'
import type { WindowName } from '../board.ts'
import { DashboardError } from '../errors.ts'

export type Language = 'en' | 'zh'

export type ChartContext = {
  language: Language
  /** IANA zone of buckets, hours and weekdays. */
  zone: string
  window: { from: string; to: string }
  /** Moment of snapshot metrics; null = now, by the data's own clock. */
  as_of: string | null
  /** Everything is shown as it was known at this instant; left out, as it is known now. */
  known_at?: string
  /** Global filters; a tile applies those its metric has. */
  where: readonly Filter[]
  /** How durations are counted where they can be counted either way; calendar when not said. */
  time_basis?: TimeBasis
  catalogue: Catalogue
}

export type MetricCard = Catalogue['metrics'][number]

const windowMs: Record<WindowName, number> = {
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
  '90d': 90 * 86_400_000,
}

export function windowEndingAt(end: string, name: WindowName): { from: string; to: string } {
  return { from: new Date(Date.parse(end) - windowMs[name]).toISOString(), to: end }
}

export function previousWindow(window: { from: string; to: string }): { from: string; to: string } {
  const from = Date.parse(window.from)
  return { from: new Date(from - (Date.parse(window.to) - from)).toISOString(), to: window.from }
}

export function cardOf(context: ChartContext, metric: string): MetricCard {
  const card = context.catalogue.metrics.find((candidate) => candidate.name === metric)
  if (!card)
    throw new DashboardError(
      'UNKNOWN_NAME',
      `no metric is named '${metric}'; known are ${context.catalogue.metrics.map((c) => c.name).join(', ')}`,
    )
  return card
}

/** The tile's own filters, and of the global ones those that the metric has. */
export function whereOf(card: MetricCard, tile: { where: readonly Filter[] }, context: ChartContext): Filter[] {
  return [...tile.where, ...context.where.filter((filter) => card.dimensions.includes(filter.dimension))]
}

/** Said only where the metric has a choice and the usual one was not taken. */
export function basisOf(card: MetricCard, context: ChartContext): { time_basis?: TimeBasis } {
  return context.time_basis === 'business' && card.time_bases.includes('business') ? { time_basis: 'business' } : {}
}

/** Labels of global filters that do not apply to the metric, so that the tile can say so. */
export function ignoredOf(card: MetricCard, context: ChartContext): string[] {
  const names = context.where
    .map((filter) => filter.dimension)
    .filter((dimension) => !card.dimensions.includes(dimension))
  return [...new Set(names)].map((name) => dimensionLabel(name, context))
}

export function dimensionLabel(name: string, context: ChartContext): string {
  return context.catalogue.dimensions.find((card) => card.name === name)?.label[context.language] ?? name
}

/** A snapshot is taken at a moment, everything else is measured over a window; both by what was known at an instant. */
export function timeOf(
  card: MetricCard,
  context: ChartContext,
): Pick<MetricRequestInput, 'from' | 'to' | 'as_of' | 'known_at'> {
  const known = context.known_at === undefined ? {} : { known_at: context.known_at }
  if (!card.snapshot) return { from: context.window.from, to: context.window.to, ...known }
  return { ...(context.as_of === null ? {} : { as_of: context.as_of }), ...known }
}
