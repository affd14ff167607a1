/** What a search reads, within the caller's scope and what was asked beside the text. */
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import { compileRows } from './compile-rows.ts'
import { type Row, toRow } from './entity-row.ts'
import { INSTANT } from './fragments.ts'
import { param } from './knex.ts'
import { type OrderRow, ROW_SCOPE } from './orders.ts'
import { engineInstant, scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'
import { type SearchFilters, filterConditions, filterParameters } from './search-filters.ts'
import { type FoundOrder, PARTS, type Part } from './search-match.ts'
import type { Way } from './search-ways.ts'

/**
 * Orders to which a way may lead before it is walked instead. Each is a read of its own in a table sorted by order; a walk
 * reads the newest orders in a row and ends the sooner the more of them are meant.
 */
const MOST_LOOKED_AT = 300
/** Of so few everything is read at once. */
const FEW = 30
/** A few more than are wanted: what stands in the walk may be a tick old, or an order's former place. */
const SPARE = 4
/** Where an order stands of which nobody told when it was placed. */
const NEVER = '1970-01-01T00:00:00.000Z'
const AFTER_ALL = '9999-12-31T23:59:59.999Z'
const FIRST_STRETCH_MS = 28 * 86_400_000
/** Each stretch is so many times as long as the one before it. */
const LONGER = 16
const instantOf = (ms: number): string => engineInstant(new Date(ms).toISOString())

export type Seen = Pick<OrderRow, 'order_id' | 'created_at'>
export type Found = FoundOrder &
  Pick<OrderRow, 'order_id' | 'channel' | 'region' | 'order_status' | 'created_at' | 'amount_payable' | 'currency'>
/** Orders to which a way leads, each with as what it was found; `isAll` unless there are more than are looked at one by one. */
type Led = { readonly orders: ReadonlyMap<string, string>; readonly isAll: boolean }
export type Candidates = ReadonlyMap<Way, Led>

const TOLD = ['order_id', 'order_no', 'buyer_id', 'buyer_name', 'channel', 'region']
const FOUND = [...TOLD, 'order_status', 'created_at', 'amount_payable', 'currency']
const IDS = param('ids', 'Array(String)')

/** `parts`: what else is read of orders of which everything is read at once. */
export type SearchReads = {
  candidates(ways: readonly Way[], params: QueryParams): Promise<Candidates>
  /** Of these orders those that the caller may see and asked for. */
  look(ids: readonly string[], parts: readonly Part[]): Promise<Seen[]>
  /** The newest orders that are meant, as many as are wanted. */
  walk(walk: Walk, params: QueryParams): Promise<Seen[]>
  /** Orders that were seen, in the same order, with all that is told of them. */
  tell(ids: readonly string[], parts: readonly Part[]): Promise<Found[]>
}
type Walk = { readonly conditions: readonly string[]; readonly parts: readonly Part[]; readonly wanted: number }

export function createSearchReads(warehouse: Warehouse, filters: SearchFilters, scope: RowScope): SearchReads {
  const told = new Map<string, Found>()
  let stretched: ReturnType<typeof stretches> | undefined
  const read = async <T extends Row>(sql: string, params: QueryParams): Promise<T[]> => {
    const all = { ...scopeParameters(scope), ...filterParameters(filters), ...params }
    // safe because the columns are those that the statement names
    return (await warehouse.queryRows(sql, usedParameters(sql, all))).map(toRow) as T[]
  }
  const readOrders = <T extends Row>(ids: readonly string[], columns: readonly string[]): Promise<T[]> => {
    const conditions = [`order_id in ${IDS}`, ...filterConditions(filters, 'created_at', scope, IDS)]
    return read<T>(compileRows({ relation: 'orders', scope: ROW_SCOPE, columns, conditions }, scope), { ids })
  }

  async function candidates(ways: readonly Way[], params: QueryParams): Promise<Candidates> {
    const most = MOST_LOOKED_AT + 1
    const selects = ways.map(
      ({ orders }, at) =>
        `(select toUInt8(${at}) as way, order_id, toString(kind) as kind from (${orders}) limit 1 by order_id limit ${most})`,
    )
    const rows = await read<{ way: number; order_id: string; kind: string }>(selects.join(' union all '), params)
    const led = ways.map(() => new Map<string, string>())
    for (const { way, order_id, kind } of rows) led[way]?.set(order_id, kind)
    return new Map(
      ways.map((way, at) => {
        const orders = led[at] ?? new Map<string, string>()
        return [way, { orders, isAll: orders.size < most }]
      }),
    )
  }

  async function look(ids: readonly string[], parts: readonly Part[]): Promise<Seen[]> {
    const distinct = [...new Set(ids)]
    if (distinct.length === 0) return []
    return distinct.length > FEW ? readOrders<Seen>(distinct, ['order_id', 'created_at']) : readWhole(distinct, parts)
  }

  async function readWhole(ids: readonly string[], parts: readonly Part[]): Promise<Found[]> {
    const rows = await readOrders<Found>(ids, [...FOUND, ...parts.map((part) => `${PARTS[part]} as ${part}`)])
    for (const row of rows) told.set(row.order_id, row)
    return rows
  }

  async function walk({ conditions, parts, wanted }: Walk, params: QueryParams): Promise<Seen[]> {
    const found: Seen[] = []
    for (const stretch of await (stretched ??= stretches())) {
      found.push(
        ...(await walkStretch({ conditions, parts, wanted: wanted - found.length }, { ...params, ...stretch })),
      )
      if (found.length >= wanted) break
    }
    return found
  }

  /**
   * From the newest orders back, each time further. Asked for all at once, each part of the table would be read until it has
   * a row that is meant, the old ones to their end where only new orders are.
   */
  async function stretches(): Promise<{ until: string; since: string }[]> {
    const [ends] = await read<{ newest_at: string; oldest_at: string }>(
      'select max(placed_at) as newest_at, min(placed_at) as oldest_at from search_orders',
      {},
    )
    if (ends === undefined) return []
    const until = Math.min(Date.parse(filters.created_to ?? AFTER_ALL), Date.parse(ends.newest_at) + 1)
    const since = Math.max(Date.parse(filters.created_from ?? NEVER), Date.parse(ends.oldest_at))
    const found: { until: string; since: string }[] = []
    for (let [end, length] = [until, FIRST_STRETCH_MS]; end > since; length *= LONGER) {
      const begin = Math.max(since, end - length)
      found.push({ until: instantOf(end), since: instantOf(begin) })
      end = begin
    }
    return found
  }

  async function walkStretch({ conditions, parts, wanted }: Walk, params: QueryParams): Promise<Seen[]> {
    for (let most = wanted + SPARE; ; most *= 8) {
      const sql = compileRows(
        {
          relation: 'search_orders',
          scope: ROW_SCOPE,
          columns: ['order_id', 'placed_at'],
          conditions: [
            `placed_at >= ${param('since', INSTANT)} and placed_at < ${param('until', INSTANT)} and is_gone = 0`,
            ...filterConditions(filters, 'placed_at', scope),
            ...conditions,
          ],
          order: 'placed_at desc, order_id desc',
          tail: `limit ${most}`,
        },
        scope,
      )
      const places = await read<{ order_id: string; placed_at: string }>(sql, params)
      const placed = new Set(places.map(({ order_id, placed_at }) => `${placed_at} ${order_id}`))
      const rows = await look(
        places.map(({ order_id }) => order_id),
        parts,
      )
      const standing = rows.filter(({ order_id, created_at }) => placed.has(`${created_at ?? NEVER} ${order_id}`))
      if (standing.length >= wanted || places.length < most) return standing.sort(newestFirst).slice(0, wanted)
    }
  }

  async function tell(ids: readonly string[], parts: readonly Part[]): Promise<Found[]> {
    const missing = ids.filter((id) => !told.has(id))
    if (missing.length > 0) await readWhole(missing, parts)
    return ids.flatMap((id) => told.get(id) ?? [])
  }

  return { candidates, look, walk, tell }
}

export function newestFirst(a: Seen, b: Seen): number {
  const [one, other] = [a.created_at ?? NEVER, b.created_at ?? NEVER]
  return one === other ? (a.order_id < b.order_id ? 1 : -1) : one < other ? 1 : -1
}
