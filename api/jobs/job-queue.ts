/**
 * Carries ids of due work to whoever does it. The work itself is a row in the state database: a queue may lose an id
 * or bring it twice, and the next sweep and the guarded claim make both harmless.
 */
export type JobHandler = (id: string) => Promise<void>

export type JobQueue = {
  readonly kind: 'in-process' | 'bull'
  /** Since when what carries the ids is away; null while it is there, or nothing is needed. */
  awaySince(): Date | null
  enqueue(id: string): Promise<void>
  /** One handler per queue. Its failures are reported to `onFailure` and never retried here. */
  process(handler: JobHandler): void
  /** Waits for running work. */
  close(): Promise<void>
}

export type JobQueueOptions = {
  readonly concurrency?: number
  readonly onFailure: (id: string, error: unknown) => void
}
