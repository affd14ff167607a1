/** What is built, from which text, when, and what became of it. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { NamedQuery, Warehouse } from '#warehouse/warehouse.ts'
import { compileModel } from './compile.ts'
import type { Model, Project } from './project.ts'

export type NodeKind = 'seed' | Model['config']['materialized']
export type BuildStep = {
  readonly name: string
  readonly kind: NodeKind
  readonly outcome: 'built' | 'unchanged' | 'failed' | 'skipped'
  /** Null for what stores none. */
  readonly rows: number | null
  readonly ms: number
  /** Why it failed or was skipped. */
  readonly detail: string
}

/**
 * What a relation built now is built from: its own text, and what stands of that which it reads. So a change shows in all
 * that is below it, also when a build ended between the two or left something out.
 */
export function versionOf(project: Project, name: string, built: ReadonlyMap<string, string>): string {
  const seed = project.seeds.find((each) => each.name === name)
  if (seed !== undefined) return digest(seed.text)
  const model = project.models.find((each) => each.name === name)
  if (model === undefined) return ''
  const text = compileModel(project, model, true) + compileModel(project, model, false)
  // Tags say which models are meant, not what they hold.
  return digest(JSON.stringify([text, { ...model.config, tags: [] }, standing(project, model, built)]))
}

/** Versions of the stored relations it reads, through those that are set in place. */
function standing(project: Project, model: Model, built: ReadonlyMap<string, string>): string[] {
  return model.refs.flatMap((ref) => {
    const below = project.models.find((each) => each.name === ref)
    return below?.config.materialized === 'ephemeral' ? standing(project, below, built) : [built.get(ref) ?? '']
  })
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

export async function builtVersions(warehouse: Warehouse): Promise<Map<string, string>> {
  const rows = await warehouse.query({
    name: 'built models',
    sql: 'select name, argMax(hash, built_at) as hash from model_versions group by name',
    row: z.object({ name: z.string(), hash: z.string() }),
  })
  return new Map(rows.map((row) => [row.name, row.hash]))
}

export const noteVersion = (warehouse: Warehouse, name: string, hash: string): Promise<void> =>
  warehouse.insertRows('model_versions', [{ name, hash }])

export const noteBuild = (warehouse: Warehouse, step: BuildStep): Promise<void> =>
  warehouse.insertRows('model_builds', [{ ...step, ms: Math.round(step.ms) }])

export type LastBuild = z.output<typeof lastBuildRow>
const lastBuildRow = z.object({
  name: z.string(),
  kind: z.string(),
  outcome: z.string(),
  rows: z.coerce.number().nullable(),
  ms: z.coerce.number(),
  detail: z.string(),
  built_at: z.string(),
})

/** The last build of each relation, and how it went. */
export const lastBuilds: NamedQuery<LastBuild> = {
  name: 'last builds',
  sql: `select name, argMax(b.kind, b.built_at) as kind, argMax(b.outcome, b.built_at) as outcome,
      argMax(tuple(b.rows), b.built_at).1 as rows, argMax(b.ms, b.built_at) as ms, argMax(b.detail, b.built_at) as detail,
      toString(max(b.built_at)) as built_at
    from model_builds as b group by name order by name`,
  row: lastBuildRow,
}
