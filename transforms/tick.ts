/**
 * One detection tick: the orders that batches listed since the last tick touched, and those whose time has come, go through
 * the incremental models, with those that are judged by them; nothing else is read. A tick that dies is done again whole: every step bears repetition.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { createDayKeeper, isKeptByDay } from './days/keeper.ts'
import { compileModel, variablesAt } from './engine/compile.ts'
import type { Project } from './engine/project.ts'
import { createGatewayKeeper, isOfGateways } from './gateways/keeper.ts'
import { createIncidentKeeper, isKept } from './incidents/keeper.ts'
import { createLinkage, isLinks } from './links/linkage.ts'
import { createSourceWatch } from './sources/watch.ts'

export type TickResult = {
  readonly tickId: string
  readonly clockAt: string
  readonly batches: number
  readonly orders: number
  readonly opened: number
  readonly resolved: number
  readonly ms: number
  /** At most 500 of the orders worked on, for those who watch. */
  readonly orderIds: readonly string[]
}

export type Ticker = {
  /** Returns null when there was nothing to do. Calls must not overlap. */
  tick(nowMs: number): Promise<TickResult | null>
}

const SHOWN_ORDERS = 500
/** Wake-ups are looked for from a little before the last clock, so that one written late is not passed over. */
const WAKE_OVERLAP_MS = 60_000
const SETTINGS = "optimize_on_insert = 0, join_algorithm = 'hash'"
/** A listing may become visible a little after its time, in another process later still. */
const LISTING_OVERLAP_MS = 600_000

export function createTicker(warehouse: Warehouse, project: Project): Ticker {
  const models = project.models
    .filter((model) => model.config.materialized === 'incremental')
    .filter((model) => !isKept(model) && !isLinks(model) && !isOfGateways(model) && !isKeptByDay(model))
    .map((model) => ({
      name: model.name,
      sql: compileModel(project, model, true),
      voids: model.config.engine?.includes('is_void') === true,
      onlyFor: model.config.meta?.only_for,
      readsOthers: model.config.meta?.reads_others !== undefined,
    }))
  const linkage = createLinkage(warehouse, project, SETTINGS)
  const gateways = createGatewayKeeper(warehouse, project, SETTINGS)
  const sources = createSourceWatch(warehouse, project)
  const incidents = createIncidentKeeper(warehouse, project)
  const days = createDayKeeper(warehouse, project)
  let lastVersion = 0
  let lastClockMs: number | null = null
  let handledMs: number | null = null

  return {
    async tick(nowMs) {
      const startedMs = Date.now()
      lastVersion = Math.max(startedMs, lastVersion + 1)
      const variables = variablesAt(nowMs, lastVersion)
      lastClockMs ??= await storedClock(warehouse)
      handledMs ??= await lastHandled(warehouse)
      const pending = await pendingBatches(warehouse, handledMs)
      const batches = pending.map((batch) => batch.batch_id)
      const handledThenMs = pending.at(-1)?.listed_ms ?? handledMs
      const look = await sources.look(nowMs, variables)
      // Orders whose time came while a source was silent were not judged; now that it spoke, they are.
      const wakeFromMs = Math.min(lastClockMs - WAKE_OVERLAP_MS, look.releasedFromMs ?? Infinity)
      const orders = await collectOrders(warehouse, batches, wakeFromMs, nowMs)
      if (orders.n === 0 && look.raised + look.resolved === 0) {
        await incidents.keep(nowMs, variables)
        await finishBatches(warehouse, batches)
        await sources.settle(variables)
        handledMs = handledThenMs
        lastClockMs = nowMs
        return null
      }
      const isOfOutage = await gateways.follow(variables)
      const isLinked = (await linkage.follow(variables)) || isOfOutage
      // Linked orders are judged too, so that their days are known only now.
      await days.begin(variables)
      const unneeded = await withoutEvents(warehouse, models)
      for (const model of models) {
        if (unneeded.has(model.name) || (model.readsOthers && !isLinked)) continue
        await warehouse.command(`insert into ${model.name} settings ${SETTINGS}\n${model.sql}`, { ...variables })
        if (model.voids) await voidMissing(warehouse, model.name, variables.version)
      }
      await days.swap(variables)
      await incidents.keep(nowMs, variables)
      await planWakeUps(warehouse, Math.min(nowMs, look.heldFromMs ?? nowMs))
      const changes = await countChanges(warehouse, lastClockMs, variables.version)
      const result = {
        tickId: variables.version,
        clockAt: variables.now,
        batches: batches.length,
        orders: orders.n,
        opened: changes.opened + look.raised,
        resolved: changes.resolved + look.resolved,
        ms: Date.now() - startedMs,
        orderIds: orders.shown,
      }
      await finishBatches(warehouse, batches)
      await sources.settle(variables)
      handledMs = handledThenMs
      await log(warehouse, result, startedMs)
      lastClockMs = nowMs
      return result
    },
  }
}

async function storedClock(warehouse: Warehouse): Promise<number> {
  const [row] = await warehouse.query({
    name: 'last tick clock',
    sql: 'select toUnixTimestamp64Milli(max(clock_at)) as ms from tick_log',
    row: z.object({ ms: z.coerce.number() }),
  })
  return row?.ms ?? 0
}

type PendingBatch = { readonly batch_id: string; readonly listed_ms: number }

/** When the latest batch that is done was listed; asked once, at the first tick of a process. */
async function lastHandled(warehouse: Warehouse): Promise<number> {
  const [row] = await warehouse.query({
    name: 'last batch worked on',
    sql: 'select toUnixTimestamp64Milli(max(listed_at)) as ms from landed_batches where batch_id in (select batch_id from tick_batches)',
    row: z.object({ ms: z.coerce.number() }),
  })
  return row?.ms ?? 0
}

/** Batches listed lately and not done, oldest first. Reads what was listed since, not everything that ever landed. */
function pendingBatches(warehouse: Warehouse, handledMs: number): Promise<PendingBatch[]> {
  return warehouse.query(
    {
      name: 'batches to work on',
      sql: `select batch_id, toUnixTimestamp64Milli(max(listed_at)) as listed_ms
        from landed_batches
        where listed_at > fromUnixTimestamp64Milli({from:Int64})
          and batch_id not in (select batch_id from tick_batches where done_at > fromUnixTimestamp64Milli({from:Int64}))
        group by batch_id order by listed_ms limit 20000`,
      row: z.object({ batch_id: z.string(), listed_ms: z.coerce.number() }),
    },
    { from: String(handledMs - LISTING_OVERLAP_MS) },
  )
}

async function collectOrders(
  warehouse: Warehouse,
  batches: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<{ n: number; shown: readonly string[] }> {
  await warehouse.command('truncate table tick_orders')
  await warehouse.command(
    `insert into tick_orders
     select distinct order_id from (
       select order_id from touched where batch_id in {batches:Array(String)}
       union all
       select order_id from wake_ups where wake_at > fromUnixTimestamp64Milli({from:Int64}) and wake_at <= fromUnixTimestamp64Milli({to:Int64})
     )`,
    { batches: [...batches], from: String(fromMs), to: String(toMs) },
  )
  const [row] = await warehouse.query({
    name: 'orders of the tick',
    sql: `select count() as n, groupArray(${SHOWN_ORDERS})(order_id) as shown from tick_orders`,
    row: z.object({ n: z.coerce.number(), shown: z.array(z.string()) }),
  })
  return row ?? { n: 0, shown: [] }
}

/** Models about events that none of the tick's orders has. */
async function withoutEvents(
  warehouse: Warehouse,
  models: readonly { readonly name: string; readonly onlyFor: string | undefined }[],
): Promise<ReadonlySet<string>> {
  const asked = models.filter((model) => model.onlyFor !== undefined)
  if (asked.length === 0) return new Set()
  const [row] = await warehouse.query({
    name: 'models the tick can leave out',
    sql: `select ${asked.map(({ name, onlyFor }) => `countIf(${onlyFor}) as ${name}`).join(', ')}
      from events where order_id in (select order_id from tick_orders)`,
    row: z.record(z.string(), z.coerce.number()),
  })
  return new Set(asked.filter(({ name }) => row?.[name] === 0).map(({ name }) => name))
}

/**
 * Rows of the tick's orders that the models no longer produce: later evidence took them back. Filtered inside, where `version`
 * is the column. Looked for first, by the few columns that tell it, because it is rare.
 */
async function voidMissing(warehouse: Warehouse, table: string, version: string): Promise<void> {
  const [missing] = await warehouse.query(
    {
      name: 'rows that are no longer produced',
      sql: `select count() as n from ${table} final where order_id in (select order_id from tick_orders) and version < {version:UInt64}`,
      row: z.object({ n: z.coerce.number() }),
    },
    { version },
  )
  if (missing?.n === 0) return
  await warehouse.command(
    `insert into ${table}
     select * replace(toUInt64({version:UInt64}) as version, toUInt8(1) as is_void)
     from (select * from ${table} final where order_id in (select order_id from tick_orders) and version < {version:UInt64})`,
    { version },
  )
}

/** The next instants at which a promise changes its level without anything happening. A source's clock may run ahead, so a known fact does not end the wait before its own time. */
async function planWakeUps(warehouse: Warehouse, fromMs: number): Promise<void> {
  await warehouse.command(
    `insert into wake_ups (wake_at, order_id)
     select arrayJoin(arrayFilter(t -> t > fromUnixTimestamp64Milli({from:Int64}) and ifNull(t <= coalesce(least(met_at, void_at), met_at, void_at), 1), [at_risk_at, due_at, escalate_at])) as wake_at, order_id
     from expectations final
     where order_id in (select order_id from tick_orders) and historic = 0
     union all
     select due_at, order_id from anomalies final
     where order_id in (select order_id from tick_orders) and historic = 0 and level = 'breached' and due_at > fromUnixTimestamp64Milli({from:Int64})`,
    { from: String(fromMs) },
  )
}

async function countChanges(
  warehouse: Warehouse,
  sinceMs: number,
  version: string,
): Promise<{ opened: number; resolved: number }> {
  const [row] = await warehouse.query(
    {
      name: 'changes of the tick',
      sql: `select countIf(opened_at > fromUnixTimestamp64Milli({since:Int64})) as opened, countIf(resolved_at > fromUnixTimestamp64Milli({since:Int64})) as resolved
        from anomalies where order_id in (select order_id from tick_orders) and version = {version:UInt64} and is_void = 0`,
      row: z.object({ opened: z.coerce.number(), resolved: z.coerce.number() }),
    },
    { since: String(sinceMs), version },
  )
  return row ?? { opened: 0, resolved: 0 }
}

async function finishBatches(warehouse: Warehouse, batches: readonly string[]): Promise<void> {
  if (batches.length > 0)
    await warehouse.insertRows(
      'tick_batches',
      batches.map((batchId) => ({ batch_id: batchId })),
    )
}

async function log(warehouse: Warehouse, result: TickResult, startedMs: number): Promise<void> {
  const { tickId, clockAt, batches, orders, opened, resolved, ms } = result
  await warehouse.insertRows('tick_log', [
    {
      tick_id: tickId,
      started_at: new Date(startedMs).toISOString().replace('T', ' ').replace('Z', ''),
      clock_at: clockAt,
      batches,
      orders,
      opened,
      resolved,
      ms,
    },
  ])
}
