/** Which systems were heard when, and which are quieter than they usually are, as the model `source_health` finds it. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { countCell, instantCell } from './health-cells.ts'
import { kept } from './kept.ts'

/** One system that tells events: a CloudEvents `source`. It may speak on several topics, and several on one. */
export type HeardSystem = {
  source: string
  state: string
  last_event_at: string | null
  last_landed_at: string | null
  /** How many gaps its rhythm was learned from. */
  gaps: number
  gap_p50_s: number | null
  gap_p99_s: number | null
  /** The quiet from which it is silent: three times its usual gap. */
  limit_s: number | null
  silent_since: string | null
  held_until: string | null
  rules_paused: string[]
  channels: string[]
}

const instant = instantCell.nullable()

const watched = {
  name: 'systems and their silence',
  sql: `select source, state, last_event_at, last_landed_at, gaps, gap_p50_s, gap_p99_s, limit_s, silent_since, held_until, rules_paused, channels
    from source_health order by silent_since is null, source limit 500`,
  row: z.object({
    source: z.string(),
    state: z.string(),
    last_event_at: instant,
    last_landed_at: instant,
    gaps: countCell,
    gap_p50_s: z.number().nullable(),
    gap_p99_s: z.number().nullable(),
    limit_s: z.number().nullable(),
    silent_since: instant,
    held_until: instant,
    rules_paused: z.array(z.string()),
    channels: z.array(z.string()),
  }),
}

/** What is known before a first build of the models. */
const heard = {
  name: 'systems',
  sql: `select source, max(c.last_event_at) as event_at, max(c.last_landed_at) as landed_at from source_clock as c
    where historic = 0 group by source order by source limit 500`,
  row: z.object({ source: z.string(), event_at: instantCell, landed_at: instantCell }),
}

const isBuilt = {
  name: 'whether silence is watched',
  sql: "select count() as n from system.tables where database = currentDatabase() and name = 'source_health'",
  row: z.object({ n: countCell }),
}

export function createSilenceRead(warehouse: Warehouse): () => Promise<HeardSystem[]> {
  const hasModel = kept(60_000, Date.now, async () => (await warehouse.query(isBuilt))[0]?.n === 1)
  return async () => {
    if (await hasModel()) return warehouse.query(watched)
    return (await warehouse.query(heard)).map(({ source, event_at, landed_at }) => ({
      source,
      state: '',
      last_event_at: event_at,
      last_landed_at: landed_at,
      gaps: 0,
      gap_p50_s: null,
      gap_p99_s: null,
      limit_s: null,
      silent_since: null,
      held_until: null,
      rules_paused: [],
      channels: [],
    }))
  }
}
