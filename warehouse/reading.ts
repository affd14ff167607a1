/**
 * Who a read of the warehouse is for, and whether they still wait for it. Said once, where something is asked, and carried along
 * to every read that follows from it ([ADR 26](../docs/adr/0026-reads-have-lanes.md)).
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** Whose reads they are, in the order in which they are served. */
export const readLanes = ['people', 'exports', 'reports', 'background'] as const
export type ReadLane = (typeof readLanes)[number]

/** One asking, however many reads it takes. */
export type Reading = {
  readonly lane: ReadLane
  /** Aborted when whoever asked does not wait any more. */
  readonly signal?: AbortSignal
  /** Is not refused while the process has trouble to keep up. */
  readonly isCheap?: boolean
}

const carried = new AsyncLocalStorage<Reading>()

/** Work that nobody said anything about: of the product itself, or of a tool that runs alone. */
const OWN: Reading = { lane: 'background' }

export const readingNow = (): Reading => carried.getStore() ?? OWN

/** Runs `work` for this asking and no other. */
export const readingAs = <T>(reading: Reading, work: () => T): T => carried.run(reading, work)

/**
 * Runs `work` whose result others wait for as well, or will be given later: it goes on when whoever asked first is gone, and
 * it is not behind anything that is served after people.
 */
export const shared = <T>(work: () => T): T => readingAs({ lane: 'people', isCheap: true }, work)
