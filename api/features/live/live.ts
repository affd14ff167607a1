/** Carries notices of the detection tick from whoever runs it to everybody who watches. */
import type { TickNotice } from '../../contract/live.ts'

export type Live = {
  publish(notice: TickNotice): void
  /** Returns a function that ends the subscription. */
  subscribe(listener: (notice: TickNotice) => void): () => void
  readonly last: TickNotice | null
}

export function createLive(): Live {
  const listeners = new Set<(notice: TickNotice) => void>()
  let last: TickNotice | null = null
  return {
    publish(notice) {
      last = notice
      for (const listener of listeners) listener(notice)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get last() {
      return last
    },
  }
}
