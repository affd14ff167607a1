/** Exports as one part: their routes, and the work that is done in the background. */
import type { FastifyBaseLogger } from 'fastify'
import { readingAs } from '#warehouse/reading.ts'
import type { Feature } from '../../feature.ts'
import type { People } from '../people/people.ts'
import { dueExports, expireExports, withFiles } from './export-store.ts'
import { exportRoutes } from './routes.ts'
import { runExport } from './run-export.ts'
import type { ExportDeps } from './service.ts'

export type ExportsOptions = ExportDeps & {
  readonly people: Pick<People, 'byId'>
  /** The state database is looked through this often; the queue only makes it faster. */
  readonly sweepEveryMs: number
  readonly beatMs?: number
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>
}

export type Exports = {
  readonly routes: Feature
  /** Begins to work. Processes that only serve the API never call it. */
  start(): void
  /** What waits or was left by a process that died is brought to the queue; what is over is removed. */
  sweep(): Promise<void>
  /** What is under way is put back, to be begun again by the next start. */
  stop(): Promise<void>
}

export function createExports(options: ExportsOptions): Exports {
  const { queue, log, sweepEveryMs } = options
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let sweeping: Promise<void> | null = null
  const sweep = (): Promise<void> =>
    (sweeping ??= sweepExports(options)
      .catch((error: unknown) => log.error({ err: error }, 'exports: a sweep failed; the next one tries again'))
      .finally(() => (sweeping = null)))
  return {
    routes: exportRoutes(options),
    start() {
      // Whoever asked may be gone; it is made for them all the same.
      queue.process((id) =>
        readingAs({ lane: 'exports' }, () => runExport({ ...options, stopping: stopping.signal }, id)),
      )
      timer ??= setInterval(() => void sweep(), sweepEveryMs)
      void sweep()
    },
    sweep,
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await sweeping
      await queue.close()
    },
  }
}

async function sweepExports({ knex, queue, files, now }: ExportsOptions): Promise<void> {
  for (const id of await dueExports(knex, now())) await queue.enqueue(id)
  await expireExports(knex, now())
  const found = await files.list()
  if (found.length === 0) return
  const kept = await withFiles(
    knex,
    found.map(({ id }) => id),
  )
  for (const { id, attempt, remove } of found)
    if (!kept.has(id) || (attempt !== null && kept.get(id) !== attempt)) await remove()
}
