/** From a mark to the question that lists exactly its rows: the one place where screens and e-mails learn what a mark stands for. */
import type { Filter, TimeBasis } from '#transforms/query/request.ts'
import type { MetricCard } from './context.ts'
import type { MarkDrill } from './model.ts'

export type MarkPlace = {
  card: MetricCard
  /** Filters that the tile was asked with. */
  where: readonly Filter[]
  zone: string
  time_basis?: TimeBasis
  /** What the tile was asked for; open where it had no beginning or end. */
  window: { from?: string; to?: string }
  /** Moment the result was computed at; pins the drill of a snapshot. */
  as_of: string
  /** Instant as of whose knowledge the result is. */
  known_at?: string | undefined
  /** The mark's own bucket, when the tile has buckets. */
  bucket?: { from: string; to: string }
  /** Values of the mark in the tile's dimensions; a missing value is the empty text. */
  at?: Readonly<Record<string, string>>
  /** Currency the result was measured in: the drill measures the same one, whatever most of its own rows have. */
  currency?: string | null
  /** The mark stands for everything but these values. */
  others?: { dimension: string; besides: readonly string[] }
}

export function drillOfMark(place: MarkPlace): MarkDrill {
  const where: Filter[] = [...place.where]
  for (const [dimension, value] of Object.entries(place.at ?? {})) where.push({ dimension, op: 'in', values: [value] })
  if (place.others) where.push({ dimension: place.others.dimension, op: 'not_in', values: [...place.others.besides] })
  if (place.currency && measuresCurrency(place.card) && !where.some((filter) => filter.dimension === 'currency')) {
    where.push({ dimension: 'currency', op: 'in', values: [place.currency] })
  }
  const { card, zone, time_basis, known_at } = place
  const base = { metric: card.name, where, zone, ...(time_basis && { time_basis }), ...(known_at && { known_at }) }
  if (place.card.snapshot) return { ...base, as_of: place.bucket ? earlier(place.bucket.to, place.as_of) : place.as_of }
  return { ...base, ...(place.bucket ? within(place.bucket, place.window) : place.window) }
}

function measuresCurrency(card: MetricCard): boolean {
  return card.unit === 'money' && card.dimensions.includes('currency')
}

/** A bucket of a snapshot shows the state at its end, the running one the state so far. */
function earlier(a: string, b: string): string {
  return Date.parse(a) < Date.parse(b) ? a : b
}

/** First and last bucket reach beyond the window; their marks do not. */
function within(
  bucket: { from: string; to: string },
  window: { from?: string; to?: string },
): { from: string; to: string } {
  const { from = bucket.from, to = bucket.to } = window
  return {
    from: Date.parse(bucket.from) > Date.parse(from) ? bucket.from : from,
    to: Date.parse(bucket.to) < Date.parse(to) ? bucket.to : to,
  }
}
