/** Looks for due work in the state database. Queues only make it faster: everything is found here again. */
import type { Knex } from 'knex'
import type { JobQueue } from '../../jobs/job-queue.ts'
import { claimable, generateOccurrences, skipLate } from './occurrence-store.ts'

export type SweepDeps = { readonly knex: Knex; readonly queue: JobQueue; readonly now: () => Date }

export type SweepOutcome = {
  readonly generated: number
  readonly skipped: readonly string[]
  readonly due: readonly string[]
}

export async function sweepReports({ knex, queue, now }: SweepDeps): Promise<SweepOutcome> {
  const generated = await generateOccurrences(knex, now())
  const skipped = await skipLate(knex, now())
  const due = await claimable(knex, now())
  for (const id of due) await queue.enqueue(id)
  return { generated, skipped, due }
}

export type Sweeper = { /** Sweeps now, unless a sweep is running. */ wake(): void; stop(): Promise<void> }

/** Sweeps at once and then every `everyMs`; one sweep at a time. */
export function startSweeping(
  deps: SweepDeps & { everyMs: number; onSkipped: (ids: readonly string[]) => void; onError: (error: unknown) => void },
): Sweeper {
  let running: Promise<void> | null = null
  const wake = () => {
    running ??= sweepReports(deps)
      .then((outcome) => {
        if (outcome.skipped.length > 0) deps.onSkipped(outcome.skipped)
      })
      .catch(deps.onError)
      .finally(() => (running = null))
  }
  const timer = setInterval(wake, deps.everyMs)
  wake()
  return {
    wake,
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
