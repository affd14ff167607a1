import { shared } from '#warehouse/reading.ts'

/** One reading for all who ask within a short time: what many screens poll is read once. A failure is not kept. */
export function kept<T>(forMs: number, now: () => number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly reading: Promise<T> } | undefined
  return () => {
    if (last === undefined || now() - last.at > forMs) {
      const mine = { at: now(), reading: shared(read) }
      last = mine
      mine.reading.catch(() => {
        if (last === mine) last = undefined
      })
    }
    return last.reading
  }
}
