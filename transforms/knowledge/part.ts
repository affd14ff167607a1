/**
 * The part of the models that what landed decides about, compiled so that it reads the events known at an instant and
 * stands in tables of its own. The same models, in the same order, as a tick runs them: nothing is defined a second time.
 */
import { ROWS, isKeptByDay } from '../days/keeper.ts'
import { type Stand, compileModel, relationOf } from '../engine/compile.ts'
import { graphOf } from '../engine/graph.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import { isKept } from '../incidents/keeper.ts'

/** What models read of events, besides the events themselves, and what ticks keep. */
const STOOD_FOR = ['events', 'tick_orders', 'source_holds', 'source_clock', 'anomalies'] as const
export type Kept = (typeof STOOD_FOR)[number]

/** Relations of landed messages: known since they landed, and cut without being worked out. */
const LANDED: ReadonlySet<string> = new Set(['raw_events', 'dead_letter_current'])

export type Part = {
  /** Tables that are filled order by order, in build order, in rounds: a later one reads what earlier ones say of other orders. */
  readonly rounds: readonly (readonly Model[])[]
  /** What stands on them, in build order: views, and what is worked out of all orders at once. */
  readonly upper: readonly Model[]
  readonly landed: readonly string[]
  /** The statement of a model; `key` tells one set of tables from another. */
  compile(model: Model, key: string, more?: Stand): string
}

/** Where a relation stands for one instant. */
export const knownName = (relation: string, key: string): string => `${relation}__known_${key}`

export function partOf(project: Project, wanted: readonly string[]): Part {
  const graph = graphOf(project)
  const named = new Set(wanted.flatMap((name) => [name, ...graph.above(name)]))
  const byName = new Map(project.models.map((model) => [model.name, model]))
  const isDecided = (model: Model): boolean =>
    model.sources.some((source) => source === 'events') ||
    model.refs.some((ref) => {
      const below = byName.get(ref)
      return below !== undefined && isDecided(below)
    })
  const part = project.models.filter(
    (model) => named.has(model.name) && !LANDED.has(model.name) && isDecided(model) && !isKeptByDay(model),
  )
  const stored = part.filter(({ config }) => config.materialized !== 'ephemeral')
  const tables = stored.filter((model) => model.config.materialized === 'incremental' && !isKept(model))
  const upper = stored.filter((model) => model.config.materialized === 'view' || isKept(model))
  const other = stored.find((model) => !tables.includes(model) && !upper.includes(model))
  if (other !== undefined)
    throw new TransformError(
      'MODEL_INVALID',
      `what was known at an instant is worked out order by order; ${other.name} is a ${other.config.materialized}, which is not`,
    )
  const reading = tables.filter(({ config }) => config.meta?.reads_others !== undefined)
  const read = new Set(reading.flatMap(({ name }) => [...graph.above(name)]))
  const isRead = ({ name }: Model): boolean => read.has(name)
  return {
    rounds: [tables.filter(isRead), tables.filter((model) => !isRead(model))].filter((round) => round.length > 0),
    upper,
    landed: wanted.filter((name) => LANDED.has(name)),
    compile(model, key, more = new Map()) {
      const stand: Stand = new Map([
        ...STOOD_FOR.map((name) => [`source:${name}`, keptName(name, key)] as const),
        ...stored.map(({ name }) => [`ref:${name}`, knownName(name, key)] as const),
        // What was found before stands apart from what is found.
        ['this', model.name === 'anomalies' ? keptName('anomalies', key) : knownName(model.name, key)] as const,
        ...more,
      ])
      if (!isKept(model)) return compileModel(project, model, true, stand)
      // Of all orders at once; rows by day are not kept of an instant.
      const byDay = relationOf(project, ROWS, false, stand)
      return compileModel(project, model, false, new Map([...stand, ['ref:anomalies_by_day', byDay]]))
    },
  }
}

/** The anomalies that were found before stand apart from those that are worked out. */
export function keptName(name: Kept, key: string): string {
  return knownName(name === 'anomalies' ? 'anomalies_before' : name, key)
}
