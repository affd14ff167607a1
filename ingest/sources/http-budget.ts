/** Bytes that all requests together may hold. */
export type ByteBudget = {
  /** False when they do not fit; a single one always fits an empty budget. */
  take(bytes: number): boolean
  give(bytes: number): void
}

export function createByteBudget(most: number): ByteBudget {
  let taken = 0
  return {
    take(bytes) {
      if (taken > 0 && taken + bytes > most) return false
      taken += bytes
      return true
    },
    give(bytes) {
      taken -= bytes
    },
  }
}
