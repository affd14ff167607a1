/**
 * The only file that knows Bull. It carries ids and nothing else: no repeat, no retries, no data. Without Redis whoever
 * sweeps works on what it finds itself; the state database keeps two from doing the same.
 */
import Bull from 'bull'
import { createInProcessQueue } from './in-process.ts'
import type { JobQueue, JobQueueOptions } from './job-queue.ts'

export type BullOptions = JobQueueOptions & {
  readonly redisUrl: string
  readonly name: string
  /** Redis is down; work goes on in the processes that sweep. */
  readonly onError: (error: unknown) => void
}

export function createBullQueue({ redisUrl, name, concurrency = 1, onFailure, onError }: BullOptions): JobQueue {
  const queue = new Bull<{ id: string }>(name, redisUrl, {
    prefix: 'orderlens',
    // Without this a call made while Redis is away waits for ever instead of being left to the sweep.
    redis: { maxRetriesPerRequest: 1 },
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    settings: { maxStalledCount: 0 },
  })
  queue.on('error', onError)
  let awaySince: Date | null = null
  // A try to connect that fails ends in `close` as well.
  queue.client.on('close', () => (awaySince ??= new Date()))
  queue.client.on('ready', () => (awaySince = null))
  const here = createInProcessQueue({ concurrency, onFailure })
  let isWorker = false
  return {
    kind: 'bull',
    awaySince: () => awaySince,
    async enqueue(id) {
      try {
        // The job id keeps an id that is already waiting from being queued again.
        await queue.add({ id }, { jobId: id })
      } catch (error) {
        onError(error)
        // Whoever only asks leaves it to the sweep of those who work.
        if (isWorker) await here.enqueue(id)
      }
    },
    process(handler) {
      isWorker = true
      here.process(handler)
      // The promise ends with the queue; it rejects only when Redis does, which `error` has told already.
      queue
        .process(concurrency, async ({ data }) => handler(data.id).catch((error: unknown) => onFailure(data.id, error)))
        .catch(onError)
    },
    async close() {
      await here.close()
      await queue.close()
    },
  }
}
