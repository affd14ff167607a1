/** The board's state as query parameters: the URL is the state, so that reload, share and back work. */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Filter, TimeBasis } from '#api/contract/metrics.ts'
import type { WindowName } from '#dashboards/board.ts'
import { windowEndingAt } from '#dashboards/charts/context.ts'
import { instantOfLocal, nextStart, startOf } from '#dashboards/charts/zone.ts'

export type TimeWindow = { preset: WindowName } | { preset: 'custom'; from: string; to: string }
export interface BoardState {
  window: TimeWindow
  where: Filter[]
  time_basis: TimeBasis
  /** The board as it was known at this instant. */
  known_at?: string
}

const presets: readonly string[] = ['24h', '7d', '30d', '90d']
const date = /^\d{4}-\d\d-\d\d$/

function texts(value: LocationQuery[string] | undefined): string[] {
  const all = Array.isArray(value) ? value : [value]
  return all.filter((text): text is string => typeof text === 'string')
}

const usable = (text: string | undefined): text is string => text !== undefined && !Number.isNaN(Date.parse(text))

/** Reads what it knows and leaves out what it does not: a hand-written link never breaks the page. */
export function readBoardQuery(query: LocationQuery, dimensions: readonly string[], fallback: WindowName): BoardState {
  const where: Filter[] = []
  for (const dimension of dimensions) {
    const values = [...new Set(texts(query[dimension]))].slice(0, 200)
    if (values.length > 0) where.push({ dimension, op: 'in', values })
  }
  const time_basis = texts(query['clock'])[0] === 'business' ? 'business' : 'calendar'
  const known_at = readKnownAt(query)
  return { window: readWindow(query, fallback), where, time_basis, ...(known_at === undefined ? {} : { known_at }) }
}

/** An instant with its offset; anything else is no instant. Boards and orders name it alike. */
export function readKnownAt(query: LocationQuery): string | undefined {
  const [text] = texts(query['known_at'])
  return usable(text) && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text).toISOString() : undefined
}

function readWindow(query: LocationQuery, fallback: WindowName): TimeWindow {
  const [name] = texts(query['window'])
  const [from] = texts(query['from'])
  const [to] = texts(query['to'])
  if (usable(from) && usable(to) && Date.parse(from) <= Date.parse(to)) return { preset: 'custom', from, to }
  return { preset: name !== undefined && presets.includes(name) ? (name as WindowName) : fallback }
}

/** The query of a state; parameters that belong to nobody here (the drill) are kept. */
export function writeBoardQuery(
  state: BoardState,
  dimensions: readonly string[],
  current: LocationQuery,
): LocationQueryRaw {
  const owned = new Set(['window', 'from', 'to', 'clock', 'known_at', ...dimensions])
  const query: LocationQueryRaw = Object.fromEntries(Object.entries(current).filter(([name]) => !owned.has(name)))
  query['window'] = state.window.preset
  if (state.window.preset === 'custom') Object.assign(query, { from: state.window.from, to: state.window.to })
  if (state.time_basis === 'business') query['clock'] = 'business'
  if (state.known_at !== undefined) query['known_at'] = state.known_at
  for (const { dimension, values } of state.where)
    if (values.length > 0) query[dimension] = values.length === 1 ? values[0] : values
  return query
}

/**
 * The window as instants. A preset counts whole buckets of the reader's zone and the running one, so that the first
 * bar of a chart is not half a day; a custom window names calendar days, both included, or exact instants.
 */
export function resolveWindow(window: TimeWindow, now: number, zone: string): { from: string; to: string } {
  if (window.preset !== 'custom') {
    const to = new Date(Math.floor(now / 1000) * 1000).toISOString()
    const grain = window.preset === '24h' ? 'hour' : 'day'
    const start = startOf(Date.parse(windowEndingAt(to, window.preset).from), grain, zone)
    return { from: new Date(nextStart(start, grain, zone)).toISOString(), to }
  }
  const first = (text: string): number =>
    date.test(text) ? instantOfLocal(Date.parse(`${text}T00:00:00Z`), zone) : Date.parse(text)
  const last = date.test(window.to) ? nextStart(first(window.to), 'day', zone) : Date.parse(window.to)
  return { from: new Date(first(window.from)).toISOString(), to: new Date(last).toISOString() }
}
