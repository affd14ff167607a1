/**
 * Brings seeds, tables and views to the project's present text. A table is built beside the one in use and takes its place
 * in one step, so that readers see the old rows or the new ones and a build that dies changes nothing.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Variables, compileModel, variablesAt } from './compile.ts'
import { createFeed, createTable, createView, feedOf, fillTable, sideOf } from './ddl.ts'
import { graphOf, selectNames } from './graph.ts'
import { type BuildStep, type NodeKind, builtVersions, noteBuild, noteVersion, versionOf } from './history.ts'
import type { Model, Project, Seed } from './project.ts'
import { loadSeed } from './seed.ts'

export type BuildOptions = {
  /** What to build, in build order; everything unless given. */
  readonly names?: readonly string[]
  /** Builds what did not change, too. */
  readonly isFullRefresh?: boolean
  /** The clock that promises are judged by. */
  readonly nowMs?: number
  /** Told about every relation as it is done. */
  readonly onStep?: (step: BuildStep) => void
  /** Asked after each relation that is there for those that do not hold; what reads them is left out. */
  readonly check?: (name: string) => Promise<readonly string[]>
  /** Not to be built, because their unit tests failed. */
  readonly barred?: ReadonlySet<string>
  /** Told about the error of each step that failed. */
  readonly onError?: (name: string, error: unknown) => void
}

/** Everything, and the first failure is thrown. */
export async function buildModels(warehouse: Warehouse, project: Project): Promise<void> {
  const errors: unknown[] = []
  await buildSelected(warehouse, project, { onError: (_name, error) => errors.push(error) })
  if (errors.length > 0) throw errors[0]
}

/** A relation that fails takes with it what reads it; everything else is built. */
export async function buildSelected(
  warehouse: Warehouse,
  project: Project,
  options: BuildOptions = {},
): Promise<BuildStep[]> {
  const { names = selectNames(project, {}), isFullRefresh = false, nowMs = Date.now() } = options
  await dropLeftovers(warehouse)
  const built = await builtVersions(warehouse)
  const graph = graphOf(project)
  const broken = new Set(options.barred)
  const steps: BuildStep[] = []
  for (const name of names) {
    const node = nodeOf(project, name, nowMs)
    if (node.kind === 'ephemeral') continue
    const obstacle = obstacleOf(name, graph.above(name), broken)
    const version = versionOf(project, name, built)
    // A table keeps nothing up to date but its next build.
    const isDue = isFullRefresh || node.kind === 'table' || built.get(name) !== version
    const step = await takeStep({ warehouse, node, obstacle, isDue, version, onError: options.onError })
    steps.push(step)
    if (step.outcome === 'built') built.set(name, version)
    options.onStep?.(step)
    if (step.outcome === 'failed') broken.add(name)
    if (step.outcome === 'failed' || step.outcome === 'skipped') continue
    for (const wrong of (await options.check?.(name)) ?? []) broken.add(wrong)
  }
  return steps
}

/** Tables whose rows changed although no text did. Nothing else is looked at, so that a build elsewhere goes on. */
export async function rebuildTables(warehouse: Warehouse, project: Project, names: readonly string[]): Promise<void> {
  const nowMs = Date.now()
  for (const name of names) await nodeOf(project, name, nowMs).build(warehouse)
}

function obstacleOf(name: string, above: ReadonlySet<string>, broken: ReadonlySet<string>): string | null {
  if (broken.has(name)) return 'its unit test fails'
  const failed = [...above].find((other) => broken.has(other))
  return failed === undefined ? null : `reads ${failed}, which failed`
}

type Node = { readonly name: string; readonly kind: NodeKind; build(warehouse: Warehouse): Promise<void> }

function nodeOf(project: Project, name: string, nowMs: number): Node {
  const seed = project.seeds.find((each) => each.name === name)
  if (seed !== undefined) return { name, kind: 'seed', build: (warehouse) => buildSeed(warehouse, seed) }
  const model = project.models.find((each) => each.name === name)
  if (model === undefined) throw new Error(`${name} was selected and is not in the project`)
  return {
    name,
    kind: model.config.materialized,
    build: (warehouse) => buildModel(warehouse, project, { model, nowMs }),
  }
}

async function takeStep(given: {
  warehouse: Warehouse
  node: Node
  obstacle: string | null
  isDue: boolean
  version: string
  onError: BuildOptions['onError']
}): Promise<BuildStep> {
  const { warehouse, node, obstacle, isDue, version, onError } = given
  const { name, kind } = node
  const told = { name, kind, rows: null, ms: 0, detail: '' }
  if (obstacle !== null) return { ...told, outcome: 'skipped', detail: obstacle }
  if (!isDue) return { ...told, outcome: 'unchanged' }
  const startedMs = performance.now()
  try {
    await node.build(warehouse)
    await noteVersion(warehouse, name, version)
    const rows = kind === 'view' ? null : await countRows(warehouse, name)
    const step: BuildStep = { ...told, outcome: 'built', rows, ms: performance.now() - startedMs }
    await noteBuild(warehouse, step)
    return step
  } catch (error) {
    onError?.(name, error)
    const detail = error instanceof Error ? error.message : String(error)
    const step: BuildStep = { ...told, outcome: 'failed', ms: performance.now() - startedMs, detail }
    // A warehouse that is away can not note it down either, and the first error is the one to tell.
    await noteBuild(warehouse, step).catch(() => undefined)
    return step
  }
}

async function buildSeed(warehouse: Warehouse, seed: Seed): Promise<void> {
  await dropTable(warehouse, sideOf(seed.name))
  await loadSeed(warehouse, seed, sideOf(seed.name))
  await takePlace(warehouse, seed.name)
}

async function buildModel(
  warehouse: Warehouse,
  project: Project,
  { model, nowMs }: { model: Model; nowMs: number },
): Promise<void> {
  const select = compileModel(project, model, false)
  if (model.config.materialized === 'view') return warehouse.command(createView(model.name, select))
  if (model.config.materialized === 'materialized_view') return buildFed(warehouse, model, select)
  const startedMs = Date.now()
  await replaceTable(warehouse, model, select, variablesAt(nowMs))
  if (model.config.materialized === 'incremental') await lookAgain(warehouse, startedMs)
  if (model.config.incremental_strategy === 'insert_overwrite') await swapAgain(warehouse, startedMs)
}

/** The table anew and whole, filled beside the one in use. */
export async function replaceTable(
  warehouse: Warehouse,
  model: Model,
  select: string,
  variables: Variables = variablesAt(Date.now()),
): Promise<void> {
  const side = sideOf(model.name)
  await dropTable(warehouse, side)
  await warehouse.command(createTable(model, side, select), { ...variables })
  await warehouse.command(fillTable(side, select, model), { ...variables })
  await takePlace(warehouse, model.name)
}

/** The table that stands beside becomes the one in use. Whoever reads the old one reads it to the end. */
async function takePlace(warehouse: Warehouse, name: string): Promise<void> {
  if (!(await exists(warehouse, name))) return warehouse.command(`rename table ${sideOf(name)} to ${name}`)
  await warehouse.command(`exchange tables ${name} and ${sideOf(name)}`)
  await dropTable(warehouse, sideOf(name))
}

/**
 * A table that a view feeds. It is fed before it is filled: what lands meanwhile is there twice rather than not at all, so
 * its engine must bear that.
 */
async function buildFed(warehouse: Warehouse, model: Model, select: string): Promise<void> {
  const { name } = model
  const isNew = !(await exists(warehouse, name))
  const target = isNew ? name : sideOf(name)
  if (!isNew) await dropTable(warehouse, target)
  await warehouse.command(createTable(model, target, select))
  await warehouse.command(createFeed(target, target, select))
  await warehouse.command(fillTable(target, select))
  if (isNew) return
  const isFed = await exists(warehouse, feedOf(name))
  await warehouse.command(`exchange tables ${name} and ${target}`)
  await warehouse.command(
    isFed ? `alter table ${feedOf(name)} modify query\n${select}` : createFeed(name, name, select),
  )
  await dropTable(warehouse, feedOf(target))
  await dropTable(warehouse, target)
}

/** What ticks of another process wrote into the old table since `sinceMs` is worked out again for the new one. */
async function lookAgain(warehouse: Warehouse, sinceMs: number): Promise<void> {
  await warehouse.command(
    `insert into wake_ups (wake_at, order_id)
     select now64(3, 'UTC') as wake_at, order_id from (${WORKED_ON_SINCE})`,
    { since: String(sinceMs) },
  )
}

/** The orders that ticks may have worked on. */
const WORKED_ON_SINCE = `
       select order_id from touched where batch_id in (select batch_id from tick_batches where done_at >= fromUnixTimestamp64Milli({since:Int64}))
       union distinct
       select order_id from wake_ups where wake_at >= fromUnixTimestamp64Milli({since:Int64}) and wake_at <= now64(3, 'UTC')
     `

/** Where such an order has moved on to another day, the new table has it under the old one, which no tick would look at. */
async function swapAgain(warehouse: Warehouse, sinceMs: number): Promise<void> {
  await warehouse.command(
    `insert into day_changes (version, axis, axis_day, state)
     select distinct {since:UInt64}, axis, axis_day, 1 from anomalies_by_day where order_id in (${WORKED_ON_SINCE})`,
    { since: String(sinceMs) },
  )
}

/** Side tables of a build that died. */
async function dropLeftovers(warehouse: Warehouse): Promise<void> {
  const rows = await warehouse.query(
    {
      name: 'tables a build left behind',
      sql: `select name from system.tables where database = {database:String} and (endsWith(name, {side:String}) or endsWith(name, {feed:String}))
        order by endsWith(name, {feed:String}) desc`,
      row: z.object({ name: z.string() }),
    },
    { database: warehouse.database, side: sideOf(''), feed: feedOf(sideOf('')) },
  )
  for (const { name } of rows) await dropTable(warehouse, name)
}

const dropTable = (warehouse: Warehouse, name: string): Promise<void> =>
  warehouse.command(`drop table if exists ${name} sync`)

async function exists(warehouse: Warehouse, name: string): Promise<boolean> {
  const rows = await warehouse.query(
    {
      name: 'whether a relation is there',
      sql: 'select name from system.tables where database = {database:String} and name = {name:String}',
      row: z.object({ name: z.string() }),
    },
    { database: warehouse.database, name },
  )
  return rows.length > 0
}

async function countRows(warehouse: Warehouse, name: string): Promise<number> {
  const [row] = await warehouse.query({
    name: 'rows of a relation',
    sql: `select count() as n from ${name}`,
    row: z.object({ n: z.coerce.number() }),
  })
  return row?.n ?? 0
}
