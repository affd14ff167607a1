/** Finds orders by whatever a customer may name. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { compileRows } from './compile-rows.ts'
import { toRow } from './entity-row.ts'
import { param } from './knex.ts'
import { ROW_SCOPE } from './orders.ts'
import { scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

export type SearchRow = {
  order_id: string
  order_no: string
  matched: string
  kind: string
  channel: string
  region: string
  order_status: string
  created_at: string | null
  amount_payable: number
  currency: string
}

const MOST_RESULTS = 20
/** Per way of finding; scope is applied after, so there must be more candidates than results. */
const MOST_CANDIDATES = 5_000
/** Shorter beginnings match half of everything. */
const SHORTEST_BEGINNING = 3
const LONGEST = 256

const TEXT = param('text', 'String')
const LOWER = `lowerUTF8(${TEXT})`
const EXACT = [
  `select order_id, 'order_id' as kind, order_id as matched, 0 as rank from order_state where order_id = ${TEXT}`,
  `select order_id, kind, value as matched, 1 as rank from order_lookup where kind in ('order_no', 'buyer', 'buyer_name', 'phone_tail', 'payment', 'refund', 'tracking', 'shipment') and value in (${TEXT}, ${LOWER}, upperUTF8(${TEXT})) limit ${MOST_CANDIDATES}`,
]
const BEGINNING = [
  `select order_id, kind, value as matched, 2 as rank from order_lookup where kind in ('order_no', 'tracking') and startsWith(value, ${TEXT}) limit ${MOST_CANDIDATES}`,
]
/** A name of two characters is already a name in Chinese. */
const NAMES = [
  `select order_id, kind, value as matched, 2 as rank from order_lookup where kind = 'buyer_name' and startsWith(value, ${LOWER}) limit ${MOST_CANDIDATES}`,
  `select order_id, 'product' as kind, name as matched, 3 as rank from product_lookup where position(name, ${LOWER}) > 0 limit ${MOST_CANDIDATES}`,
]

export async function searchOrders(warehouse: Warehouse, asked: string, scope: RowScope): Promise<SearchRow[]> {
  const text = asked.trim().slice(0, LONGEST)
  if (text === '') return []
  const ways = [...EXACT, ...(text.length >= SHORTEST_BEGINNING ? BEGINNING : []), ...(text.length >= 2 ? NAMES : [])]
  const found = `select order_id, argMin(kind, (rank, matched)) as best_kind, argMin(matched, (rank, matched)) as best_match, min(rank) as best from (${ways.map((way) => `(${way})`).join(' union all ')}) group by order_id`
  const sql = compileRows(
    {
      relation: `(select o.*, f.best_kind as kind, f.best_match as matched, f.best as best from orders as o inner join (${found}) as f on f.order_id = o.order_id where o.order_id in (select order_id from (${found})))`,
      scope: ROW_SCOPE,
      columns: [
        'order_id',
        'order_no',
        'matched',
        'kind',
        'channel',
        'region',
        'order_status',
        'created_at',
        'amount_payable',
        'currency',
      ],
      conditions: [],
      order: 'best, created_at desc nulls last, order_id',
      tail: `limit ${MOST_RESULTS}`,
    },
    scope,
  )
  // safe because the columns are the ones listed above
  return (await warehouse.queryRows(sql, usedParameters(sql, { ...scopeParameters(scope), text }))).map(
    toRow,
  ) as SearchRow[]
}
