/** Reports as one part: its routes, and the work it does by itself. */
import type { FastifyBaseLogger } from 'fastify'
import type { Feature } from '../../feature.ts'
import { runOccurrence } from './deliver.ts'
import { reportRoutes } from './routes.ts'
import type { ReportsDeps } from './service.ts'
import { startSweeping, type Sweeper } from './sweep.ts'

export type ReportsOptions = Omit<ReportsDeps, 'wake'> & {
  /** The state database is looked through this often; the queue only makes it faster. */
  readonly sweepEveryMs: number
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>
}

export type Reports = {
  readonly routes: Feature
  /** Starts sending. Processes that only serve the API never call it. */
  start(): void
  /** Waits for the occurrence in hand; what is left is found again by the next start. */
  stop(): Promise<void>
}

export function createReports(options: ReportsOptions): Reports {
  const { log, queue } = options
  let sweeper: Sweeper | null = null
  return {
    routes: reportRoutes({ ...options, wake: () => sweeper?.wake() }),
    start() {
      queue.process((id) => runOccurrence(options, id))
      sweeper ??= startSweeping({
        ...options,
        everyMs: options.sweepEveryMs,
        onSkipped: (ids) =>
          log.warn({ occurrences: ids }, 'report occurrences were missed for too long and are noted as skipped'),
        onError: (error) => log.error({ err: error }, 'the sweep for due reports failed; the next one tries again'),
      })
    },
    async stop() {
      await sweeper?.stop()
      await queue.close()
    },
  }
}
