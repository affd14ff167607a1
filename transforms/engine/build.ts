/** Brings tables and views to the models' present text. A table whose text changed is built anew from the events. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { TransformError } from '../errors.ts'
import { type Variables, compileModel } from './compile.ts'
import type { Model, Project, Seed } from './project.ts'

export type BuildReport = { readonly name: string; readonly action: 'built' | 'unchanged' }

/** `onStep` is told about every relation as it is done. */
export async function buildModels(
  warehouse: Warehouse,
  project: Project,
  onStep?: (report: BuildReport) => void,
): Promise<void> {
  const built = await builtVersions(warehouse)
  const changed = new Set<string>()
  const step = async (name: string, text: string, isAffected: boolean, build: () => Promise<void>): Promise<void> => {
    const hash = createHash('sha256').update(text).digest('hex')
    if (built.get(name) === hash && !isAffected) return onStep?.({ name, action: 'unchanged' })
    await build()
    changed.add(name)
    await warehouse.insertRows('model_versions', [{ name, hash }])
    onStep?.({ name, action: 'built' })
  }
  for (const seed of project.seeds) await step(seed.name, seed.text, false, () => loadSeed(warehouse, seed))
  for (const model of project.models) {
    if (model.config.materialized === 'ephemeral') continue
    // The compiled text holds every ephemeral model in it, so a change below shows here.
    const text = compileModel(project, model, true) + compileModel(project, model, false)
    const isAffected = model.config.materialized === 'incremental' && readsAny(project, model, changed)
    await step(model.name, text + JSON.stringify(model.config), isAffected, () => buildModel(warehouse, project, model))
  }
}

async function builtVersions(warehouse: Warehouse): Promise<Map<string, string>> {
  const rows = await warehouse.query({
    name: 'built models',
    sql: 'select name, argMax(hash, built_at) as hash from model_versions group by name',
    row: z.object({ name: z.string(), hash: z.string() }),
  })
  return new Map(rows.map((row) => [row.name, row.hash]))
}

function readsAny(project: Project, model: Model, changed: ReadonlySet<string>): boolean {
  return model.refs.some((ref) => {
    if (changed.has(ref)) return true
    const below = project.models.find((each) => each.name === ref)
    return below !== undefined && readsAny(project, below, changed)
  })
}

async function buildModel(warehouse: Warehouse, project: Project, model: Model): Promise<void> {
  if (model.config.materialized === 'view') {
    await warehouse.command(`create or replace view ${model.name} as ${compileModel(project, model, false)}`)
    return
  }
  const { engine, order_by: orderBy, settings } = model.config
  if (engine === undefined || orderBy === undefined)
    throw new TransformError('MODEL_INVALID', `model ${model.name} needs engine and order_by in its config`)
  const select = compileModel(project, model, false)
  const variables = variablesAt(Date.now())
  await warehouse.command(`drop table if exists ${model.name} sync`)
  await warehouse.command(
    `create table ${model.name} engine = ${engine} order by ${orderBy} ${settings === undefined ? '' : `settings ${settings}`} empty as\n${select}`,
    variables,
  )
  await warehouse.command(`insert into ${model.name}\n${select}`, variables)
}

/** Version grows with time, so that a later evaluation of an order replaces an earlier one. */
export function variablesAt(nowMs: number, version = Date.now()): Variables {
  return { now: new Date(nowMs).toISOString().replace('T', ' ').replace('Z', ''), version: String(version) }
}

async function loadSeed(warehouse: Warehouse, seed: Seed): Promise<void> {
  const [header, ...lines] = parseCsv(seed.text)
  if (header === undefined || lines.length === 0)
    throw new TransformError('SEED_INVALID', `seed ${seed.path} has no rows`)
  const types = header.map((_, index) =>
    lines.every((line) => /^-?\d+(\.\d+)?$/.test(line[index] ?? '')) ? 'Float64' : 'String',
  )
  const rows = lines.map((line, n) => {
    if (line.length !== header.length)
      throw new TransformError(
        'SEED_INVALID',
        `seed ${seed.path} row ${n + 2}: expected ${header.length} values, found ${line.length}`,
      )
    return Object.fromEntries(
      header.map((name, index) => [name, types[index] === 'Float64' ? Number(line[index]) : line[index]]),
    )
  })
  await warehouse.command(
    `create or replace table ${seed.name} (${header.map((name, index) => `${name} ${types[index]}`).join(', ')}) engine = MergeTree order by tuple()`,
  )
  await warehouse.insertRows(seed.name, rows)
}

/** Seeds are our own small files: comma separated, double quotes where a value holds a comma. */
function parseCsv(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
      ),
    )
}
