/** Carries notices of the detection tick from whoever runs it to everybody who watches, and keeps the latest for who was away. */
import type { Worked } from '#transforms/query/changes.ts'

export type TickNotice = Worked & { readonly data_as_of: string }

export type Live = {
  publish(notice: TickNotice): void
  /** Returns a function that ends the subscription. */
  subscribe(listener: (notice: TickNotice) => void): () => void
  /** The notice of a tick and all after it; null when it is not, or no longer, among those that are kept. */
  since(tick: string): readonly TickNotice[] | null
  readonly last: TickNotice | null
}

/** Four minutes of a busy store that ticks every second. */
const KEPT = 256

export function createLive({ most = KEPT } = {}): Live {
  const listeners = new Set<(notice: TickNotice) => void>()
  const kept: TickNotice[] = []
  return {
    publish(notice) {
      kept.push(notice)
      if (kept.length > most) kept.shift()
      for (const listener of listeners) listener(notice)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    since(tick) {
      const at = kept.findIndex((notice) => notice.tick === tick)
      return at < 0 ? null : kept.slice(at)
    },
    get last() {
      return kept.at(-1) ?? null
    },
  }
}
