/** The relations behind the figures: how each was last built, how far it is, and what it is made of. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type LastBuild, builtVersions, lastBuilds, versionOf } from '../engine/history.ts'
import { edgesOf } from '../engine/lineage.ts'
import { type Model, type Project, readProject } from '../engine/project.ts'
import { isoInstant } from './answer.ts'
import { type ModelDetail, modelDetail } from './model-detail.ts'

export type ModelHealth = {
  name: string
  kind: 'seed' | Model['config']['materialized']
  /** The folder it stands in: staging, facts, expectations, anomalies, sources, marts; seeds. */
  layer: string
  description: string
  tags: string[]
  reads: string[]
  read_by: string[]
  /** Null for what is never built by itself, or was not yet. */
  last_build: { at: string; outcome: string; rows: number | null; ms: number; detail: string } | null
  /** What happened up to here is in it; null where it follows what lands. */
  fresh_at: string | null
  /** Its text, or that of what it reads, is not what it was built from; null for what was never built. */
  is_changed: boolean | null
}

export type ModelReads = {
  models(): Promise<ModelHealth[]>
  /** Null where no seed or model has the name. */
  model(name: string): Promise<ModelDetail | null>
}

/** `dataAsOf`: what ticks have worked out. */
export function createModelReads(warehouse: Warehouse, dataAsOf: () => Promise<string>): ModelReads {
  let project: Project | null = null
  return {
    async models() {
      project ??= readProject()
      const [builds, built, tickedAt] = await Promise.all([
        warehouse.query(lastBuilds),
        builtVersions(warehouse),
        dataAsOf(),
      ])
      return healthOf(project, { builds: new Map(builds.map((build) => [build.name, build])), built, tickedAt })
    },
    async model(name) {
      project ??= readProject()
      return modelDetail(project, name)
    },
  }
}

type Known = {
  readonly builds: ReadonlyMap<string, LastBuild>
  /** What each was built from. */
  readonly built: ReadonlyMap<string, string>
  readonly tickedAt: string
}

function healthOf(project: Project, { builds, built, tickedAt }: Known): ModelHealth[] {
  const edges = edgesOf(project)
  const fresh = new Map<string, string | null>()
  const nodes = [
    ...project.seeds.map(({ name, path, card }) => ({
      name,
      path,
      card,
      kind: 'seed' as const,
      tags: card.config.tags,
    })),
    ...project.models.map(({ name, path, card, config }) => ({
      name,
      path,
      card,
      kind: config.materialized,
      tags: config.tags,
    })),
  ]
  return nodes.map(({ name, path, card, kind, tags }) => {
    const build = builds.get(name)
    const reads = edges.filter(({ to }) => to === name).map(({ from }) => from)
    const builtAt = isoInstant(build?.built_at ?? null)
    fresh.set(name, freshness({ kind, builtAt, tickedAt, above: reads.map((read) => fresh.get(read) ?? null) }))
    return {
      name,
      kind,
      layer: layerOf(path),
      description: card.description.trim(),
      tags: [...tags],
      reads,
      read_by: edges.filter(({ from }) => from === name).map(({ to }) => to),
      last_build:
        build === undefined || builtAt === null
          ? null
          : { at: builtAt, outcome: build.outcome, rows: build.rows, ms: build.ms, detail: build.detail },
      fresh_at: kind === 'seed' ? builtAt : (fresh.get(name) ?? null),
      is_changed: built.has(name) ? built.get(name) !== versionOf(project, name, built) : null,
    }
  })
}

/** `models/marts/orders.sql` is of the marts, `seeds/rules.csv` of the seeds. */
function layerOf(path: string): string {
  const [root = '', folder = ''] = path.split(/[\\/]/)
  return root === 'models' ? folder : root
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
