/** The shop's own thresholds where models read them. A version is added, never changed. */
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import { rebuildTables } from '../engine/build.ts'
import type { Project } from '../engine/project.ts'
import { engineInstant } from '../query/parameters.ts'
import { FOREVER, type ShopRule } from './shop-rule.ts'

/** What is made of the shop's rules, calendars and promotions and stored. */
const TABLES = ['thresholds', 'rule_clock', 'business_calendar']

/**
 * Writes what the shop set, and has orders judged anew by it. Orders are woken first: a save that dies after it leaves work
 * to do twice, never work undone. They are woken again when the tables stand, with those of the latest tick, which may have
 * been under way meanwhile and have judged by the tables of before.
 */
export async function putInEffect(
  warehouse: Warehouse,
  project: Project,
  { wake, write }: { wake: () => Promise<void>; write: () => Promise<void> },
  nowMs: number,
): Promise<void> {
  await wake()
  await write()
  await rebuildTables(warehouse, project, TABLES)
  await wake()
  await wakeOrders(warehouse, { sql: 'select order_id from tick_orders', params: {} }, nowMs)
}

/** Whatever the statement selects is looked at by the next tick. */
export async function wakeOrders(
  warehouse: Warehouse,
  { sql, params }: { sql: string; params: QueryParams },
  nowMs: number,
): Promise<void> {
  await warehouse.command(
    `insert into wake_ups (wake_at, order_id)
     select fromUnixTimestamp64Milli({now:Int64}), order_id from (${sql})`,
    { now: String(nowMs), ...params },
  )
}

export async function saveShopRule(
  warehouse: Warehouse,
  project: Project,
  { rule, nowMs }: { rule: ShopRule; nowMs: number },
): Promise<void> {
  const wake = () => wakeOrders(warehouse, ordersOf(rule), nowMs)
  const write = () => warehouse.insertRows('shop_rules', [rowOf(rule)])
  await putInEffect(warehouse, project, { wake, write }, nowMs)
}

export function rowOf(rule: ShopRule): Record<string, unknown> {
  return {
    ...rule,
    amount_until: rule.amount_until ?? FOREVER,
    valid_from: engineInstant(rule.valid_from),
    valid_until: rule.valid_until === null ? null : engineInstant(rule.valid_until),
    is_retired: rule.is_retired ? 1 : 0,
    saved_at: engineInstant(rule.saved_at),
  }
}

/** Whatever starts a clock is an event, so an order told of nothing since then has none that the rule is for. */
function ordersOf(rule: ShopRule): { sql: string; params: QueryParams } {
  const named = (['channel', 'region', 'payment_method', 'carrier'] as const).filter((name) => rule[name] !== '*')
  return {
    sql: `select order_id from order_state final
      where last_event_at >= {from:DateTime64(3, 'UTC')}${named.map((name) => ` and ${name} = {${name}:String}`).join('')}`,
    params: { from: engineInstant(rule.valid_from), ...Object.fromEntries(named.map((name) => [name, rule[name]])) },
  }
}
