/** An import as a job that others see: progress about every second, and its end. */
import { createHash } from 'node:crypto'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { engineInstant } from '../derive/ledger.ts'
import { type JobState, createJobRow } from '../job-row.ts'

export type ImportJob = {
  /** Tells how far it is; writes at most once a second. */
  progress(done: number, outcome: string): Promise<void>
  end(state: Exclude<JobState, 'running'>, outcome: string): Promise<void>
}

const EVERY_MS = 1_000

/** The same files with the same mapping are the same job: a run that goes on takes the row over. */
export function createImportJob(
  warehouse: Warehouse,
  job: {
    readonly title: string
    readonly streams: readonly string[]
    readonly total: number
    readonly requestedBy: string
  },
  now: () => number,
): ImportJob {
  const row = createJobRow(warehouse, {
    job_id: `import/${createHash('sha256').update(job.streams.join('\n')).digest('hex').slice(0, 12)}`,
    kind: 'import',
    title: job.title,
    requested_by: job.requestedBy,
    started_at: engineInstant(now()),
  })
  let writtenMs = -Infinity
  let latest = 0
  const write = async (state: JobState, outcome: string): Promise<void> => {
    writtenMs = now()
    await row.write(state, { done: Math.round(latest), total: Math.round(job.total), outcome })
  }
  return {
    async progress(done, outcome) {
      latest = done
      if (now() - writtenMs >= EVERY_MS) await write('running', outcome)
    },
    async end(state, outcome) {
      if (state === 'done') latest = job.total
      await write(state, outcome)
    },
  }
}
