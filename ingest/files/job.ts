/** The row by which others see an import running: written about every second, and at its end. */
import { createHash } from 'node:crypto'
import type { Warehouse } from '#warehouse/warehouse.ts'

export type JobState = 'running' | 'done' | 'stopped' | 'failed'

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
  const jobId = `import/${createHash('sha256').update(job.streams.join('\n')).digest('hex').slice(0, 12)}`
  const startedAt = new Date(now()).toISOString().replace('T', ' ').replace('Z', '')
  let writtenMs = -Infinity
  let latest = 0
  const write = async (state: JobState, outcome: string): Promise<void> => {
    writtenMs = now()
    await warehouse.insertRows('ingest_jobs', [
      {
        job_id: jobId,
        kind: 'import',
        title: job.title,
        requested_by: job.requestedBy,
        state,
        done: Math.round(latest),
        total: Math.round(job.total),
        outcome,
        detail: '',
        started_at: startedAt,
      },
    ])
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
