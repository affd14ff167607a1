/** Finds orders by whatever a customer may name. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { OrderRow } from './orders.ts'
import type { RowScope } from './request.ts'
import { type SearchFilters, isNarrowed } from './search-filters.ts'
import { type Part, matchOf, partsFor } from './search-match.ts'
import { type Candidates, type Found, type Seen, createSearchReads, newestFirst } from './search-reads.ts'
import { type Precision, type Way, waysOf } from './search-ways.ts'

export type SearchRequest = { readonly text: string; readonly filters: SearchFilters }
export type SearchRow = Pick<
  OrderRow,
  'order_id' | 'order_no' | 'channel' | 'region' | 'order_status' | 'created_at' | 'amount_payable' | 'currency'
> & {
  /** What was found, as it is written there; empty where nothing but filters was asked. */
  readonly matched: string
  readonly kind: string
  readonly precision: Precision
}
export type SearchPage = {
  readonly results: SearchRow[]
  /** Whether there are more than these. */
  readonly more: boolean
}

const MOST_RESULTS = 20
/** One more tells whether there are more. */
const WANTED = MOST_RESULTS + 1
const LONGEST = 256

/**
 * What is exactly the text comes before what begins with it, the newest first, and what is meant but for a typing error last.
 * The limits on what is looked at are for speed: rows that the caller may not see take no place from those that they may.
 */
export async function searchOrders(
  warehouse: Warehouse,
  { text: asked, filters }: SearchRequest,
  scope: RowScope,
): Promise<SearchPage> {
  const text = asked.trim().slice(0, LONGEST)
  if (text === '' && !isNarrowed(filters)) return { results: [], more: false }
  const reads = createSearchReads(warehouse, filters, scope)
  const parts = new Set<Part>()
  const pageOf = async (found: readonly Hit[]): Promise<SearchPage> => {
    const hits = new Map(found.map(({ seen, by }) => [seen.order_id, by]))
    const rows = await reads.tell([...hits.keys()].slice(0, MOST_RESULTS), [...parts])
    return {
      results: rows.map((row) => toResult(row, text, hits.get(row.order_id))),
      more: hits.size > MOST_RESULTS,
    }
  }
  if (text === '') {
    const newest = await reads.walk({ conditions: [], parts: [], wanted: WANTED }, {})
    return pageOf(newest.map((seen) => ({ seen, by: undefined })))
  }

  const { sure, guesses, params } = waysOf(text)
  const found = new Map<string, Hit>()
  /** One step after the other, until there are enough. */
  const follow = async (steps: readonly (readonly Way[])[]): Promise<void> => {
    const led = await reads.candidates(steps.flat(), params)
    const few = [...led].filter(([, { isAll }]) => isAll)
    for (const [way, { orders }] of few) for (const part of partsFor(way, orders.values())) parts.add(part)
    const seen = await reads.look(
      few.flatMap(([, { orders }]) => [...orders.keys()]),
      [...parts],
    )
    const walk = async (way: Way): Promise<Hit[]> => {
      const kinds = way.precision === 'part' ? null : (led.get(way)?.orders.values() ?? null)
      const own = partsFor(way, kinds)
      const rows = await reads.walk({ conditions: [way.condition], parts: own, wanted: WANTED }, params)
      return rows.map((row) => ({ seen: row, by: { way, kind: undefined } }))
    }
    for (const step of steps) {
      const walked = await Promise.all(step.filter((way) => led.get(way)?.isAll === false).map(walk))
      const hits = [...seen.flatMap((row) => hitsOf(row, step, led)), ...walked.flat()]
      for (const hit of hits.sort((a, b) => newestFirst(a.seen, b.seen)))
        if (!found.has(hit.seen.order_id)) found.set(hit.seen.order_id, hit)
      if (found.size >= WANTED) return
    }
  }
  await follow(sure)
  const isKnown = [...found.values()].some(({ by }) => by?.way.precision === 'exact')
  if (!isKnown && found.size < WANTED && guesses.length > 0) await follow([guesses])
  return pageOf([...found.values()].slice(0, WANTED))
}

type Hit = {
  readonly seen: Seen
  /** The way that led there, and as what it was found there; none where nothing but filters was asked. */
  readonly by: { readonly way: Way; readonly kind: string | undefined } | undefined
}

function hitsOf(seen: Seen, step: readonly Way[], led: Candidates): Hit[] {
  const way = step.find((each) => led.get(each)?.isAll === true && led.get(each)?.orders.has(seen.order_id))
  return way === undefined ? [] : [{ seen, by: { way, kind: led.get(way)?.orders.get(seen.order_id) } }]
}

function toResult(row: Found, text: string, by: Hit['by']): SearchRow {
  const { order_id, order_no, channel, region, order_status, created_at, amount_payable, currency } = row
  const match = by === undefined ? { kind: '', matched: '' } : matchOf(row, by.way, text, by.kind)
  return {
    order_id,
    order_no,
    ...match,
    precision: by?.way.precision ?? 'exact',
    channel,
    region,
    order_status,
    created_at,
    amount_payable,
    currency,
  }
}
