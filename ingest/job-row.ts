/**
 * The row by which others see an import or a replay. It is written again every few seconds whether or not anything moves on:
 * a row that says `running` and was not written for a minute is of a process that ended without a word.
 */
import type { Warehouse } from '#warehouse/warehouse.ts'

export type JobState = 'running' | 'done' | 'stopped' | 'failed'

export type Job = {
  readonly job_id: string
  readonly kind: 'import' | 'replay'
  readonly title: string
  readonly requested_by: string
  readonly started_at: string
}

export type JobFigures = { readonly done: number; readonly total: number; readonly outcome: string }

export type JobRow = {
  write(state: JobState, figures: JobFigures): Promise<void>
}

const SIGN_OF_LIFE_MS = 5_000

export function createJobRow(
  warehouse: Pick<Warehouse, 'insertRows'>,
  job: Job,
  signOfLifeMs = SIGN_OF_LIFE_MS,
): JobRow {
  let latest: JobFigures = { done: 0, total: 0, outcome: '' }
  let writing: Promise<void> = Promise.resolve()
  let waiting = 0
  let life: NodeJS.Timeout | null = null

  // One after the other: a sign of life must not arrive behind the last word.
  const insert = (state: JobState): Promise<void> => {
    waiting += 1
    const row = { ...job, state, ...latest, detail: '' }
    const written = writing.then(() => warehouse.insertRows('ingest_jobs', [row])).finally(() => (waiting -= 1))
    writing = written.catch(() => undefined)
    return written
  }

  return {
    async write(state, figures) {
      latest = figures
      if (state !== 'running' && life !== null) clearInterval(life)
      await insert(state)
      if (state !== 'running') return
      life ??= setInterval(() => {
        // A warehouse that is away lets the row grow old; the work itself notices and tells.
        if (waiting === 0) insert('running').catch(() => undefined)
      }, signOfLifeMs).unref()
    },
  }
}
