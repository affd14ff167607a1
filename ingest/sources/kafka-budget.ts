/**
 * How many fetched bytes one process holds. Fetching waits above two fifths of the budget; a fetch that turned out larger
 * than there was room for makes the fullest partitions pause.
 */

export type Budget = {
  /** Notes that a partition's batch is held. */
  hold(key: string, bytes: number): void
  release(key: string, bytes: number): void
  /** Resolves while there is room to fetch more. */
  room(): Promise<void>
  readonly held: () => number
  readonly isPaused: (key: string) => boolean
  /** Forgets who is paused: a new assignment starts with all partitions running. */
  reset(): void
}

const PAUSE_ABOVE = 0.75
const READ_AHEAD_BELOW = 0.4

export function createBudget(
  limit: number,
  change: { readonly pause: (key: string) => void; readonly resume: (key: string) => void },
): Budget {
  const byKey = new Map<string, number>()
  const paused = new Set<string>()
  const waiting: (() => void)[] = []
  let held = 0

  const pauseFullest = (): void => {
    // What is not paused could still be fetched: pause the fullest until the rest fits.
    let open = held
    for (const [key, bytes] of [...byKey].sort(([, a], [, b]) => b - a)) {
      if (open <= limit * READ_AHEAD_BELOW) return
      open -= bytes
      if (paused.has(key)) continue
      paused.add(key)
      change.pause(key)
    }
  }

  return {
    hold(key, bytes) {
      held += bytes
      byKey.set(key, (byKey.get(key) ?? 0) + bytes)
      if (held > limit * PAUSE_ABOVE) pauseFullest()
    },
    release(key, bytes) {
      held -= bytes
      const left = (byKey.get(key) ?? 0) - bytes
      if (left > 0) byKey.set(key, left)
      else byKey.delete(key)
      if (held >= limit * READ_AHEAD_BELOW) return
      for (const one of paused) change.resume(one)
      paused.clear()
      for (const goOn of waiting.splice(0)) goOn()
    },
    room: () => (held < limit * READ_AHEAD_BELOW ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    held: () => held,
    isPaused: (key) => paused.has(key),
    reset: () => paused.clear(),
  }
}
