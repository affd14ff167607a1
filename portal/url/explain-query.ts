/** The open panel “What changed?” as one query parameter: the metric, its filters, and the two windows or instants compared. */
import type { ExplainRequestInput, Filter, TimeBasis } from '#api/contract/metrics.ts'
import { isWhere } from './drill-query.ts'

export type Side = { from: string; to: string } | { as_of: string }
export interface ExplainState {
  metric: string
  where: Filter[]
  zone: string
  before: Side
  after: Side
  time_basis?: TimeBasis
  /** The dimension on show. */
  by?: string
}

export const mostDimensions = 6
const mostValues = 12

export function writeExplain(state: ExplainState): string {
  return JSON.stringify(state)
}

/** Null when the text is no comparison: a mangled link shows the page without a panel. */
export function readExplain(text: unknown): ExplainState | null {
  if (typeof text !== 'string' || text.length > 20_000) return null
  let found: Record<string, unknown>
  try {
    found = JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
  if (found === null || typeof found !== 'object') return null
  const { metric, where, zone, before, after, by, time_basis } = found
  if (typeof metric !== 'string' || !isWhere(where) || !isSide(before) || !isSide(after)) return null
  return {
    metric,
    where,
    zone: typeof zone === 'string' ? zone : 'UTC',
    before,
    after,
    ...(typeof by === 'string' && { by }),
    ...(time_basis === 'business' && { time_basis }),
  }
}

function isSide(value: unknown): value is Side {
  const { from, to, as_of } = (value ?? {}) as Record<string, unknown>
  const isInstant = (text: unknown): boolean => typeof text === 'string' && !Number.isNaN(Date.parse(text))
  return isInstant(as_of) || (isInstant(from) && isInstant(to))
}

export function explainRequest(state: ExplainState, dimensions: readonly string[]): ExplainRequestInput {
  const { metric, where, zone, before, after, time_basis } = state
  return {
    metric,
    where,
    zone,
    before,
    after,
    dimensions: [...dimensions],
    limit: mostValues,
    ...(time_basis !== undefined && { time_basis }),
  }
}
