/**
 * What becomes of a source from one look to the next. Quieter than its usual gap: promises are no longer judged by its
 * silence. Quieter than its limit: `source_silent` is raised. It ends when what arrives is fresh again, not with the first
 * message of a backlog, which says little about what is still under way.
 */

/** One source as `source_quiet` sees it. */
export type SourceQuiet = {
  readonly source: string
  readonly severity: string
  readonly lastEventMs: number
  readonly lastLandedMs: number
  readonly isRegular: boolean
  readonly quietS: number
  readonly gapP99S: number
  readonly holdAfterS: number
  readonly limitS: number
  readonly giveUpS: number
  readonly isFresh: boolean
}

export type HoldState = 'quiet' | 'silent' | 'catching_up' | 'given_up' | 'free'

/** What is known against a source. */
export type Hold = {
  readonly source: string
  readonly severity: string
  readonly state: HoldState
  /** Orders that waited for it are not worked out yet. */
  readonly isReleasing: boolean
  /** Promises that need the source are, or were, judged as of here. */
  readonly heldUntilMs: number
  /** When it was last heard before it fell quiet. */
  readonly quietSinceMs: number
  /** When `source_silent` was raised; null when it was not. */
  readonly raisedAtMs: number | null
  readonly gapP99S: number
  readonly limitS: number
}

const waitingStates: ReadonlySet<HoldState> = new Set(['quiet', 'silent', 'catching_up'])

/** Whether promises wait for the source. */
export const isWaitedFor = (hold: Hold): boolean => waitingStates.has(hold.state)

/** The hold of a source from here on; null when there is nothing against it. */
export function nextHold(seen: SourceQuiet, known: Hold | null, nowMs: number): Hold | null {
  if (known === null) return beginHold(seen, nowMs)
  if (known.state === 'free') {
    const begun = beginHold(seen, nowMs)
    // Quiet again before the orders that had waited were worked out: they go on waiting.
    return begun === null ? known : { ...begun, heldUntilMs: Math.min(begun.heldUntilMs, known.heldUntilMs) }
  }
  const hasSpoken = seen.lastLandedMs > known.quietSinceMs
  const isGivenUp = nowMs - seen.lastLandedMs > seen.giveUpS * 1000
  if (hasSpoken && (seen.isFresh || known.state === 'given_up'))
    return { ...known, state: 'free', isReleasing: known.isReleasing || isWaitedFor(known) }
  if (known.state === 'given_up') return known
  if (isGivenUp) return { ...known, state: 'given_up', isReleasing: true }
  if (hasSpoken) return known.state === 'catching_up' ? known : { ...known, state: 'catching_up' }
  if (known.state === 'quiet' && seen.quietS > seen.limitS)
    return { ...known, state: 'silent', raisedAtMs: nowMs, limitS: seen.limitS, gapP99S: seen.gapP99S }
  return known
}

function beginHold(seen: SourceQuiet, nowMs: number): Hold | null {
  if (!seen.isRegular || seen.quietS <= Math.min(seen.holdAfterS, seen.limitS)) return null
  const isSilent = seen.quietS > seen.limitS
  const { source, severity, gapP99S, limitS } = seen
  return {
    source,
    severity,
    state: isSilent ? 'silent' : 'quiet',
    isReleasing: false,
    heldUntilMs: Math.min(seen.lastEventMs, seen.lastLandedMs),
    quietSinceMs: seen.lastLandedMs,
    raisedAtMs: isSilent ? nowMs : null,
    gapP99S,
    limitS,
  }
}
