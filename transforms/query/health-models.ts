/** The relations behind the figures: how each was last built, how far it is, and what it is made of. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type LastBuild, lastBuilds } from '../engine/history.ts'
import { edgesOf } from '../engine/lineage.ts'
import { type Model, type Project, readProject } from '../engine/project.ts'
import { isoInstant } from './answer.ts'

export type ModelHealth = {
  name: string
  kind: 'seed' | Model['config']['materialized']
  description: string
  tags: string[]
  reads: string[]
  read_by: string[]
  /** Null for what is never built by itself, or was not yet. */
  last_build: { at: string; outcome: string; rows: number | null; ms: number; detail: string } | null
  /** What happened up to here is in it; null where it follows what lands. */
  fresh_at: string | null
}

export type ModelReads = { models(): Promise<ModelHealth[]> }

/** `dataAsOf`: what ticks have worked out. */
export function createModelReads(warehouse: Warehouse, dataAsOf: () => Promise<string>): ModelReads {
  let project: Project | null = null
  return {
    async models() {
      project ??= readProject()
      const [builds, tickedAt] = await Promise.all([warehouse.query(lastBuilds), dataAsOf()])
      return healthOf(project, new Map(builds.map((build) => [build.name, build])), tickedAt)
    },
  }
}

function healthOf(project: Project, builds: ReadonlyMap<string, LastBuild>, tickedAt: string): ModelHealth[] {
  const edges = edgesOf(project)
  const fresh = new Map<string, string | null>()
  const nodes = [
    ...project.seeds.map(({ name, card }) => ({ name, card, kind: 'seed' as const, tags: card.config.tags })),
    ...project.models.map(({ name, card, config }) => ({ name, card, kind: config.materialized, tags: config.tags })),
  ]
  return nodes.map(({ name, card, kind, tags }) => {
    const build = builds.get(name)
    const reads = edges.filter(({ to }) => to === name).map(({ from }) => from)
    const builtAt = isoInstant(build?.built_at ?? null)
    fresh.set(name, freshness({ kind, builtAt, tickedAt, above: reads.map((read) => fresh.get(read) ?? null) }))
    return {
      name,
      kind,
      description: card.description.trim(),
      tags: [...tags],
      reads,
      read_by: edges.filter(({ from }) => from === name).map(({ to }) => to),
      last_build:
        build === undefined || builtAt === null
          ? null
          : { at: builtAt, outcome: build.outcome, rows: build.rows, ms: build.ms, detail: build.detail },
      fresh_at: kind === 'seed' ? builtAt : (fresh.get(name) ?? null),
    }
  })
}

type Freshness = {
  kind: ModelHealth['kind']
  builtAt: string | null
  tickedAt: string
  above: readonly (string | null)[]
}

/** A view is as fresh as the stalest it reads; seeds do not age. */
function freshness({ kind, builtAt, tickedAt, above }: Freshness): string | null {
  if (kind === 'incremental') return tickedAt
  if (kind === 'table') return builtAt
  if (kind === 'view' || kind === 'ephemeral') return above.filter((at) => at !== null).toSorted()[0] ?? null
  return null
}
