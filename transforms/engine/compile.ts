/** Model → SQL. Ephemeral models are set in place; variables become ClickHouse parameters, never text. */
import { TransformError } from '../errors.ts'
import type { Model, Project } from './project.ts'

/** What changes with every run, with the parameter each becomes. */
const PARAMETERS: Readonly<Record<string, string>> = { now: '{now:String}', version: '{version:UInt64}' }

export type Variables = { readonly now: string; readonly version: string }

/** Version grows with time, so that a later evaluation of an order replaces an earlier one. */
export function variablesAt(nowMs: number, version = Date.now()): Variables {
  return { now: new Date(nowMs).toISOString().replace('T', ' ').replace('Z', ''), version: String(version) }
}

/** Relations put in the place of others, by name: `ref:orders`, `source:events`, `this`; also where a model set in place reads them. */
export type Stand = ReadonlyMap<string, string>

/** `isIncremental`: only the orders in `tick_orders`; otherwise everything. */
export function compileModel(project: Project, model: Model, isIncremental: boolean, stand: Stand = new Map()): string {
  return model.template.render({
    ref: (name) => stand.get(`ref:${name}`) ?? relationOf(project, name, isIncremental, stand),
    source: (_schema, table) => stand.get(`source:${table}`) ?? table,
    var: (name) => variableOf(project, name, model.name),
    isIncremental,
    this: stand.get('this') ?? model.name,
  })
}

/** How a statement reads a model or a seed: by name, or as a subquery where nothing of that name is stored. */
export function relationOf(project: Project, name: string, isIncremental = false, stand: Stand = new Map()): string {
  const model = project.models.find((each) => each.name === name)
  if (model?.config.materialized !== 'ephemeral') return name
  return `(\n${compileModel(project, model, isIncremental, stand)}\n)`
}

function variableOf(project: Project, name: string, asker: string): string {
  const found = PARAMETERS[name] ?? project.vars[name]
  if (found === undefined)
    throw new TransformError(
      'MODEL_INVALID',
      `model ${asker} asks for the variable ${name}; known are ${[...Object.keys(PARAMETERS), ...Object.keys(project.vars)].join(', ')}`,
    )
  return String(found)
}
