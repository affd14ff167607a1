/** Whether the data tells of what happened until an instant, after the warehouse was away and its sources waited. */
import type { Door } from '#transforms/query/door.ts'

/** A stream so far behind still brings what happened meanwhile. */
const BEHIND_MS = 60_000
/** What is underived beyond this is more than the moment's own. */
const MOST_UNDERIVED = 1_000
/** A reader that went for good tells nothing for ever; without an outage nobody waits for it either. */
const PATIENCE_MS = 10 * 60_000
const BEHIND_STATES: readonly string[] = ['waiting', 'paused', 'unreported']

type Health = Awaited<ReturnType<Door['data']['health']>>

export function createCaughtUp(door: Pick<Door, 'dataAsOf' | 'data'>, now: () => Date) {
  let readableSince: number | null = null
  let askedAtMs = Number.NEGATIVE_INFINITY
  return async (until: Date): Promise<boolean> => {
    // Of the time in which nobody asked, nothing is known: the warehouse may have been away.
    if (now().getTime() - askedAtMs > PATIENCE_MS) readableSince = null
    askedAtMs = now().getTime()
    try {
      if (Date.parse(await door.dataAsOf()) <= until.getTime()) return false
      const health = await door.data.health()
      readableSince ??= now().getTime()
      return isAtTheEnd(health) || now().getTime() - readableSince > PATIENCE_MS
    } catch (cause) {
      readableSince = null
      throw cause
    }
  }
}

function isAtTheEnd({ sources, balance }: Health): boolean {
  const isBehind = sources.some(
    ({ behind_ms, streams }) =>
      (behind_ms ?? 0) > BEHIND_MS || streams.some(({ state }) => BEHIND_STATES.includes(state)),
  )
  return !isBehind && balance.waiting <= MOST_UNDERIVED
}
