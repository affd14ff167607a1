/** Who reads whom: build order, and the part of the graph a selection means. */
import { TransformError } from '../errors.ts'
import type { Model, Project } from './project.ts'

export function inBuildOrder(models: readonly Model[], seeds: ReadonlySet<string>): Model[] {
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

/** Everything named is in the project: names of seeds and models, in build order. */
export type Graph = {
  readonly names: readonly string[]
  above(name: string): ReadonlySet<string>
  below(name: string): ReadonlySet<string>
}

export function graphOf(project: Project): Graph {
  const parents = new Map<string, readonly string[]>([
    ...project.seeds.map(({ name }) => [name, []] as const),
    ...project.models.map(({ name, refs }) => [name, refs] as const),
  ])
  const names = [...parents.keys()]
  const above = new Map<string, Set<string>>()
  for (const name of names)
    above.set(name, new Set((parents.get(name) ?? []).flatMap((parent) => [parent, ...(above.get(parent) ?? [])])))
  return {
    names,
    above: (name) => above.get(name) ?? new Set(),
    below: (name) => new Set(names.filter((other) => above.get(other)?.has(name))),
  }
}

/** `+` before a name adds all it reads, `+` after it all that reads it. */
const TERM = /^(\+?)(?:(tag|path|source):)?([^+]+)(\+?)$/

/**
 * dbt's selectors: a name, `tag:…`, `path:…`, `source:…`, each with `+` for what is above or below; terms with a comma
 * between them must all hold, separate ones add up. Without a selector everything is meant. In build order.
 */
export function selectNames(
  project: Project,
  { select = [], exclude = [] }: { select?: readonly string[]; exclude?: readonly string[] },
): string[] {
  const graph = graphOf(project)
  const union = (selectors: readonly string[]): ReadonlySet<string> =>
    new Set(selectors.flatMap((selector) => [...intersection(project, graph, selector)]))
  const wanted = select.length === 0 ? new Set(graph.names) : union(select)
  const unwanted = union(exclude)
  return graph.names.filter((name) => wanted.has(name) && !unwanted.has(name))
}

function intersection(project: Project, graph: Graph, selector: string): string[] {
  const sets = selector.split(',').map((term) => namesOf(project, graph, term))
  return graph.names.filter((name) => sets.every((set) => set.has(name)))
}

function namesOf(project: Project, graph: Graph, term: string): ReadonlySet<string> {
  const [, up, method, value = '', down] = TERM.exec(term) ?? []
  if (value === '')
    throw new TransformError(
      'SELECTOR_INVALID',
      `expected a selector like name, +name, name+, tag:name or path:folder, found '${term}'`,
    )
  const found = matching(project, method ?? 'name', value)
  if (found.length === 0)
    throw new TransformError(
      'SELECTOR_INVALID',
      `nothing is selected by '${term}'; \`npm run models -- list\` names everything`,
    )
  return new Set(
    found.flatMap((name) => [
      name,
      ...(up === '+' ? graph.above(name) : []),
      ...(down === '+' ? graph.below(name) : []),
    ]),
  )
}

function matching(project: Project, method: string, value: string): string[] {
  const { models, seeds } = project
  switch (method) {
    case 'tag':
      return [
        ...seeds.filter(({ card }) => card.config.tags.includes(value)),
        ...models.filter(({ config }) => config.tags.includes(value)),
      ].map(({ name }) => name)
    case 'path': {
      const folder = value.replace(/^transforms\//, '').replace(/\/$/, '')
      return [...seeds, ...models]
        .filter(({ path }) => path === folder || path.startsWith(`${folder}/`))
        .map(({ name }) => name)
    }
    case 'source':
      return models.filter(({ sources }) => sources.includes(value.split('.').at(-1) ?? '')).map(({ name }) => name)
    default:
      return [...seeds, ...models].filter(({ name }) => name === value).map(({ name }) => name)
  }
}
