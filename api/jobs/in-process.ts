import { readingAs } from '#warehouse/reading.ts'
import type { JobHandler, JobQueue, JobQueueOptions } from './job-queue.ts'

/** Runs jobs in this process, oldest first. An id that is already waiting is not queued again. */
export function createInProcessQueue({ concurrency = 1, onFailure }: JobQueueOptions): JobQueue {
  const waiting = new Set<string>()
  const running = new Set<Promise<void>>()
  let handler: JobHandler | null = null
  let closed = false

  function pump(): void {
    while (handler && !closed && running.size < concurrency) {
      const id = waiting.values().next().value
      if (id === undefined) return
      waiting.delete(id)
      // Nobody who asked for it waits for it.
      const work = handler
      const job: Promise<void> = readingAs({ lane: 'background' }, () => run(work, id)).finally(() => {
        running.delete(job)
        pump()
      })
      running.add(job)
    }
  }

  async function run(work: JobHandler, id: string): Promise<void> {
    try {
      await work(id)
    } catch (error) {
      onFailure(id, error)
    }
  }

  return {
    kind: 'in-process',
    awaySince: () => null,
    async enqueue(id) {
      if (!closed) waiting.add(id)
      pump()
    },
    process(work) {
      handler = work
      pump()
    },
    async close() {
      closed = true
      waiting.clear()
      await Promise.all(running)
    },
  }
}
