/** Works out the relations as they were known at an instant, beside those in use. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Stand, variablesAt } from '../engine/compile.ts'
import { createTable, createView, fillTable } from '../engine/ddl.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import { ATTEMPTS, isOfGateways } from '../gateways/keeper.ts'
import { QueryError } from '../query/errors.ts'
import { type Part, keptName, knownName } from './part.ts'

export type WorkOut = {
  readonly key: string
  /** The instant, with milliseconds. */
  readonly at: Date
  /** One order only, where one is asked for. */
  readonly orderId?: string
  /** More events are refused. */
  readonly mostEvents: number
  readonly onProgress?: (doneShare: number) => void
}

/** So many events are worked out by one statement; it bounds the memory that takes, and is a step of the progress. */
const EVENTS_AT_ONCE = 300_000
const SETTINGS = "settings optimize_on_insert = 0, join_algorithm = 'hash'"
/** More than a rule looks at have a thing that is no reason to look further. */
const MOST_OTHERS = 200
const INSTANT = "toDateTime64({now:String}, 3, 'UTC')"

/** Returns the number of orders that were known; without any, nothing was known yet. */
export async function workOut(warehouse: Warehouse, project: Project, part: Part, asked: WorkOut): Promise<number> {
  const { key, at, onProgress = () => undefined } = asked
  const variables = { ...variablesAt(at.getTime(), 1) }
  const run = (sql: string, params = {}): Promise<void> => warehouse.command(sql, { ...variables, ...params })
  // A view holds no parameters. Safe because it is the text of a date.
  const until = `toDateTime64('${variables.now}', 3, 'UTC')`
  await run(
    createView(keptName('events', key), `select * except (known_at) from known_events where known_at <= ${until}`),
  )
  await run(`create table ${keptName('tick_orders', key)} (order_id String)\nengine = MergeTree\norder by order_id`)
  const known = asked.orderId === undefined ? await countKnown(warehouse, key, asked) : { events: 1, orders: 1 }
  if (known.orders === 0) return 0
  await keepBefore(run, project, key)
  const tables = part.rounds.flat()
  for (const model of tables) await run(createTable(model, knownName(model.name, key), `select * from ${model.name}`))

  const slices = Math.ceil(known.events / EVENTS_AT_ONCE)
  let done = 0
  for (const [round, models] of part.rounds.entries()) {
    const statements = models.map((model) => ({
      table: knownName(model.name, key),
      select: part.compile(model, key, asked.orderId === undefined ? undefined : gatewaysOf(project, model, key)),
    }))
    for (let slice = 0; slice < slices; slice += 1) {
      await takeOrders(run, key, { slice, slices, orderId: asked.orderId })
      if (round === 0 && asked.orderId !== undefined) await takeOthers(run, project, part, key)
      if (round === 0 && slice === 0) await keepClock(run, key, asked.orderId !== undefined)
      for (const { table, select } of statements) {
        await run(`insert into ${table} ${SETTINGS}\n${select}`)
        onProgress((done += 1) / (tables.length * slices))
      }
    }
  }
  for (const model of part.upper) {
    const [name, select] = [knownName(model.name, key), part.compile(model, key)]
    if (model.config.materialized === 'view') {
      await run(createView(name, select))
      continue
    }
    await run(createTable(model, name, `select * from ${model.name}`))
    await run(`insert into ${name} ${SETTINGS}\n${select}`)
  }
  for (const name of part.landed)
    await run(createView(knownName(name, key), `select * from ${name} where landed_at <= ${until}`))
  return known.orders
}

type Run = (sql: string, params?: Readonly<Record<string, unknown>>) => Promise<void>

/** What ticks had found and who they waited for by then, of which events say nothing. */
async function keepBefore(run: Run, project: Project, key: string): Promise<void> {
  const anomalies = project.models.find(({ name }) => name === 'anomalies')
  if (anomalies === undefined) throw new TransformError('MODEL_UNKNOWN', 'there is no model anomalies')
  const [before, holds] = [keptName('anomalies', key), keptName('source_holds', key)]
  await run(createTable(anomalies, before, 'select * from anomalies'))
  await run(
    fillTable(
      before,
      `select * replace (if(opened_at <= ${INSTANT}, opened_at, null) as opened_at, if(escalated_at <= ${INSTANT}, escalated_at, null) as escalated_at)
      from (select * from anomalies where detected_at <= ${INSTANT} and at_risk_at <= ${INSTANT})`,
    ),
  )
  await run(
    `create table ${holds}\nengine = ReplacingMergeTree(version)\norder by source\nempty as\nselect * from source_hold_log`,
  )
  // A hold's version is the time it was written down, in tenths of a millisecond.
  await run(
    fillTable(
      holds,
      `select * from source_hold_log where version <= toUInt64(toUnixTimestamp64Milli(${INSTANT})) * 10 + 9`,
    ),
  )
}

async function takeOrders(
  run: Run,
  key: string,
  { slice, slices, orderId }: { slice: number; slices: number; orderId: string | undefined },
): Promise<void> {
  const table = keptName('tick_orders', key)
  await run(`truncate table ${table}`)
  if (orderId !== undefined) return run(`insert into ${table} select {order:String}`, { order: orderId })
  await run(
    `insert into ${table} select distinct order_id from ${keptName('events', key)} where order_id != '' and cityHash64(order_id) % {slices:UInt32} = {slice:UInt32}`,
    { slice, slices },
  )
}

/** The orders that one order is judged by; some that are not known yet say nothing. */
async function takeOthers(run: Run, project: Project, part: Part, key: string): Promise<void> {
  const links = project.models.find(({ name }) => name === 'int_links')
  if (links === undefined) throw new TransformError('MODEL_UNKNOWN', 'there is no model int_links')
  const table = keptName('tick_orders', key)
  await run(
    `insert into ${table} select order_id from order_links
     where (kind, key) in (select kind, key from (\n${part.compile(links, key)}\n)) and at <= ${INSTANT} and order_id not in (select order_id from ${table})
     group by order_id order by max(at) desc limit ${MOST_OTHERS}`,
  )
}

/** One order is judged by what its gateways did with all orders, in the days that tell what is usual. */
function gatewaysOf({ vars }: Project, model: Model, key: string): Stand | undefined {
  if (!isOfGateways(model)) return undefined
  if (model.name !== ATTEMPTS) return new Map([['ref:int_gateway_attempts', knownName(ATTEMPTS, key)]])
  const events = keptName('events', key)
  const failed = (end: 'min' | 'max'): string =>
    `(select ${end}(occurred_at) from ${events} where event_type = 'payment.failed' and order_id in (select order_id from ${keptName('tick_orders', key)}))`
  const around = `occurred_at >= ${failed('min')} - toIntervalDay(${Number(vars['gateway_baseline_days']) + 2}) and occurred_at <= ${failed('max')} + toIntervalDay(1)`
  return new Map([
    ['source:tick_orders', `(select order_id from ${events} where startsWith(event_type, 'payment.') and ${around})`],
  ])
}

/** How far each import of history had come: its orders are judged by that. */
async function keepClock(run: Run, key: string, isOneOrder: boolean): Promise<void> {
  const [events, orders] = [keptName('events', key), keptName('tick_orders', key)]
  const ofOrder = isOneOrder
    ? ` and source in (select source from ${events} where order_id in (select order_id from ${orders}))`
    : ''
  await run(
    `create table ${keptName('source_clock', key)}\nengine = MergeTree\norder by source\nempty as\nselect source, historic, occurred_at as last_event_at, landed_at as last_landed_at from events`,
  )
  await run(
    fillTable(
      keptName('source_clock', key),
      `select source, historic, max(e.occurred_at) as last_event_at, max(e.landed_at) as last_landed_at from ${events} as e where historic = 1${ofOrder} group by source, historic`,
    ),
  )
}

async function countKnown(
  warehouse: Warehouse,
  key: string,
  { mostEvents, at }: WorkOut,
): Promise<{ events: number; orders: number }> {
  const [row] = await warehouse.query({
    name: 'events known at an instant',
    sql: `select count() as events, uniqExact(order_id) as orders from ${keptName('events', key)} where order_id != ''`,
    row: z.object({ events: z.coerce.number(), orders: z.coerce.number() }),
  })
  const known = row ?? { events: 0, orders: 0 }
  if (known.events > mostEvents)
    throw new QueryError(
      'TOO_MUCH_KNOWN',
      `${known.events} events were known at ${at.toISOString()}; at most ${mostEvents} are worked out again. Ask for an earlier instant, or for one order.`,
    )
  return known
}

/** Everything a set of tables is made of, whatever of it is there. */
export async function dropKnown(warehouse: Warehouse, ending: string): Promise<void> {
  const rows = await warehouse.query(
    {
      name: 'relations of an instant',
      sql: `select name, engine = 'View' as is_view from system.tables where database = {database:String} and endsWith(name, {ending:String}) order by is_view desc`,
      row: z.object({ name: z.string(), is_view: z.coerce.boolean() }),
    },
    { database: warehouse.database, ending },
  )
  for (const { name, is_view } of rows)
    await warehouse.command(`drop ${is_view ? 'view' : 'table'} if exists ${name}${is_view ? '' : ' sync'}`)
}
