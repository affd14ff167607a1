/**
 * The only file that knows Bull. It carries ids and nothing else: no repeat, no retries, no data. Losing Redis
 * delays work until the next sweep.
 */
import Bull from 'bull'
import type { JobQueue, JobQueueOptions } from './job-queue.ts'

export type BullOptions = JobQueueOptions & {
  readonly redisUrl: string
  readonly name: string
  /** Redis is down or came back; work goes on by sweeping. */
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
  return {
    kind: 'bull',
    async enqueue(id) {
      try {
        // The job id keeps an id that is already waiting from being queued again.
        await queue.add({ id }, { jobId: id })
      } catch (error) {
        onError(error)
      }
    },
    process(handler) {
      // The promise ends with the queue; it rejects only when Redis does, which `error` has told already.
      queue
        .process(concurrency, async ({ data }) => handler(data.id).catch((error: unknown) => onFailure(data.id, error)))
        .catch(onError)
    },
    close: () => queue.close(),
  }
}
