/** Seeded randomness: the same numbers on every machine, and independent streams per purpose. */

export type Rng = {
  /** Uniform in [0, 1). */
  next(): number
  between(min: number, max: number): number
  /** Integer in [min, max]. */
  int(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T
  /** Number of events in an interval whose mean is given. */
  poisson(mean: number): number
}

/** One 32-bit word from several: streams of neighbouring inputs have nothing in common. */
export function mix(...words: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const word of words) {
    hash = Math.imul(hash ^ (word | 0), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    // Inputs above 32 bits (instants) must not lose their upper half.
    hash ^= Math.imul(Math.floor(word / 0x100000000) | 0, 0x27d4eb2f) ^ (hash >>> 16)
  }
  return hash >>> 0
}

/** splitmix32. */
export function createRng(...seed: readonly number[]): Rng {
  let state = mix(...seed)
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0
    let z = state ^ (state >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 0x100000000
  }
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    int,
    between: (min, max) => min + next() * (max - min),
    chance: (probability) => next() < probability,
    // Safe because callers pass non-empty lists.
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
    weighted: (items) => pickWeighted(items, next()),
    poisson: (mean) => drawPoisson(mean, next),
  }
}

function pickWeighted<T extends { readonly weight: number }>(items: readonly T[], point: number): T {
  let rest = point * items.reduce((sum, item) => sum + item.weight, 0)
  for (const item of items) {
    rest -= item.weight
    if (rest < 0) return item
  }
  return items[items.length - 1] as T
}

function drawPoisson(mean: number, next: () => number): number {
  // Beyond this the product underflows; a normal approximation is close enough for a load test.
  if (mean > 200)
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * (next() + next() + next() + next() - 2) * Math.sqrt(3)))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = next(); product > limit; product *= next()) count += 1
  return count
}
