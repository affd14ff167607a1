/** The open drill drawer as one query parameter: the mark's question, and how the reader has sorted and paged its answer. */
import type { DrillRequestInput, Filter } from '#api/contract/metrics.ts'
import type { Mark, MarkDrill } from '#dashboards/charts/model.ts'

export interface DrillState extends MarkDrill {
  part?: 'numerator' | 'denominator'
  sort?: string
  descending?: boolean
  offset?: number
  /** What the mark said when it was pressed. */
  value?: number | null
  n?: number
}

export const pageSize = 25

export function drillState(mark: Mark): DrillState {
  return { ...mark.drill, value: mark.value, n: mark.n }
}

export function writeDrill(state: DrillState): string {
  return JSON.stringify(state)
}

/** Null when the text is not a drill: a mangled link shows the page without a drawer. */
export function readDrill(text: unknown): DrillState | null {
  if (typeof text !== 'string' || text.length > 20_000) return null
  let found: Record<string, unknown>
  try {
    found = JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
  if (found === null || typeof found !== 'object' || typeof found['metric'] !== 'string' || !isWhere(found['where']))
    return null
  const state: DrillState = {
    metric: found['metric'],
    where: found['where'],
    zone: typeof found['zone'] === 'string' ? found['zone'] : 'UTC',
  }
  for (const name of ['from', 'to', 'as_of', 'known_at', 'sort'] as const)
    if (typeof found[name] === 'string') state[name] = found[name]
  if (found['time_basis'] === 'business') state.time_basis = 'business'
  if (found['part'] === 'denominator') state.part = 'denominator'
  if (typeof found['descending'] === 'boolean') state.descending = found['descending']
  if (Number.isInteger(found['offset']) && (found['offset'] as number) > 0) state.offset = found['offset'] as number
  if (typeof found['value'] === 'number' || found['value'] === null) state.value = found['value']
  if (typeof found['n'] === 'number') state.n = found['n']
  return state
}

export function isWhere(value: unknown): value is Filter[] {
  return (
    Array.isArray(value) &&
    value.every((filter: unknown) => {
      const { dimension, op, values } = (filter ?? {}) as Partial<Filter>
      return (
        typeof dimension === 'string' &&
        (op === 'in' || op === 'not_in') &&
        Array.isArray(values) &&
        values.every((one) => typeof one === 'string')
      )
    })
  )
}

/** The request behind the drawer: exactly the mark's filters, window and moment. */
export function drillRequest(state: DrillState): DrillRequestInput {
  const { metric, where, zone, from, to, as_of, known_at, time_basis, part, sort, descending, offset } = state
  return {
    metric,
    where,
    zone,
    limit: pageSize,
    offset: offset ?? 0,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(as_of === undefined ? {} : { as_of }),
    ...(time_basis === undefined ? {} : { time_basis }),
    ...(known_at === undefined ? {} : { known_at }),
    ...(part === undefined ? {} : { part }),
    ...(sort === undefined ? {} : { sort, descending: descending ?? true }),
  }
}
