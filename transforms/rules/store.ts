/** The shop's own thresholds where models read them. A version is added, never changed. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { rebuildTables } from '../engine/build.ts'
import type { Project } from '../engine/project.ts'
import { engineInstant } from '../query/parameters.ts'
import { FOREVER, type ShopRule } from './shop-rule.ts'

/** What is made of `shop_rules` and stored. */
const TABLES = ['thresholds', 'rule_clock']

/**
 * Orders are woken first: a save that dies after it leaves work to do twice, never work undone. They are looked at for a
 * minute of ticks, so one that came before the tables stood is followed by one that did not.
 */
export async function saveShopRule(
  warehouse: Warehouse,
  project: Project,
  { rule, nowMs }: { rule: ShopRule; nowMs: number },
): Promise<void> {
  await wakeOrders(warehouse, rule, nowMs)
  await warehouse.insertRows('shop_rules', [rowOf(rule)])
  await rebuildTables(warehouse, project, TABLES)
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
async function wakeOrders(warehouse: Warehouse, rule: ShopRule, nowMs: number): Promise<void> {
  const named = (['channel', 'region', 'payment_method', 'carrier'] as const).filter((name) => rule[name] !== '*')
  await warehouse.command(
    `insert into wake_ups (wake_at, order_id)
     select fromUnixTimestamp64Milli({now:Int64}), order_id from order_state final
     where last_event_at >= {from:DateTime64(3, 'UTC')}${named.map((name) => ` and ${name} = {${name}:String}`).join('')}`,
    {
      now: String(nowMs),
      from: engineInstant(rule.valid_from),
      ...Object.fromEntries(named.map((name) => [name, rule[name]])),
    },
  )
}
