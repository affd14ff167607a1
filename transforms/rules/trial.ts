/**
 * What a proposed threshold, calendar or promotion would have found. The same compiled models run twice over the orders of a
 * window, or over those with open promises: as it is, and with what is proposed among what the shop set, in tables of their own
 * that nobody else reads; what both say is kept side by side in `rule_trials`.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { WarehouseError } from '#warehouse/errors.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Stand, type Variables, compileModel, variablesAt } from '../engine/compile.ts'
import { createTable, fillTable } from '../engine/ddl.ts'
import { graphOf } from '../engine/graph.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import { engineInstant } from '../query/parameters.ts'

export type TrialRequest = {
  /** As it would be saved, and where. */
  readonly table: 'shop_rules' | 'shop_calendars' | 'shop_promotions'
  readonly row: Readonly<Record<string, unknown>>
  /** The rules in question. */
  readonly rules: readonly string[]
  /** Orders placed in [from, to), or those with a promise that is open, of which nothing but that is compared. */
  readonly orders: { readonly from: string; readonly to: string } | 'open'
}
export type TrialLimits = { readonly orders: number; readonly seconds: number; readonly memoryBytes: number }
export const TRIAL_LIMITS: TrialLimits = { orders: 200_000, seconds: 60, memoryBytes: 1_500_000_000 }

type Trial = {
  readonly warehouse: Warehouse
  readonly project: Project
  readonly request: TrialRequest
  readonly variables: Variables
  readonly limits: TrialLimits
  /** A table or view of this trial. */
  readonly own: (name: string) => string
}

const PREFIX = 'trial_'
/** What a trial that died left behind is dropped by a later one; one that runs elsewhere takes less than this. */
const LEFT_BEHIND_S = 3_600
const SIDES = ['now', 'then'] as const
type Side = (typeof SIDES)[number]

export async function runTrial(
  warehouse: Warehouse,
  project: Project,
  request: TrialRequest,
  { nowMs, limits = TRIAL_LIMITS }: { nowMs: number; limits?: TrialLimits },
): Promise<{ trialId: string; orders: number }> {
  const trialId = randomUUID().replaceAll('-', '')
  const own = (name: string): string => `${PREFIX}${trialId}_${name}`
  const trial: Trial = { warehouse, project, request, variables: variablesAt(nowMs), limits, own }
  await dropOwn(warehouse, PREFIX, LEFT_BEHIND_S)
  if (request.rules.length === 0) return { trialId, orders: 0 }
  try {
    const orders = await collectOrders(trial)
    await prepareThresholds(trial)
    for (const side of SIDES) await detect(trial, side)
    await compareSides(trial, trialId)
    return { trialId, orders }
  } catch (cause) {
    throw inWords(cause, limits)
  } finally {
    await dropOwn(warehouse, own(''), 0)
  }
}

async function collectOrders({ warehouse, request, limits, own }: Trial): Promise<number> {
  const { rules, orders: asked } = request
  const [chosen, params] =
    asked === 'open'
      ? [
          `select distinct order_id from expectations final
           where met_at is null and void_at is null and historic = 0 and rule_id in (select ${promiseOf('arrayJoin({rules:Array(String)})')})`,
          { rules },
        ]
      : [
          `select order_id from order_state final
           where coalesce(created_at, last_event_at) >= {from:DateTime64(3, 'UTC')} and coalesce(created_at, last_event_at) < {to:DateTime64(3, 'UTC')}`,
          { from: engineInstant(asked.from), to: engineInstant(asked.to) },
        ]
  await warehouse.command(
    `create table ${own('orders')} engine = MergeTree order by order_id as ${chosen} limit {limit:UInt64}`,
    { ...params, limit: String(limits.orders + 1) },
  )
  const [row] = await warehouse.query({
    name: 'orders of a trial',
    sql: `select count() as n from ${own('orders')}`,
    row: z.object({ n: z.coerce.number() }),
  })
  const orders = row?.n ?? 0
  if (orders > limits.orders)
    throw new TransformError(
      'TRIAL_TOO_LARGE',
      `a trial looks at ${limits.orders} orders at most, and there are more; choose a shorter window`,
    )
  return orders
}

/** As `expectations` calls the rule, whichever way to pay or stage of the work it is for. */
const promiseOf = (rule: string): string => `replaceRegexpOne(${rule}, '_(wallet|bank|begun|packed)$', '')`

/** What the rules in question warn of, where they do: that ends when it is found broken. */
const heirsOf = ({ project }: Trial): string =>
  `arrayMap(r -> transform(${promiseOf('r')}, ${project.vars['warnings']}, ${project.vars['warned_of']}, ''), {rules:Array(String)})`

/** Only the rules in question, and what they warn of, have thresholds, so the models find nothing else. */
async function prepareThresholds(trial: Trial): Promise<void> {
  const { warehouse, own, request, variables } = trial
  const { table, row, rules } = request
  const isAsked = `has(arrayConcat({rules:Array(String)}, ${heirsOf(trial)}), rule_key)`
  await warehouse.command(`create table ${own(table)} as ${table}`)
  await warehouse.command(`insert into ${own(table)} select * from ${table} final`)
  await warehouse.insertRows(own(table), [row])
  const stand = await viewsOver(trial, new Map([[`source:${table}`, own(table)]]))
  await warehouse.command(
    `create table ${own('now_thresholds')} engine = Memory as select * from thresholds where ${isAsked}`,
    { rules },
  )
  await warehouse.command(
    `create table ${own('then_thresholds')} engine = Memory as select * from (\n${compiled(trial, 'thresholds', stand)}\n) where ${isAsked}`,
    { ...variables, rules },
  )
  await warehouse.command(`create table ${own('now_clock')} engine = Memory as select * from rule_clock`)
  await warehouse.command(
    `create table ${own('then_clock')} engine = Memory as\n${compiled(trial, 'rule_clock', stand)}`,
  )
}

/** The views by which thresholds and clock read what the shop set, again, over what is proposed. */
async function viewsOver({ warehouse, project, own }: Trial, proposed: Stand): Promise<Stand> {
  const { above } = graphOf(project)
  const read = new Set([...above('thresholds'), ...above('rule_clock')])
  const stand = new Map(proposed)
  for (const model of project.models) {
    const reads = [...model.refs.map((name) => `ref:${name}`), ...model.sources.map((name) => `source:${name}`)]
    if (!read.has(model.name) || !reads.some((name) => stand.has(name))) continue
    await warehouse.command(`create view ${own(model.name)} as\n${compileModel(project, model, true, stand)}`)
    stand.set(`ref:${model.name}`, own(model.name))
  }
  return stand
}

async function detect(trial: Trial, side: Side): Promise<void> {
  const { own } = trial
  const stand = new Map([
    ['ref:thresholds', own(`${side}_thresholds`)],
    ['ref:rule_clock', own(`${side}_clock`)],
    ['source:tick_orders', own('orders')],
  ])
  await fill(trial, 'expectations', own(`${side}_expectations`), stand)
  // What was detected before says when; it does not decide what is found.
  const found = new Map([...stand, ['ref:expectations', own(`${side}_expectations`)], ['this', 'anomalies']])
  await fill(trial, 'anomalies', own(`${side}_anomalies`), found)
}

async function fill(trial: Trial, name: string, table: string, stand: Stand): Promise<void> {
  const { warehouse, variables, limits } = trial
  const model = modelOf(trial.project, name)
  const select = compiled(trial, name, stand)
  await warehouse.command(createTable(model, table, select), { ...variables })
  await warehouse.command(`${fillTable(table, select)}\nsettings ${settingsOf(limits)}`, { ...variables })
}

/** One thread of the engine: readers keep the others. */
const settingsOf = ({ seconds, memoryBytes }: TrialLimits): string =>
  `max_threads = 1, max_execution_time = ${seconds}, max_memory_usage = ${memoryBytes}, join_algorithm = 'hash'`

const compiled = ({ project }: Trial, name: string, stand: Stand): string =>
  compileModel(project, modelOf(project, name), true, stand)

function modelOf(project: Project, name: string): Model {
  const model = project.models.find((each) => each.name === name)
  if (model === undefined) throw new TransformError('MODEL_UNKNOWN', `there is no model ${name}`)
  return model
}

/** The closing reason is that of the case as people handled it; of one that is only proposed, what the facts say. */
async function compareSides(trial: Trial, trialId: string): Promise<void> {
  const { warehouse, own, limits, variables, request } = trial
  const isOpen = request.orders === 'open'
  const isOther = (type: string): string =>
    `has(arrayFilter(heir -> not has({rules:Array(String)}, heir), ${heirsOf(trial)}), ${type})`
  const found = (side: Side): string => `
    select '${side}' as side, order_id, attached_to_id, anomaly_type, order_no, channel, region, shop_id, currency, exposure_amount, anomaly_id, level, opened_at, toNullable(due_at) as due_at, resolver, '' as promise
    from ${own(`${side}_anomalies`)} final where not ${isOther('anomaly_type')}${isOpen ? ' and resolved_at is null' : ''}`
  const promised = (side: Side): string => `
    select '${side}' as side, order_id, attached_to_id, rule_id as anomaly_type, order_no, channel, region, shop_id, currency, exposure_amount, '' as anomaly_id, '' as level, null as opened_at, toNullable(due_at) as due_at, '' as resolver,
      multiIf(ifNull(met_at <= due_at, 0), 'kept', ifNull(void_at <= due_at, 0), 'ended', due_at <= toDateTime64({now:String}, 3, 'UTC'), 'broken', 'running') as promise
    from ${own(`${side}_expectations`)} final where not ${isOther('rule_id')}${isOpen ? ' and met_at is null and void_at is null' : ''}`
  const of = (side: Side, column: string, condition = '1'): string =>
    `anyIf(${column}, side = '${side}' and ${condition})`
  // Of a thing that was promised time and again, the latest promise.
  const promiseOn = (side: Side): string => `argMaxIf(promise, due_at, side = '${side}' and promise != '')`
  const dueOn = (side: Side): string =>
    `coalesce(maxIf(due_at, side = '${side}' and promise != ''), maxIf(due_at, side = '${side}'))`
  await warehouse.command(
    `insert into rule_trials (trial_id, order_id, order_no, attached_to_id, anomaly_type, channel, region, shop_id, currency, exposure_amount, now_level, then_level, now_opened_at, then_opened_at, now_due_at, then_due_at, now_promise, then_promise, verdict)
     select {trial:String}, t.order_id, any_order_no, t.attached_to_id, t.anomaly_type, any_channel, any_region, any_shop_id, any_currency, any_exposure, now_level, then_level, now_opened_at, then_opened_at, now_due_at, then_due_at, now_promise, then_promise,
       if(s.anomaly_id = '', facts, if(s.resolver = '', 'open', s.resolver)) as verdict
     from (
       select order_id, attached_to_id, anomaly_type, any(order_no) as any_order_no, any(channel) as any_channel, any(region) as any_region, any(shop_id) as any_shop_id, any(currency) as any_currency, max(exposure_amount) as any_exposure,
         ${SIDES.map((side) => `${of(side, 'level', "level != ''")} as ${side}_level, ${of(side, 'opened_at')} as ${side}_opened_at, ${dueOn(side)} as ${side}_due_at, ${promiseOn(side)} as ${side}_promise`).join(', ')},
         max(anomaly_id) as id, if(id = '', '', if(max(resolver) = '', 'open', max(resolver))) as facts
       from (${SIDES.flatMap((side) => [found(side), promised(side)]).join('\nunion all\n')})
       group by order_id, attached_to_id, anomaly_type
     ) as t
     left join (select anomaly_id, resolver from anomaly_state final where order_id in (select order_id from ${own('orders')})) as s on s.anomaly_id = t.id
     settings ${settingsOf(limits)}`,
    { ...variables, trial: trialId, rules: request.rules },
  )
}

async function dropOwn(warehouse: Warehouse, prefix: string, ageS: number): Promise<void> {
  const rows = await warehouse.query(
    {
      name: 'tables of trials',
      sql: `select name, engine from system.tables
        where database = {database:String} and startsWith(name, {prefix:String}) and metadata_modification_time <= now() - toIntervalSecond({age:UInt32})
        order by engine = 'View' desc`,
      row: z.object({ name: z.string(), engine: z.string() }),
    },
    { database: warehouse.database, prefix, age: ageS },
  )
  for (const { name, engine } of rows)
    await warehouse.command(`drop ${engine === 'View' ? 'view' : 'table'} if exists ${name} sync`)
}

function inWords(cause: unknown, { seconds, memoryBytes }: TrialLimits): unknown {
  if (!(cause instanceof WarehouseError)) return cause
  const told =
    cause.code === 'TIMEOUT'
      ? `the trial took longer than the ${seconds} seconds it has`
      : cause.code === 'OVERLOADED' || cause.code === 'TOO_MUCH_MEMORY'
        ? `the trial needed more than the ${Math.round(memoryBytes / 1e6)} MB of memory it has`
        : null
  if (told === null) return cause
  return new TransformError('TRIAL_TOO_LARGE', `${told}; nothing was changed, choose a shorter window`, { cause })
}
