/**
 * What was known at an instant, as relations to be read like those of the present. They are worked out once for all who ask
 * about the same instant, stay while they are asked for, and are dropped after.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Pool, createPool } from '#warehouse/pool.ts'
import { shared } from '#warehouse/reading.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Project } from '../engine/project.ts'
import { QueryError } from '../query/errors.ts'
import { checkAskable, nothingKnown } from './askable.ts'
import { dropLeftovers } from './leftovers.ts'
import { type Part, keptName, knownName, partOf } from './part.ts'
import { dropKnown, workOut } from './work-out.ts'

export type Known = {
  readonly at: string
  /** The name under which a relation stands as it was known. */
  relation(name: string): string
  /** The sources that were waited for, to be read with `final`. */
  readonly holds: string
}

export type Knowledge = {
  /** Runs `work` on what was known of everything. The relations are there until it ends. */
  at<T>(instant: string, work: (known: Known) => Promise<T>): Promise<T>
  /** Runs `work` on what was known of one order. */
  ofOrder<T>(orderId: string, instant: string, work: (known: Known) => Promise<T>): Promise<T>
}

export type KnowledgeOptions = {
  readonly project: () => Project
  /** Relations that are asked for when everything is. */
  readonly relations: readonly string[]
  readonly now: () => Date
  /** A question is answered PREPARING after it has waited so long; the work goes on. */
  readonly waitMs?: number
  readonly mostEvents?: number
}

const WAIT_MS = 20_000
/** Beyond this the rows in use are better copied to a warehouse of their own. */
const MOST_EVENTS = 20_000_000
const MOST_INSTANTS = 3
const MOST_WAITING = 4
const KEPT_IDLE_MS = 15 * 60_000
/** Definitions, thresholds and imports may have changed since. */
const KEPT_MS = 60 * 60_000
const OF_ORDER = ['orders', 'anomaly_current', 'expectation_current', 'order_cost_current']

/** Names of this process's relations begin with it. */
const PROCESS = randomUUID().slice(0, 8)
let made = 0

type Shelf = {
  readonly known: Known
  readonly key: string
  readonly startedMs: number
  readonly ready: Promise<void>
  isReady: boolean
  doneShare: number
  readers: number
  usedMs: number
}

export function createKnowledge(warehouse: Warehouse, options: KnowledgeOptions): Knowledge {
  const { relations, now, waitMs = WAIT_MS, mostEvents = MOST_EVENTS } = options
  const shelves = new Map<string, Shelf>()
  // Large sets one after the other; an order does not wait behind them.
  const [setTurn, orderTurn] = [createPool([0]), createPool([0])]
  let parts: { all: Part; order: Part } | undefined
  let cleaned: Promise<void> | undefined

  const compiled = (): { project: Project; all: Part; order: Part } => {
    const project = options.project()
    parts ??= { all: partOf(project, relations), order: partOf(project, OF_ORDER) }
    return { project, ...parts }
  }
  const newKey = (): string => `${PROCESS}_${(made += 1)}`
  const prepare = async (instant: string): Promise<Date> => {
    const at = new Date(instant)
    await checkAskable(warehouse, at, now())
    await (cleaned ??= shared(() => dropLeftovers(warehouse, PROCESS)))
    await evict()
    return at
  }

  /** Forgotten all at once, before the first is dropped: nobody begins to read what is about to go. */
  const evict = async (): Promise<void> => {
    const gone = outlived([...shelves.values()], Date.now())
    for (const shelf of gone) shelves.delete(shelf.known.at)
    for (const { key } of gone) await dropKnown(warehouse, knownName('', key))
  }

  const shelve = (at: Date): Shelf => {
    const found = shelves.get(at.toISOString())
    if (found !== undefined) return found
    if ([...shelves.values()].filter(({ isReady }) => !isReady).length >= MOST_WAITING)
      throw new QueryError('PREPARING', `${MOST_WAITING} other instants are being worked out first; ask again later`)
    const key = newKey()
    const { project, all } = compiled()
    const fill = async (): Promise<void> => {
      try {
        const onProgress = (share: number): void => void (shelf.doneShare = share)
        const orders = await workOut(warehouse, project, all, { key, at, mostEvents, onProgress })
        if (orders === 0) throw await nothingKnown(warehouse, at)
        shelf.isReady = true
      } catch (error) {
        shelves.delete(at.toISOString())
        await dropKnown(warehouse, knownName('', key))
        throw error
      }
    }
    const shelf: Shelf = {
      known: knownOf(at, key),
      key,
      startedMs: Date.now(),
      ready: shared(() => setTurn.run(fill)),
      isReady: false,
      doneShare: 0,
      readers: 0,
      usedMs: Date.now(),
    }
    shelf.ready.catch(() => undefined)
    shelves.set(at.toISOString(), shelf)
    setTimeout(() => void evict().catch(() => undefined), KEPT_IDLE_MS + 1_000).unref()
    return shelf
  }

  return {
    async at(instant, work) {
      const at = await prepare(instant)
      const shelf = shelve(at)
      shelf.readers += 1
      try {
        await inTime(shelf, at, waitMs)
        return await work(shelf.known)
      } finally {
        shelf.readers -= 1
        shelf.usedMs = Date.now()
      }
    },
    async ofOrder(orderId, instant, work) {
      const at = await prepare(instant)
      const { project, order } = compiled()
      return early(orderTurn, async (answer) => {
        const key = newKey()
        try {
          await workOut(warehouse, project, order, { key, at, orderId, mostEvents })
          answer(await work(knownOf(at, key)))
        } finally {
          await dropKnown(warehouse, knownName('', key))
        }
      })
    },
  }
}

/** Answers as soon as there is an answer; the turn ends when all is cleared away. */
function early<T>(turn: Pool<number>, work: (answer: (value: T) => void) => Promise<void>): Promise<T> {
  return new Promise((resolve, reject) => {
    shared(() => turn.run(() => work(resolve))).catch(reject)
  })
}

/** Sets that nobody reads and that are too many, too long unasked for, or too old. */
function outlived(shelves: readonly Shelf[], nowMs: number): Shelf[] {
  const idle = shelves.filter(({ readers, isReady }) => readers === 0 && isReady)
  const isOld = ({ usedMs, startedMs }: Shelf): boolean => nowMs - usedMs > KEPT_IDLE_MS || nowMs - startedMs > KEPT_MS
  return idle.sort((a, b) => b.usedMs - a.usedMs).filter((shelf, place) => place >= MOST_INSTANTS || isOld(shelf))
}

function knownOf(at: Date, key: string): Known {
  return {
    at: at.toISOString(),
    relation: (name) => knownName(name, key),
    holds: keptName('source_holds', key),
  }
}

async function inTime(shelf: Shelf, at: Date, waitMs: number): Promise<void> {
  const waiting = new AbortController()
  const late = sleep(waitMs, 'late' as const, { signal: waiting.signal, ref: false }).catch(() => undefined)
  try {
    if ((await Promise.race([shelf.ready, late])) !== 'late') return
  } finally {
    waiting.abort()
  }
  throw new QueryError(
    'PREPARING',
    `what was known at ${at.toISOString()} is being worked out: ${Math.floor(shelf.doneShare * 100)} % done; ask again in a few seconds`,
  )
}
