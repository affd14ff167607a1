/**
 * Keeps incidents up to date beside the ticks. They are a function of all anomalies, so they are worked out whole, at most
 * once a minute of the clock and only when something changed; what the anomalies no longer say is taken back. The more
 * anomalies there are, the longer that takes, so it is done the less often: it never takes more than a share of the time.
 */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Variables, compileModel } from '../engine/compile.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'

export type IncidentKeeper = {
  /** `isChanged`: the tick worked on orders. What comes between two looks waits for the next. */
  keep(nowMs: number, variables: Variables, isChanged: boolean): Promise<void>
}

const KEEP_EVERY_MS = 60_000
/** One part of so many of the time may be spent on it. */
const TIME_PARTS = 20
const MEMBERS = 'incident_members'

/** Kept here and not by every tick. */
export const isKept = ({ name }: Pick<Model, 'name'>): boolean => name === MEMBERS

export function createIncidentKeeper(warehouse: Pick<Warehouse, 'command'>, project: Project): IncidentKeeper {
  const model = project.models.find(isKept)
  if (model === undefined) throw new TransformError('MODEL_UNKNOWN', `incidents need the model ${MEMBERS}`)
  const insert = `insert into ${MEMBERS}\n${compileModel(project, model, true)}`
  // Filtered inside, where `version` is the column.
  const takeBack = `insert into ${MEMBERS}
     select * replace(toUInt64({version:UInt64}) as version, toUInt8(1) as is_void)
     from (select * from ${MEMBERS} final where version < {version:UInt64})`
  // What the process before may not have got to.
  let isStale = true
  let keptMs = -Infinity
  let tookMs = 0

  return {
    async keep(nowMs, variables, isChanged) {
      isStale ||= isChanged
      const isSoon = nowMs >= keptMs && nowMs - keptMs < Math.max(KEEP_EVERY_MS, TIME_PARTS * tookMs)
      if (!isStale || isSoon) return
      const startedMs = Date.now()
      await warehouse.command(insert, { ...variables })
      await warehouse.command(takeBack, { version: variables.version })
      isStale = false
      keptMs = nowMs
      tookMs = Date.now() - startedMs
    },
  }
}
