/** Reads rows of the models and rows of the oracle, and says where they differ. */
import { isDeepStrictEqual } from 'node:util'
import type { Envelope } from '#ingest/contracts/index.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Difference } from './difference.ts'
import { type Facts, factsOf, orderOf } from './order.ts'
import { oracleRules, wrongsOf } from './rules.ts'
import type { RankOf } from './told.ts'

type Row = Record<string, unknown>

export async function compareWithOracle(
  warehouse: Warehouse,
  orders: ReadonlyMap<string, readonly Envelope[]>,
  asOf: number,
): Promise<Difference[]> {
  const rankOf = await ranks(warehouse)
  const ids = [...orders.keys()]
  const rows = byOrder(
    await warehouse.queryRows('select * from orders where has({ids:Array(String)}, order_id)', { ids }),
  )
  const anomalies = byOrder(
    await warehouse.queryRows(
      `select order_id, anomaly_type, attached_to_id, level, opened_at, escalated_at, resolved_at from anomalies final
       where has({ids:Array(String)}, order_id) and has({rules:Array(String)}, anomaly_type) order by anomaly_type, attached_to_id`,
      { ids, rules: [...oracleRules] },
    ),
  )
  return [...orders].flatMap(([orderId, envelopes]) => {
    if (envelopes.length === 0) return []
    const facts = factsOf(orderId, envelopes, rankOf)
    const parts = [
      ...rowDifferences(rows.get(orderId)?.[0] ?? {}, facts),
      ...anomalyDifferences(anomalies.get(orderId) ?? [], facts, orderId, asOf),
    ]
    return parts.length === 0 ? [] : [{ orderId, parts }]
  })
}

/** The warehouse's order among events of one counter and one instant: any would do, so its own is asked for. */
async function ranks(warehouse: Warehouse): Promise<RankOf> {
  const rows = await warehouse.queryRows(
    'select distinct source, event_id, toString(bitAnd(cityHash64(source, event_id), 281474976710655)) as rank from events',
  )
  const known = new Map(
    rows.map((row) => [`${String(row['source'])} ${String(row['event_id'])}`, BigInt(String(row['rank']))]),
  )
  return (source, id) => known.get(`${source} ${id}`) ?? 0n
}

function byOrder(rows: readonly Row[]): Map<string, Row[]> {
  const orders = new Map<string, Row[]>()
  for (const row of rows) {
    const orderId = String(row['order_id'])
    orders.set(orderId, [...(orders.get(orderId) ?? []), row])
  }
  return orders
}

function rowDifferences(row: Row, facts: Facts): Difference['parts'] {
  return Object.entries(orderOf(facts)).flatMap(([column, value]) => {
    const [models, oracle] = [row[column], printed(value, column)]
    return isDeepStrictEqual(models, oracle) ? [] : [{ what: column, models, oracle }]
  })
}

function anomalyDifferences(found: readonly Row[], facts: Facts, orderId: string, asOf: number): Difference['parts'] {
  const lines = (rows: readonly Row[]): Map<string, string> =>
    new Map(
      rows.map((row) => [
        `${String(row['anomaly_type'])} of ${String(row['attached_to_id'])} since ${String(row['opened_at'])}`,
        JSON.stringify(row),
      ]),
    )
  const models = lines(found)
  const oracle = lines(wrongsOf(facts, orderId, asOf).map((wrong) => printed({ order_id: orderId, ...wrong }) as Row))
  return [...new Set([...models.keys(), ...oracle.keys()])]
    .filter((what) => models.get(what) !== oracle.get(what))
    .map((what) => ({ what, models: models.get(what) ?? null, oracle: oracle.get(what) ?? null }))
}

/** As the warehouse prints it: instants as text, 64-bit integers as text, booleans as 0 and 1. */
function printed(value: unknown, column = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => printed(item, column))
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, printed(part, name)]))
  if (typeof value !== 'number') return value
  if (column === 'at' || column.endsWith('_at') || column.startsWith('promised_') || column === 'first_promised_until')
    return new Date(value).toISOString().replace('T', ' ').replace('Z', '')
  return column === 'quantity' || column === 'review_scores' ? value : String(value)
}
