/**
 * Looks at every source at the tick's clock. Raises and resolves `source_silent`, says as of when promises are judged while
 * a source is quiet, and which orders have to be looked at again once it is not.
 */
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Variables } from '../engine/compile.ts'
import type { Project } from '../engine/project.ts'
import { type Hold, isWaitedFor, nextHold } from './holds.ts'
import { createSourceStore } from './store.ts'

/** What a tick has to know about its sources. */
export type SourceLook = {
  /** The earliest instant as of which anything is judged; null when nothing waits. */
  readonly heldFromMs: number | null
  /** What came due since then waited for a source that is waited for no longer; null when nothing did. */
  readonly releasedFromMs: number | null
  readonly raised: number
  readonly resolved: number
}

export type SourceWatch = {
  /** `variables.now` is `nowMs`. Looks at most every few seconds of the clock. */
  look(nowMs: number, variables: Variables): Promise<SourceLook>
  /** The orders that had waited are worked out. A tick that dies before it says so is told about them again. */
  settle(variables: Variables): Promise<void>
}

const LOOK_EVERY_MS = 10_000
const HOUR_MS = 3_600_000
/** Once an hour it is each source's turn; see the model `source_rhythm`. */
const TURN_MS = 300_000

export function createSourceWatch(warehouse: Warehouse, project: Project): SourceWatch {
  const store = createSourceStore(warehouse, project)
  let holds: Map<string, Hold> | null = null
  let lookedMs = -Infinity
  let refreshedMs = -Infinity

  const refreshRhythms = async (nowMs: number, variables: Variables): Promise<void> => {
    const isFollowing = nowMs >= refreshedMs && nowMs - refreshedMs < HOUR_MS
    if (isFollowing && Math.floor(nowMs / TURN_MS) === Math.floor(refreshedMs / TURN_MS)) return
    await store.refreshRhythms(isFollowing ? 'turn' : 'all', variables)
    refreshedMs = nowMs
  }

  /** Holds are kept in mind last, so that a look that fails is done again. */
  const lookAnew = async (known: ReadonlyMap<string, Hold>, nowMs: number, variables: Variables) => {
    await refreshRhythms(nowMs, variables)
    const after = new Map(known)
    const changed: Hold[] = []
    for (const seen of await store.readQuiet(variables)) {
      const before = known.get(seen.source) ?? null
      const next = nextHold(seen, before, nowMs)
      if (next === null || next === before) continue
      after.set(seen.source, next)
      changed.push(next)
    }
    const raised = changed.filter(
      (hold) => hold.raisedAtMs !== null && known.get(hold.source)?.raisedAtMs !== hold.raisedAtMs,
    )
    const resolved = changed.filter((hold) => hold.state === 'free' && hold.raisedAtMs !== null)
    await store.writeHolds(changed, variables)
    // At its first look a process writes down again what the one before may have died over.
    const open = [...after.values()].filter((hold) => hold.raisedAtMs !== null && hold.state !== 'free')
    const ended = [...after.values()].filter((hold) => hold.raisedAtMs !== null && hold.state === 'free')
    await store.raise(holds === null ? open : raised, variables)
    await store.resolve(holds === null ? ended : resolved, nowMs, variables)
    holds = after
    lookedMs = nowMs
    return { raised: raised.length, resolved: resolved.length }
  }

  return {
    async look(nowMs, variables) {
      const known = holds ?? new Map((await store.readHolds()).map((hold) => [hold.source, hold]))
      const isDue = holds === null || nowMs < lookedMs || nowMs - lookedMs >= LOOK_EVERY_MS
      const counts = isDue ? await lookAnew(known, nowMs, variables) : { raised: 0, resolved: 0 }
      const now = [...(holds ?? known).values()]
      return {
        ...counts,
        heldFromMs: earliest(now.filter(isWaitedFor)),
        releasedFromMs: earliest(now.filter((hold) => hold.isReleasing)),
      }
    },
    async settle(variables) {
      const releasing = [...(holds ?? [])].map(([, hold]) => hold).filter((hold) => hold.isReleasing)
      const settled = releasing.map((hold) => ({ ...hold, isReleasing: false }))
      await store.settleHolds(settled, variables)
      for (const hold of settled) {
        if (hold.state === 'free') holds?.delete(hold.source)
        else holds?.set(hold.source, hold)
      }
      for (const [source, hold] of holds ?? []) if (hold.state === 'free') holds?.delete(source)
    },
  }
}

const earliest = (holds: readonly Hold[]): number | null =>
  holds.length === 0 ? null : Math.min(...holds.map((hold) => hold.heldUntilMs))
