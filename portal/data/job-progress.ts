/** How far a job is and when it will be done, from its row. */
import type { IngestJob } from '#api/contract/data.ts'

export type JobProgress = {
  /** Null while it is not known how much there is. */
  share: number | null
  /** Per second, on average since its start; null where that says nothing. */
  rate: number | null
  left_s: number | null
  took_s: number
  /** What came of a replay; null for other jobs. */
  outcome: { cured: number; remaining: number; left_out: number } | null
  /** What another job says of itself; empty when it was interrupted, as it speaks of the time that is left. */
  words: string
}

export function progressOf(job: IngestJob): JobProgress {
  const took_s = Math.max(0, (Date.parse(job.updated_at) - Date.parse(job.started_at)) / 1_000)
  // A replay counts messages; an import counts bytes and tells its own rate.
  const isCounted = job.kind === 'replay'
  const speed = took_s > 0 ? job.done / took_s : 0
  return {
    share: job.total > 0 ? Math.min(1, job.done / job.total) : job.state === 'done' ? 1 : null,
    rate: isCounted && speed > 0 ? speed : null,
    left_s: isCounted && job.state === 'running' && speed > 0 ? Math.max(0, job.total - job.done) / speed : null,
    took_s,
    ...said(isCounted || job.state !== 'interrupted' ? job.outcome : ''),
  }
}

function said(text: string): Pick<JobProgress, 'outcome' | 'words'> {
  if (text === '') return { outcome: null, words: '' }
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return { outcome: null, words: text }
  }
  if (typeof found !== 'object' || found === null) return { outcome: null, words: text }
  const number = (name: string): number => Number((found as Record<string, unknown>)[name] ?? 0)
  return {
    outcome: { cured: number('cured'), remaining: number('remaining'), left_out: number('left_out') },
    words: '',
  }
}
