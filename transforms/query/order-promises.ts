/** Every promise made about one order: which rule set it, when it is due, and the fact that met or ended it. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { compileRows } from './compile-rows.ts'
import { toRow } from './entity-row.ts'
import { param } from './knex.ts'
import { ROW_SCOPE } from './orders.ts'
import { scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

type Instant = string | null

export type PromiseRow = {
  /** pay_by, ship_by, first_scan_by, deliver_by, refund_by, answer_by … */
  kind: string
  /** The payment, parcel, refund or line it is about; else the order. */
  attached_to_id: string
  rule_id: string
  rule_version: number
  /** The threshold that applied, as JSON. */
  threshold_snapshot: string
  /** In whose hours the allowance passes; `24x7` is the clock on the wall. */
  calendar: string
  set_at: string
  at_risk_at: string
  due_at: string
  escalate_at: string
  met_at: Instant
  /** When it lost its meaning, such as by a cancelation. */
  void_at: Instant
  /** The event that met it; empty where none has. */
  met_event_id: string
}

const COLUMNS = [
  'kind',
  'attached_to_id',
  'rule_id',
  'rule_version',
  'threshold_snapshot',
  'calendar',
  'set_at',
  'at_risk_at',
  'due_at',
  'escalate_at',
  'met_at',
  'void_at',
  'met_event_id',
]

/** In the order in which they were made; as they stand, or as they were known in `relation`. */
export function createPromiseReads(
  warehouse: Warehouse,
  relation = 'expectation_current',
): (orderId: string, scope: RowScope) => Promise<PromiseRow[]> {
  return async (orderId, scope) => {
    const sql = compileRows(
      {
        relation,
        scope: ROW_SCOPE,
        columns: COLUMNS,
        conditions: [`order_id = ${param('order_id', 'String')}`],
        order: 'set_at, due_at, kind, attached_to_id, occurrence',
        tail: 'limit 500',
      },
      scope,
    )
    const rows = await warehouse.queryRows(sql, usedParameters(sql, { ...scopeParameters(scope), order_id: orderId }))
    // safe because the columns are those listed above
    return rows.map(toRow) as PromiseRow[]
  }
}
