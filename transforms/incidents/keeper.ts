/**
 * Keeps incidents up to date beside the ticks. They are a function of all anomalies, and what happens later says nothing of
 * what was: so they are worked out from the first day on that changed, at most every twenty seconds of the clock, and what the
 * anomalies no longer say is taken back. A day long ago that changes makes that longer, so it is done the less often then: it
 * never takes more than a share of the time.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Variables, compileModel } from '../engine/compile.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'

export type IncidentKeeper = {
  /** What comes between two looks waits for the next. */
  keep(nowMs: number, variables: Variables): Promise<void>
}

const KEEP_EVERY_MS = 20_000
/** One part of so many of the time may be spent on it. */
const TIME_PARTS = 20
/** What is due, written down with the change that makes it so: it outlives a process that dies before it is done. */
export const DUE = 'incidents_due'
const [BLOCKS, RUNS, CHOICES, MEMBERS] = [
  'incident_blocks',
  'incident_runs',
  'incident_choices',
  'incident_members',
] as const
const since = (part: 'blocks' | 'choices'): string => `(select min(since) from ${DUE} where part = '${part}')`

/** Kept here and not by every tick. */
export const isKept = ({ name }: Pick<Model, 'name'>): boolean =>
  [BLOCKS, CHOICES, MEMBERS].some((each) => each === name)

export function createIncidentKeeper(
  warehouse: Pick<Warehouse, 'command' | 'query'>,
  project: Project,
): IncidentKeeper {
  const keepers = {
    [BLOCKS]: rowsOf(warehouse, project, BLOCKS, `block_at >= ${since('blocks')}`),
    [CHOICES]: rowsOf(warehouse, project, CHOICES, `opened_at >= ${since('choices')}`),
    [MEMBERS]: rowsOf(warehouse, project, MEMBERS, '1'),
  }
  let keptMs = -Infinity
  let tookMs = 0

  return {
    async keep(nowMs, variables) {
      const isSoon = nowMs >= keptMs && nowMs - keptMs < Math.max(KEEP_EVERY_MS, TIME_PARTS * tookMs)
      if (isSoon || !(await isDue(warehouse))) return
      const startedMs = Date.now()
      await keepers[BLOCKS](variables)
      await reachBack(warehouse)
      await keepers[CHOICES](variables)
      await keepers[MEMBERS](variables)
      await warehouse.command(`truncate table ${DUE}`)
      keptMs = nowMs
      tookMs = Date.now() - startedMs
    },
  }
}

/** Works out the rows of a model that may have changed, and takes back those of them that it no longer has. */
function rowsOf(
  warehouse: Pick<Warehouse, 'command'>,
  project: Project,
  name: string,
  mayChange: string,
): (variables: Variables) => Promise<void> {
  const model = project.models.find((each) => each.name === name)
  if (model === undefined) throw new TransformError('MODEL_UNKNOWN', `incidents need the model ${name}`)
  const insert = `insert into ${name}\n${compileModel(project, model, true)}`
  // Filtered inside, where `version` is the column.
  const takeBack = `insert into ${name}
     select * replace(toUInt64({version:UInt64}) as version, toUInt8(1) as is_void)
     from (select * from ${name} final where version < {version:UInt64} and ${mayChange})`
  return async (variables) => {
    await warehouse.command(insert, { ...variables })
    await warehouse.command(takeBack, { version: variables.version })
  }
}

async function isDue(warehouse: Pick<Warehouse, 'query'>): Promise<boolean> {
  const [row] = await warehouse.query({
    name: 'whether incidents are due',
    sql: `select count() as n from ${DUE}`,
    row: z.object({ n: z.coerce.number() }),
  })
  return (row?.n ?? 0) > 0
}

/** Runs that go on into what changed, or would if it were hot, are others now from their beginning. */
function reachBack(warehouse: Pick<Warehouse, 'command'>): Promise<void> {
  return warehouse.command(
    `insert into ${DUE} (part, since)
     select 'choices', min(at) from (
       select ${since('blocks')} as at
       union all
       select starts_at from ${RUNS} where quiet_at >= ${since('blocks')}
       union all
       select starts_at from ${CHOICES} final where quiet_at >= ${since('blocks')}
     )`,
  )
}
