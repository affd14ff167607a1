/** Reads the models and seeds of `transforms/`: one `.sql` file is one relation, named by the file. */
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Template } from '@huggingface/jinja'
import { z } from 'zod'
import { TransformError } from '../errors.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const configSchema = z.strictObject({
  materialized: z.enum(['ephemeral', 'view', 'incremental']),
  engine: z.string().optional(),
  order_by: z.string().optional(),
  settings: z.string().optional(),
})
export type ModelConfig = z.infer<typeof configSchema>

export type Model = {
  readonly name: string
  readonly path: string
  readonly text: string
  readonly template: Template
  readonly config: ModelConfig
  /** Models and seeds it reads, in order of first mention. */
  readonly refs: readonly string[]
}

export type Seed = { readonly name: string; readonly path: string; readonly text: string }
export type Project = { readonly models: readonly Model[]; readonly seeds: readonly Seed[] }

/** Models come out in build order: everything a model reads stands before it. */
export function readProject(root = ROOT): Project {
  const seeds = filesOf(join(root, 'seeds'), '.csv').map((path) => ({
    name: basename(path, '.csv'),
    path,
    text: readFileSync(path, 'utf8'),
  }))
  const macros = readMacros(join(root, 'macros'))
  const models = filesOf(join(root, 'models'), '.sql').map((path) => readModel(path, macros))
  return { seeds, models: inBuildOrder(models, new Set(seeds.map((seed) => seed.name))) }
}

function filesOf(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .sort()
    .map((file) => join(folder, file))
}

/** Macros are known to every model: their definitions, which render to nothing, stand before its own text. */
function readMacros(folder: string): string {
  return filesOf(folder, '.sql')
    .map((path) => readFileSync(path, 'utf8').trim())
    .join('')
}

function readModel(path: string, macros: string): Model {
  const name = basename(path, '.sql')
  const text = readFileSync(path, 'utf8')
  const refs = new Set<string>()
  let config: unknown
  try {
    const template = new Template(macros + text)
    // Both branches of is_incremental are walked, so that the graph holds for either kind of run.
    for (const isIncremental of [true, false]) {
      template.render({
        config: (values: unknown) => {
          config = keywordArguments(values)
          return ''
        },
        ref: (model: string) => {
          refs.add(model)
          return model
        },
        source: (_database: string, table: string) => table,
        var: (variable: string) => variable,
        is_incremental: () => isIncremental,
        this: name,
      })
    }
    return { name, path, text, template, config: configSchema.parse(config), refs: [...refs] }
  } catch (cause) {
    throw new TransformError('MODEL_INVALID', `model ${name} (${path}) cannot be read: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Keyword arguments reach a function as a map of the template engine's own value objects. */
function keywordArguments(values: unknown): Record<string, unknown> {
  if (!(values instanceof Map)) return {}
  return Object.fromEntries(
    [...(values as Map<string, { value: unknown }>)].map(([name, wrapped]) => [name, wrapped.value]),
  )
}

function inBuildOrder(models: readonly Model[], seeds: ReadonlySet<string>): Model[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  const done = new Set<string>()
  const ordered: Model[] = []
  const visit = (model: Model, trail: readonly string[]): void => {
    if (done.has(model.name)) return
    if (trail.includes(model.name))
      throw new TransformError(
        'MODEL_CYCLE',
        `models read each other in a circle: ${[...trail, model.name].join(' → ')}`,
      )
    for (const ref of model.refs) {
      if (seeds.has(ref)) continue
      const next = byName.get(ref)
      if (next === undefined)
        throw new TransformError(
          'MODEL_UNKNOWN',
          `model ${model.name} reads ${ref}, which is neither a model nor a seed`,
        )
      visit(next, [...trail, model.name])
    }
    done.add(model.name)
    ordered.push(model)
  }
  for (const model of models) visit(model, [])
  return ordered
}
