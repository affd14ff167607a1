/** What a tick worked on, as far as a caller may know of it. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type RowRead, compileRows } from './compile-rows.ts'
import { param } from './knex.ts'
import { ANOMALY_SCOPE, ROW_SCOPE } from './orders.ts'
import { scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

export type Worked = {
  readonly tick: string
  /** How many orders it worked on. */
  readonly orders: number
  /** All of them, or where they are too many (or known by number only) some or none. */
  readonly order_ids: readonly string[]
}
export type Touched = { order_ids: string[]; complete: boolean }
export type ChangeReads = {
  /** Orders of the tick, and those whose anomalies it judged (also ones that others are judged by): within the scope, the first few hundred. */
  changesOf(worked: Worked, scope: RowScope): Promise<{ orders: Touched; anomalies: Touched }>
}

const MOST = 500
const TICK = param('tick', 'UInt64')
const TAIL = { order: 'order_id', tail: `limit ${MOST + 1}` }

export function createChangeReads(warehouse: Warehouse): ChangeReads {
  const read = async (
    { relation, columns }: { relation: string; columns: RowRead['scope'] },
    condition: string,
    scope: RowScope,
    worked: Pick<Worked, 'tick' | 'order_ids'>,
  ): Promise<Touched> => {
    const sql = compileRows(
      { relation, scope: columns, columns: ['distinct order_id'], conditions: [condition], ...TAIL },
      scope,
    )
    const parameters = { ...scopeParameters(scope), tick: worked.tick, ids: worked.order_ids }
    const found = await warehouse.queryRows(sql, usedParameters(sql, parameters))
    const order_ids = found.slice(0, MOST).map((row) => String(row['order_id']))
    return { order_ids, complete: found.length <= MOST }
  }
  return {
    async changesOf(worked, scope) {
      // By the key where the ids are known. The rows of a tick carry its number, so that others are found by one narrow column.
      const isKnown = worked.order_ids.length >= worked.orders
      const [orders, anomalies] = await Promise.all([
        worked.orders === 0
          ? { order_ids: [], complete: true }
          : isKnown
            ? read(
                { relation: 'orders', columns: ROW_SCOPE },
                `order_id in ${param('ids', 'Array(String)')}`,
                scope,
                worked,
              )
            : read({ relation: 'order_state', columns: ROW_SCOPE }, `state_version = ${TICK}`, scope, worked),
        read({ relation: 'anomaly_state', columns: ANOMALY_SCOPE }, `version = ${TICK}`, scope, worked),
      ])
      return { orders, anomalies }
    },
  }
}
