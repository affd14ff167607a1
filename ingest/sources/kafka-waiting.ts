/** How the Kafka source waits: for its turn, for the landing while the group hears from it, and after a failure. */
import { SourceError } from './errors.ts'

const BACKOFF_MS = { first: 250, most: 30_000 }

export function backoff(attempt: number): number {
  const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** (attempt - 1))
  return Math.round(most * (0.5 + Math.random() / 2))
}

export type Slots = { run<T>(work: () => Promise<T>): Promise<T> }

/** At most `count` pieces of work at once; the others wait in the order they came. */
export function slots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count
  return {
    async run(work) {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next === undefined) free += 1
        else next()
      }
    },
  }
}

/** A landing that was told to end and does not is waited for this long when the source stops. */
const GRACE_MS = 2_000

/**
 * Lands while the group hears heartbeats. They end with the time allowed for one landing, so that a process whose landing
 * hangs loses its partitions; the landing is then told to end and is waited for, because nobody knows what it did.
 */
export async function landWhileBeating(
  land: (signal: AbortSignal) => Promise<void>,
  heartbeat: () => Promise<void>,
  { stopped, beatMs, timeoutMs }: { stopped: AbortSignal; beatMs: number; timeoutMs: number },
): Promise<void> {
  const ending = new AbortController()
  const abort = (): void => ending.abort()
  let grace: NodeJS.Timeout | undefined
  let stop = abort
  // Raced against a promise of its own: one for the life of the source would collect every landing there was.
  const given = new Promise<never>((_, reject) => {
    stop = () => {
      abort()
      grace = setTimeout(
        () => reject(new SourceError('STOPPED', 'stopped while the landing did not answer', { retryable: true })),
        GRACE_MS,
      )
    }
  })
  stopped.addEventListener('abort', stop)
  if (stopped.aborted) stop()
  let interrupted: unknown = null
  const beat = setInterval(() => {
    if (!ending.signal.aborted)
      heartbeat().catch((cause: unknown) => {
        interrupted ??= cause
      })
  }, beatMs)
  const limit = setTimeout(abort, timeoutMs)
  try {
    await Promise.race([land(ending.signal), given])
  } finally {
    clearInterval(beat)
    clearTimeout(limit)
    clearTimeout(grace)
    stopped.removeEventListener('abort', stop)
  }
  // The batch is durable, but the group has gone on without this member.
  if (interrupted !== null) throw interrupted
}
