/**
 * Millions of stored anomalies: those the models found in the simulated store, copied inside the engine under ids of their
 * own and moved back by days, so that they lie over most of a year. What is open was found lately: it is copied into the
 * last week only, or there would be more open than any shop has.
 */
import { z } from 'zod'
import { rebuildTables } from '#transforms/engine/build.ts'
import type { Project } from '#transforms/engine/project.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

const DAYS = 330
const OPEN_DAYS = 7
const COPIES_PER_INSERT = 300
const TIMES = [
  'anchor_at',
  'at_risk_at',
  'opened_at',
  'escalated_at',
  'due_at',
  'condition_started_at',
  'resolved_at',
  'first_resolved_at',
  'detected_at',
  'acknowledged_at',
  'first_action_at',
  'notified_at',
  'order_created_at',
]

/** Copies until so many are stored, and the rows by day made of them. Needs the simulated store and what was found in it. */
export async function storeAnomalies(warehouse: Warehouse, project: Project, wanted: number): Promise<void> {
  await warehouse.command(
    `create table if not exists bench_found engine = MergeTree order by order_id as
     select * from anomaly_state final where not startsWith(order_id, 'c')`,
  )
  const columns = await warehouse.query(
    {
      name: 'times of anomalies',
      sql: `select name from system.columns where database = {database:String} and table = 'anomaly_state'`,
      row: z.object({ name: z.string() }),
    },
    { database: warehouse.database },
  )
  const times = TIMES.filter((time) => columns.some(({ name }) => name === time))
  const moved = times.map((time) => `r.${time} - toIntervalDay(c.copy % ${DAYS}) as ${time}`)
  const order = "concat('c', leftPad(toString(c.copy), 7, '0'), '-', r.order_id)"
  const id = `lower(hex(sipHash128(r.anomaly_id, c.copy))) as anomaly_id`
  for (let first = await countOf(warehouse, 'uniqExact(substring(order_id, 2, 7))', "startsWith(order_id, 'c')"); ; ) {
    const have = await countOf(warehouse, 'count()', '1')
    if (have >= wanted) break
    await warehouse.command(
      `insert into anomaly_state settings optimize_on_insert = 0
       select r.* replace(${[`${order} as order_id`, id, ...moved].join(', ')})
       from bench_found as r
       cross join (select {first:UInt64} + number as copy from numbers({copies:UInt64})) as c
       where r.status != 'open' or c.copy % ${DAYS} < ${OPEN_DAYS}`,
      { first, copies: COPIES_PER_INSERT },
    )
    first += COPIES_PER_INSERT
  }
  await rebuildTables(warehouse, project, [
    'anomalies_by_day',
    'incident_blocks',
    'incident_choices',
    'incident_members',
  ])
}

async function countOf(warehouse: Warehouse, what: string, where: string): Promise<number> {
  const [row] = await warehouse.query({
    name: 'stored anomalies',
    sql: `select ${what} as n from anomaly_state where ${where}`,
    row: z.object({ n: z.coerce.number() }),
  })
  return row?.n ?? 0
}
