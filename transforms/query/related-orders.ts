/** Other orders that tell something about one: the same cart again, the same coupon, the same buyer. */
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import { type RowRead, compileRows } from './compile-rows.ts'
import { type Row, toRow } from './entity-row.ts'
import { param } from './knex.ts'
import { ROW_SCOPE } from './orders.ts'
import { scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

export type RelatedOrder = {
  order_id: string
  order_no: string
  /** What both have in common, the most telling first: cart, coupon, buyer. */
  common: ('cart' | 'coupon' | 'buyer')[]
  channel: string
  order_status: string
  created_at: string | null
  /** Minor units of `currency`. */
  amount_payable: number
  currency: string
}
export type RelatedPage = { orders: RelatedOrder[]; more: boolean }

const TOLD = 20
const ORDER_ID = param('order_id', 'String')
const BUYER_ID = param('buyer_id', 'String')
const OF_BUYER = `select order_id from orders
    where buyer_id = ${BUYER_ID} and buyer_id != '' and order_id in (select order_id from order_lookup where kind = 'buyer' and value = ${BUYER_ID})`

/** Looked up by what the order has, so that what is read is bound by how many have it too. */
const RELATED = `(
    select
      o.order_id as order_id, o.order_no as order_no, o.channel as channel, o.region as region, o.shop_id as shop_id, o.order_status as order_status,
      o.created_at as created_at, o.amount_payable as amount_payable, o.currency as currency, r.common as common
    from (
      select order_id, arraySort(k -> indexOf(['cart', 'coupon', 'buyer'], k), groupUniqArray(kind)) as common
      from (
        select 'buyer' as kind, order_id from (${OF_BUYER})
        union all
        select 'coupon' as kind, order_id from order_links
        where kind = 'coupon' and key in (
          select concat(coupon_id, ' ', source) from events
          where order_id = ${ORDER_ID} and event_type = 'coupon.redeemed' and coupon_id != ''
        )
        union all
        select link.kind as kind, link.order_id as order_id from linked_orders as l final array join l.links as link
        where l.order_id = ${ORDER_ID} and link.kind in ('cart', 'coupon')
        union all
        select link.kind as kind, l.order_id as order_id from linked_orders as l final array join l.links as link
        where l.order_id in (${OF_BUYER}) and link.kind = 'cart' and link.order_id = ${ORDER_ID}
      )
      where order_id != ${ORDER_ID}
      group by order_id
    ) as r
    inner join orders as o on o.order_id = r.order_id
  )`

const OWN: RowRead = {
  relation: 'orders',
  scope: ROW_SCOPE,
  columns: ['buyer_id'],
  conditions: [`order_id = ${ORDER_ID}`],
}
const OTHERS: RowRead = {
  relation: RELATED,
  scope: ROW_SCOPE,
  columns: ['order_id', 'order_no', 'common', 'channel', 'order_status', 'created_at', 'amount_payable', 'currency'],
  conditions: [],
  order: 'created_at desc, order_id',
  tail: `limit ${TOLD + 1}`,
}

/** The newest first; null when there is no such order or the caller may not see it. */
export function createRelatedReads(
  warehouse: Warehouse,
): (orderId: string, scope: RowScope) => Promise<RelatedPage | null> {
  return async (orderId, scope) => {
    const read = async (rows: RowRead, values: QueryParams): Promise<Row[]> => {
      const sql = compileRows(rows, scope)
      return (await warehouse.queryRows(sql, usedParameters(sql, { ...scopeParameters(scope), ...values }))).map(toRow)
    }
    const [own] = await read(OWN, { order_id: orderId })
    if (own === undefined) return null
    // safe because the columns are those listed above
    const orders = (await read(OTHERS, { order_id: orderId, buyer_id: own['buyer_id'] })) as RelatedOrder[]
    return { orders: orders.slice(0, TOLD), more: orders.length > TOLD }
  }
}
