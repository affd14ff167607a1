/** What is being done about the data: derivations that were stopped, imports and replays, and what was set aside. */
import { z } from 'zod'
import type { NamedQuery, Warehouse } from '#warehouse/warehouse.ts'
import { countCell, instantCell, msParam } from './health-cells.ts'

export type DerivationBreaker = {
  topic: string
  state: 'open' | 'closed' | 'held'
  messages: number
  rejected: number
  detail: string
  changed_by: string
  changed_at: string
}
export type SetAside = { topic: string; format: string; kind: string; n: number; last_at: string }
export type IngestJob = {
  job_id: string
  kind: string
  title: string
  requested_by: string
  /** `interrupted` is no word of the job: it told nothing for so long that its process must have ended. */
  state: 'running' | 'done' | 'stopped' | 'failed' | 'interrupted'
  done: number
  total: number
  /** JSON text of what came of it, or empty. */
  outcome: string
  detail: string
  started_at: string
  updated_at: string
}

const breakers = {
  name: 'stopped derivations',
  sql: `select topic, state, messages, rejected, detail, changed_by, changed_at from derivation_breakers final
    order by state = 'open' desc, changed_at desc limit 200`,
  row: z.object({
    topic: z.string(),
    state: z.enum(['open', 'closed', 'held']),
    messages: countCell,
    rejected: countCell,
    detail: z.string(),
    changed_by: z.string(),
    changed_at: instantCell,
  }),
}

const aside = {
  name: 'messages that do not concern orders',
  sql: 'select topic, format, kind, count() as n, max(s.landed_at) as last_at from set_aside as s final group by topic, format, kind order by n desc, topic, kind limit 500',
  row: z.object({ topic: z.string(), format: z.string(), kind: z.string(), n: countCell, last_at: instantCell }),
}

/** A job that runs writes its row every five seconds; this leaves room for a warehouse that is slow for a while. */
const SILENT_JOB_MS = 60_000

const jobs = {
  name: 'imports and replays',
  sql: `select job_id, kind, title, requested_by,
      if(j.state = 'running' and updated_at < fromUnixTimestamp64Milli({heard_since:Int64}), 'interrupted', j.state) as state,
      done, total, outcome, detail, started_at, updated_at
    from ingest_jobs as j final where kind in ('import', 'replay')
    order by state = 'running' desc, updated_at desc limit 30`,
  row: z.object({
    job_id: z.string(),
    kind: z.string(),
    title: z.string(),
    requested_by: z.string(),
    state: z.enum(['running', 'done', 'stopped', 'failed', 'interrupted']),
    done: countCell,
    total: countCell,
    outcome: z.string(),
    detail: z.string(),
    started_at: instantCell,
    updated_at: instantCell,
  }),
}

export type JobReads = {
  breakers(): Promise<DerivationBreaker[]>
  setAside(): Promise<SetAside[]>
  /** All that run, then the last ones. */
  jobs(): Promise<IngestJob[]>
}

export function createJobReads(warehouse: Warehouse, now: () => Date): JobReads {
  const read = <Row>(query: NamedQuery<Row>): Promise<Row[]> => warehouse.query(query)
  return {
    breakers: () => read(breakers),
    setAside: () => read(aside),
    jobs: () => warehouse.query(jobs, { heard_since: msParam(now().getTime() - SILENT_JOB_MS) }),
  }
}
