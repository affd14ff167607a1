/**
 * What a proposed threshold would have found. The same compiled models run twice over the orders of a window, with today's
 * thresholds and with the proposed one among them, in tables of their own that nobody else reads; what both say is kept
 * side by side in `rule_trials`.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { WarehouseError } from '#warehouse/errors.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Stand, type Variables, compileModel, variablesAt } from '../engine/compile.ts'
import { createTable, fillTable } from '../engine/ddl.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import type { ShopRule } from './shop-rule.ts'
import { engineInstant } from '../query/parameters.ts'
import { rowOf } from './store.ts'

export type TrialRequest = {
  /** As it would be saved. */
  readonly rule: ShopRule
  /** Orders placed in [from, to). */
  readonly from: string
  readonly to: string
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
  await warehouse.command(
    `create table ${own('orders')} engine = MergeTree order by order_id as
     select order_id from order_state final
     where coalesce(created_at, last_event_at) >= {from:DateTime64(3, 'UTC')} and coalesce(created_at, last_event_at) < {to:DateTime64(3, 'UTC')}
     limit {limit:UInt64}`,
    { from: engineInstant(request.from), to: engineInstant(request.to), limit: String(limits.orders + 1) },
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
      `a trial looks at ${limits.orders} orders at most, and more were placed in this window; choose a shorter one`,
    )
  return orders
}

/** What the rule in question warns of, where it does: it ends when that is found broken. */
const heirOf = ({ project }: Trial): string =>
  `transform(replaceRegexpOne({rule:String}, '_(begun|packed)$', ''), ${project.vars['warnings']}, ${project.vars['warned_of']}, '')`

/** Only the rule in question, and what it warns of, have thresholds, so the models find nothing else. */
async function prepareThresholds(trial: Trial): Promise<void> {
  const { warehouse, own, request, variables } = trial
  const only = { rule: request.rule.rule }
  const isAsked = `rule_key in ({rule:String}, ${heirOf(trial)})`
  await warehouse.command(`create table ${own('shop_rules')} as shop_rules`)
  await warehouse.command(`insert into ${own('shop_rules')} select * from shop_rules final`)
  // As if it had been in effect all along: from the day it is proposed there is no history yet.
  const always = { ...request.rule, valid_from: new Date(0).toISOString(), valid_until: null }
  await warehouse.insertRows(own('shop_rules'), [rowOf(always)])
  const versions = compiled(trial, 'rule_versions', new Map([['source:shop_rules', own('shop_rules')]]))
  await warehouse.command(`create view ${own('versions')} as\n${versions}`)
  const stand = new Map([['ref:rule_versions', own('versions')]])
  await warehouse.command(
    `create table ${own('now_thresholds')} engine = Memory as select * from thresholds where ${isAsked}`,
    only,
  )
  await warehouse.command(
    `create table ${own('then_thresholds')} engine = Memory as select * from (\n${compiled(trial, 'thresholds', stand)}\n) where ${isAsked}`,
    { ...variables, ...only },
  )
  await warehouse.command(`create table ${own('now_clock')} engine = Memory as select * from rule_clock`)
  await warehouse.command(
    `create table ${own('then_clock')} engine = Memory as\n${compiled(trial, 'rule_clock', stand)}`,
  )
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
  const found = (side: Side): string => `
    select '${side}' as side, order_id, attached_to_id, order_no, channel, region, shop_id, currency, exposure_amount, anomaly_id, level, opened_at, toNullable(due_at) as due_at, resolver, '' as promise
    from ${own(`${side}_anomalies`)} final where anomaly_type != ${heirOf(trial)}`
  const promised = (side: Side): string => `
    select '${side}' as side, order_id, attached_to_id, order_no, channel, region, shop_id, currency, exposure_amount, '' as anomaly_id, '' as level, null as opened_at, toNullable(due_at) as due_at, '' as resolver,
      multiIf(ifNull(met_at <= due_at, 0), 'kept', ifNull(void_at <= due_at, 0), 'ended', due_at <= toDateTime64({now:String}, 3, 'UTC'), 'broken', 'running') as promise
    from ${own(`${side}_expectations`)} final where rule_id != ${heirOf(trial)}`
  const of = (side: Side, column: string, condition = '1'): string =>
    `anyIf(${column}, side = '${side}' and ${condition})`
  await warehouse.command(
    `insert into rule_trials (trial_id, order_id, order_no, attached_to_id, anomaly_type, channel, region, shop_id, currency, exposure_amount, now_level, then_level, now_opened_at, then_opened_at, now_due_at, then_due_at, now_promise, then_promise, verdict)
     select {trial:String}, t.order_id, any_order_no, t.attached_to_id, {rule:String}, any_channel, any_region, any_shop_id, any_currency, any_exposure, now_level, then_level, now_opened_at, then_opened_at, now_due_at, then_due_at, now_promise, then_promise,
       if(s.anomaly_id = '', facts, if(s.resolver = '', 'open', s.resolver)) as verdict
     from (
       select order_id, attached_to_id, any(order_no) as any_order_no, any(channel) as any_channel, any(region) as any_region, any(shop_id) as any_shop_id, any(currency) as any_currency, max(exposure_amount) as any_exposure,
         ${SIDES.map((side) => `${of(side, 'level', "level != ''")} as ${side}_level, ${of(side, 'opened_at')} as ${side}_opened_at, ${of(side, 'due_at')} as ${side}_due_at, ${of(side, 'promise', "promise != ''")} as ${side}_promise`).join(', ')},
         max(anomaly_id) as id, if(id = '', '', if(max(resolver) = '', 'open', max(resolver))) as facts
       from (${SIDES.flatMap((side) => [found(side), promised(side)]).join('\nunion all\n')})
       group by order_id, attached_to_id
     ) as t
     left join (select anomaly_id, resolver from anomaly_state final where order_id in (select order_id from ${own('orders')})) as s on s.anomaly_id = t.id
     settings ${settingsOf(limits)}`,
    { ...variables, trial: trialId, rule: request.rule.rule },
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
