/** Reads the models and seeds of `transforms/`: one file is one relation, named by the file, with a card beside it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'
import { TransformError } from '../errors.ts'
import { type Card, type UnitTest, cardOf, readCards, tagsSchema } from './card.ts'
import { inBuildOrder } from './graph.ts'
import { type ModelTemplate, createTemplate, macrosOf } from './template.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const configSchema = z.strictObject({
  materialized: z.enum(['ephemeral', 'view', 'table', 'incremental', 'materialized_view']),
  engine: z.string().optional(),
  order_by: z.string().optional(),
  partition_by: z.string().optional(),
  /** Ticks replace whole partitions instead of adding newer rows. */
  incremental_strategy: z.literal('insert_overwrite').optional(),
  settings: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  tags: tagsSchema,
  meta: z
    .strictObject({
      /** A condition on events without which an order has no row here: ticks whose orders have none leave the model out. */
      only_for: z.string().optional(),
      /** Reads rows of orders besides those it works on: they must be there before it. */
      reads_others: z.literal(1).optional(),
    })
    .optional(),
})
export type ModelConfig = z.infer<typeof configSchema>

/** Config by folder, as far as we read it: tags, for everything in a folder and below. */
type Folder = { readonly [name: string]: Folder | string | string[] }
const folderSchema: z.ZodType<Folder> = z.lazy(() =>
  z.record(z.string(), z.union([folderSchema, z.string(), z.array(z.string())])),
)

const projectSchema = z.looseObject({
  name: z.string(),
  models: z.record(z.string(), folderSchema).default({}),
  vars: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
})

export type Model = {
  readonly name: string
  /** Relative to the project's root. */
  readonly path: string
  readonly text: string
  readonly template: ModelTemplate
  readonly config: ModelConfig
  readonly card: Card
  /** Models and seeds it reads, in order of first mention. */
  readonly refs: readonly string[]
  /** Tables it reads that no model makes. */
  readonly sources: readonly string[]
}

export type Seed = { readonly name: string; readonly path: string; readonly text: string; readonly card: Card }
export type Source = { readonly schema: string; readonly name: string; readonly card: Card }

export type Project = {
  readonly name: string
  readonly models: readonly Model[]
  readonly seeds: readonly Seed[]
  readonly sources: readonly Source[]
  readonly unitTests: readonly UnitTest[]
  readonly macros: string
  /** What `var` gives where the engine has no parameter of that name. */
  readonly vars: Readonly<Record<string, string | number>>
}

/** Models come out in build order: everything a model reads stands before it. */
export function readProject(root = ROOT): Project {
  const {
    name,
    vars,
    models: folders,
  } = projectSchema.parse(parse(readFileSync(join(root, 'dbt_project.yml'), 'utf8')))
  const cards = readCards([...filesOf(join(root, 'models'), '.yml'), ...filesOf(join(root, 'seeds'), '.yml')])
  const macros = filesOf(join(root, 'macros'), '.sql')
    .map((path) => macrosOf(readFileSync(path, 'utf8')))
    .join('\n')
  const seeds = filesOf(join(root, 'seeds'), '.csv').map((path) => ({
    name: basename(path, '.csv'),
    path: relative(root, path),
    text: readFileSync(path, 'utf8'),
    card: cardOf(cards.seeds, basename(path, '.csv')),
  }))
  const sources = cards.sources.flatMap(({ name: schema, tables }) =>
    tables.map((card) => ({ schema, name: card.name, card })),
  )
  const known = new Set(sources.map((source) => `${source.schema}.${source.name}`))
  const models = filesOf(join(root, 'models'), '.sql').map((path) =>
    readModel({
      root,
      path,
      macros,
      card: cardOf(cards.models, basename(path, '.sql')),
      known,
      folders: folders[name] ?? {},
    }),
  )
  return {
    name,
    vars,
    macros,
    seeds,
    sources,
    unitTests: cards.unit_tests,
    models: inBuildOrder(models, new Set(seeds.map((seed) => seed.name))),
  }
}

function filesOf(folder: string, extension: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .sort()
    .map((file) => join(folder, file))
}

type ModelFile = {
  root: string
  path: string
  macros: string
  card: Card
  known: ReadonlySet<string>
  folders: Folder
}

function readModel({ root, path, macros, card, known, folders }: ModelFile): Model {
  const name = basename(path, '.sql')
  const text = readFileSync(path, 'utf8')
  try {
    const template = createTemplate(macros, text)
    const whole = readsOf(template, name, false)
    const part = readsOf(template, name, true)
    // dbt reads the graph off the branch of a whole build; what only the other one names is invisible to it.
    const hidden = part.refs.filter((ref) => !whole.refs.includes(ref))
    if (hidden.length > 0)
      throw new Error(
        `reads ${hidden.join(', ')} in its incremental branch only; name it outside too: -- depends_on: {{ ref('${hidden[0]}') }}`,
      )
    const unknown = [...whole.sources, ...part.sources].find((source) => !known.has(source))
    if (unknown !== undefined) throw new Error(`reads the source ${unknown}, which models/sources.yml does not declare`)
    const config = parseConfig({ ...card.config, ...whole.config })
    return {
      name,
      path: relative(root, path),
      text,
      template,
      card,
      config: {
        ...config,
        tags: [...new Set([...folderTags(folders, relative(root, path)), ...card.config.tags, ...config.tags])],
      },
      refs: whole.refs,
      sources: whole.sources.map((source) => source.split('.')[1] ?? source),
    }
  } catch (cause) {
    throw new TransformError('MODEL_INVALID', `model ${name} (${path}) cannot be read: ${(cause as Error).message}`, {
      cause,
    })
  }
}

function parseConfig(values: unknown): ModelConfig {
  const parsed = configSchema.safeParse(values)
  if (!parsed.success) throw new Error(`its config is wrong: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function folderTags(folders: Folder, path: string): string[] {
  const tags: string[] = []
  let at: Folder[string] | undefined = folders
  for (const part of path.split(/[\\/]/).slice(1)) {
    if (typeof at !== 'object' || Array.isArray(at)) break
    tags.push(...[at['+tags'] ?? []].flat().filter((tag) => typeof tag === 'string'))
    at = at[part]
  }
  return tags
}

/** What one kind of run reads, and the config the model gives itself. */
function readsOf(template: ModelTemplate, name: string, isIncremental: boolean) {
  const refs = new Set<string>()
  const sources = new Set<string>()
  let config: Readonly<Record<string, unknown>> = {}
  template.render({
    config: (values) => {
      config = values
    },
    ref: (model) => {
      refs.add(model)
      return model
    },
    source: (schema, table) => {
      sources.add(`${schema}.${table}`)
      return table
    },
    var: (variable) => variable,
    isIncremental,
    this: name,
  })
  return { refs: [...refs], sources: [...sources], config }
}
