/**
 * Connections for reading, given out by lane: people first, then exports, reports and the product itself. The lower lanes
 * together never hold the last connection, so that people wait for people only; a lane whose turn does not come gets the next
 * free one after a while. What waits is bounded, and so is how long.
 */
import { WarehouseError } from './errors.ts'
import type { Pressure } from './pressure.ts'
import { type ReadLane, type Reading, readLanes, readingNow } from './reading.ts'

export type LaneLimit = {
  /** Reads at once. */
  readonly most: number
  /** Askings that may wait, however many reads each of them has. */
  readonly waiting: number
  /** A read that has waited so long is refused. */
  readonly waitMs: number
}
export type LaneLimits = Readonly<Record<ReadLane, LaneLimit>>

/** What a lane did since the start, and does now. */
export type LaneFigures = {
  readonly lane: ReadLane
  readonly running: number
  readonly waiting: number
  readonly served: number
  /** Waited to the end, found too many waiting, came while the process could not keep up. */
  readonly refused: Readonly<Record<Refusal, number>>
  /** Whoever asked went away. */
  readonly cancelled: number
  readonly waitedMs: number
}
type Refusal = 'late' | 'full' | 'pressed'

export type Lanes<C> = {
  run<T>(work: (connection: C, signal: AbortSignal | undefined) => Promise<T>): Promise<T>
  figures(): LaneFigures[]
  /** Waits for running work, then closes every connection. */
  close(closeOne: (connection: C) => Promise<void>): Promise<void>
}

export type LaneOptions = {
  readonly limits?: LaneLimits
  readonly pressure?: () => Pressure
  /** After so long the next free connection is theirs, whoever else waits. */
  readonly patienceMs?: number
}

export const laneLimits = (connections: number): LaneLimits => ({
  people: { most: connections, waiting: 32, waitMs: 10_000 },
  exports: { most: 1, waiting: 8, waitMs: 60_000 },
  reports: { most: 1, waiting: 8, waitMs: 60_000 },
  // As many as there are makers of work, which are few and wait for it; nobody is there to be told to come again.
  background: { most: 2, waiting: Number.POSITIVE_INFINITY, waitMs: Number.POSITIVE_INFINITY },
})
const PATIENCE_MS = 1_000
const MOST_RETRY_S = 30

type Waiter<C> = { readonly since: number; readonly give: (connection: C) => void; readonly reading: Reading }
type Lane<C> = {
  readonly name: ReadLane
  readonly limit: LaneLimit
  readonly turns: Map<Reading, Waiter<C>[]>
  readonly refused: Record<Refusal, number>
  running: number
  served: number
  cancelled: number
  waitedMs: number
  ranMs: number
}

export function createLanes<C>(connections: readonly C[], options: LaneOptions = {}): Lanes<C> {
  const { limits = laneLimits(connections.length), pressure = () => 'none', patienceMs = PATIENCE_MS } = options
  const idle = [...connections]
  const lanes = readLanes.map((name): Lane<C> => {
    const refused = { late: 0, full: 0, pressed: 0 }
    const counts = { running: 0, served: 0, cancelled: 0, waitedMs: 0, ranMs: 0 }
    return { name, limit: limits[name], turns: new Map(), refused, ...counts }
  })
  const laneOf = ({ lane }: Reading): Lane<C> => lanes.find(({ name }) => name === lane) as Lane<C>
  const lowerRunning = (): number => lanes.reduce((n, { name, running }) => (name === 'people' ? n : n + running), 0)
  /** Who was served once is not turned away in the middle. */
  const admitted = new WeakSet<Reading>()
  let closed: (() => void) | undefined

  const nextLane = (): Lane<C> | undefined => {
    const lowerMay = lowerRunning() < Math.max(1, connections.length - 1)
    const ready = lanes.filter(
      ({ name, turns, running, limit }) => turns.size > 0 && running < limit.most && (name === 'people' || lowerMay),
    )
    const neglected = ready.filter((lane) => lane.running === 0 && performance.now() - oldest(lane) > patienceMs)
    return neglected.sort((a, b) => oldest(a) - oldest(b))[0] ?? ready[0]
  }

  const serve = (): void => {
    for (let lane = nextLane(); lane !== undefined && idle.length > 0; lane = nextLane()) {
      const waiter = takeTurn(lane)
      lane.running += 1
      lane.served += 1
      lane.waitedMs += performance.now() - waiter.since
      admitted.add(waiter.reading)
      waiter.give(idle.pop() as C)
    }
    if (closed !== undefined && idle.length === connections.length) closed()
  }

  const refuse = (lane: Lane<C>, why: Refusal): WarehouseError => {
    lane.refused[why] += 1
    const each = lane.served === 0 ? 1_000 : lane.ranMs / lane.served
    const seconds = Math.ceil((each * (lane.turns.size + 1)) / lane.limit.most / 1_000)
    return new WarehouseError('TOO_BUSY', `${WORDS[why]} (${lane.name})`, {
      retryable: true,
      retryAfterSeconds: Math.min(MOST_RETRY_S, Math.max(1, seconds)),
    })
  }

  const acquire = (reading: Reading): Promise<C> => {
    const lane = laneOf(reading)
    const { signal } = reading
    if (signal?.aborted === true) return Promise.reject(goneWhileWaiting(lane))
    if (isShed(reading, pressure())) return Promise.reject(refuse(lane, 'pressed'))
    const isNew = !lane.turns.has(reading) && !admitted.has(reading)
    return new Promise((resolve, reject) => {
      const leave = (error: WarehouseError): void => {
        removeTurn(lane, waiter)
        settle()
        reject(error)
      }
      const onGone = (): void => leave(goneWhileWaiting(lane))
      const { waitMs } = lane.limit
      const timer = Number.isFinite(waitMs) ? setTimeout(() => leave(refuse(lane, 'late')), waitMs) : undefined
      const settle = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onGone)
      }
      const give = (connection: C): void => {
        settle()
        resolve(connection)
      }
      const waiter = { since: performance.now(), give, reading }
      signal?.addEventListener('abort', onGone, { once: true })
      lane.turns.set(reading, [...(lane.turns.get(reading) ?? []), waiter])
      serve()
      if (isNew && lane.turns.has(reading) && lane.turns.size > lane.limit.waiting) leave(refuse(lane, 'full'))
    })
  }

  return {
    async run(work) {
      const reading = readingNow()
      const connection = await acquire(reading)
      const lane = laneOf(reading)
      const began = performance.now()
      try {
        return await work(connection, reading.signal)
      } catch (error) {
        if (error instanceof WarehouseError && error.code === 'CANCELLED') lane.cancelled += 1
        throw error
      } finally {
        lane.running -= 1
        lane.ranMs += performance.now() - began
        idle.push(connection)
        serve()
      }
    },
    figures: () =>
      lanes.map(({ name, running, turns, served, refused, cancelled, waitedMs }) => {
        const waiting = [...turns.values()].reduce((n, reads) => n + reads.length, 0)
        return { lane: name, running, waiting, served, refused: { ...refused }, cancelled, waitedMs }
      }),
    async close(closeOne) {
      await new Promise<void>((resolve) => {
        closed = resolve
        serve()
      })
      for (const connection of connections) await closeOne(connection)
    },
  }
}

const WORDS: Readonly<Record<Refusal, string>> = {
  late: 'no connection for reading became free in time',
  full: 'too many wait to read already',
  pressed: 'the process does not keep up',
}

/** Exports and reports first, then whatever of people is not cheap. Nobody is there to be told to come again about the product's own. */
function isShed({ lane, isCheap }: Reading, pressure: Pressure): boolean {
  if (pressure === 'none' || lane === 'background') return false
  return lane !== 'people' || (pressure === 'severe' && isCheap !== true)
}

function goneWhileWaiting(lane: { cancelled: number }): WarehouseError {
  lane.cancelled += 1
  return new WarehouseError('CANCELLED', 'whoever asked went away before it was read')
}

const oldest = <C>({ turns }: Lane<C>): number =>
  [...turns.values()].reduce((since, [first]) => Math.min(since, first?.since ?? since), Number.POSITIVE_INFINITY)

/** A read of each asking in turn: one with many does not hold up the others. */
function takeTurn<C>({ turns }: Lane<C>): Waiter<C> {
  for (const [reading, [first, ...rest]] of turns) {
    turns.delete(reading)
    if (rest.length > 0) turns.set(reading, rest)
    if (first !== undefined) return first
  }
  throw new Error('a turn was to be taken where nobody waits')
}

function removeTurn<C>({ turns }: Lane<C>, waiter: Waiter<C>): void {
  const rest = turns.get(waiter.reading)?.filter((one) => one !== waiter) ?? []
  if (rest.length > 0) turns.set(waiter.reading, rest)
  else turns.delete(waiter.reading)
}
