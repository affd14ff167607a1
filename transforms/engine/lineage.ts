/** Who reads whom, in words and as a drawing. */
import type { Project } from './project.ts'

export type Edge = { readonly from: string; readonly to: string }

/** Every reading of a seed, a model or a source by a model; sources under their full names, as dbt tells them. */
export function edgesOf(project: Project): Edge[] {
  const schemaOf = new Map(project.sources.map(({ schema, name }) => [name, schema]))
  return project.models.flatMap(({ name, refs, sources }) => [
    ...refs.map((from) => ({ from, to: name })),
    ...sources.map((table) => ({ from: `${schemaOf.get(table) ?? ''}.${table}`, to: name })),
  ])
}

/** One line per relation in build order: what it reads and what reads it. */
export function lineageText(project: Project, names: readonly string[]): string {
  const edges = edgesOf(project)
  return names
    .flatMap((name) => [
      name,
      ...edges.filter(({ to }) => to === name).map(({ from }) => `  ← ${from}`),
      ...edges.filter(({ from }) => from === name).map(({ to }) => `  → ${to}`),
    ])
    .join('\n')
}

/** A Mermaid flowchart of these relations and what they read. */
export function lineageChart(project: Project, names: readonly string[]): string {
  const wanted = new Set(names)
  const lines = edgesOf(project)
    .filter(({ to }) => wanted.has(to))
    .map(({ from, to }) => `  ${idOf(from)}["${from}"] --> ${idOf(to)}["${to}"]`)
  return ['flowchart LR', ...lines].join('\n')
}

const idOf = (name: string): string => name.replaceAll('.', '__')
