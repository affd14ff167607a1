/** What one order cost beside its own money: bills that were told, and disputes that were lost. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { compileRows } from './compile-rows.ts'
import { toRow } from './entity-row.ts'
import { param } from './knex.ts'
import { ROW_SCOPE } from './orders.ts'
import { scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

export type OrderCost = {
  cost_id: string
  cost_kind: string
  /** Minor units of `currency`. */
  amount: number
  currency: string
  reason: string
  incurred_at: string
  reversed_at: string | null
}

/** In order of time; as they stand, or as they were known in `relation`. */
export function createCostReads(
  warehouse: Warehouse,
  relation = 'order_cost_current',
): (orderId: string, scope: RowScope) => Promise<OrderCost[]> {
  return async (orderId, scope) => {
    const sql = compileRows(
      {
        relation,
        scope: ROW_SCOPE,
        columns: ['cost_id', 'cost_kind', 'amount', 'currency', 'reason', 'incurred_at', 'reversed_at'],
        conditions: [`order_id = ${param('order_id', 'String')}`],
        order: 'incurred_at, cost_id',
        tail: 'limit 500',
      },
      scope,
    )
    const rows = await warehouse.queryRows(sql, usedParameters(sql, { ...scopeParameters(scope), order_id: orderId }))
    // safe because the columns are those listed above
    return rows.map(toRow) as OrderCost[]
  }
}
