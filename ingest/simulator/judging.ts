/** When a promise or a finding is an anomaly, and of which level. */
import { HOUR } from './calendar.ts'
import type { AnomalyType } from './scenario.ts'

export type ExpectedAnomaly = {
  readonly type: AnomalyType
  readonly orderId: string
  readonly attachedTo: string
  readonly level: 'at_risk' | 'breached' | 'escalated'
  /** When the promise broke; null while it is only at risk. */
  readonly openedAtMs: number | null
  readonly resolvedAtMs: number | null
}

export type Promised = {
  readonly type: AnomalyType
  readonly attachedTo: string
  readonly setAt: number
  readonly dueAt: number
  /** Where it is not when the allowance has passed a second time. */
  readonly escalateAt?: number
  /** The share of the allowance after which it is at risk, where it is not 0.8. */
  readonly atRiskShare?: number
  /** The fact that met it or ended its meaning. */
  readonly endedAt: number | null
  /** When what it warned of was found broken, where that came first. */
  readonly passedOnAt?: number
}

/** What is wrong by the facts alone. */
export type Finding = {
  readonly type: AnomalyType
  readonly attachedTo: string
  readonly foundAt: number
  /** null: never. */
  readonly escalateAt: number | null
  readonly clearedAt: number | null
}

const AT_RISK_SHARE = 0.8
/** A promise that had already passed when it was made still gives an hour before it escalates. */
const SHORTEST_SPAN = HOUR

export function judge(orderId: string, promised: Promised, asOfMs: number): ExpectedAnomaly[] {
  const { type, attachedTo, setAt, dueAt, passedOnAt, atRiskShare = AT_RISK_SHARE } = promised
  const atRiskAt = dueAt > setAt ? setAt + atRiskShare * (dueAt - setAt) : dueAt
  const endedAt = passedOnAt ?? promised.endedAt
  if (asOfMs < atRiskAt || (endedAt !== null && endedAt <= atRiskAt)) return []
  const escalateAt = promised.escalateAt ?? dueAt + Math.max(dueAt - setAt, SHORTEST_SPAN)
  const isBreached = isBroken(promised, asOfMs) && (passedOnAt === undefined || passedOnAt > dueAt)
  const isOverInTime =
    endedAt !== null && (endedAt < escalateAt || (endedAt === escalateAt && passedOnAt !== undefined))
  const isEscalated = asOfMs >= escalateAt && !isOverInTime
  const level = isEscalated ? 'escalated' : isBreached ? 'breached' : 'at_risk'
  return [{ type, orderId, attachedTo, level, openedAtMs: level === 'at_risk' ? null : dueAt, resolvedAtMs: endedAt }]
}

const HYSTERESIS = 24 * HOUR

/** What happens again to a thing within hours of its end goes on as the same; later it is another. */
export function episodesOf(anomalies: readonly ExpectedAnomaly[]): ExpectedAnomaly[] {
  const episodes: ExpectedAnomaly[] = []
  for (const one of [...anomalies].sort((a, b) => (a.openedAtMs ?? Infinity) - (b.openedAtMs ?? Infinity))) {
    const place = episodes.findLastIndex(
      ({ type, orderId, attachedTo }) => type === one.type && orderId === one.orderId && attachedTo === one.attachedTo,
    )
    const before = episodes[place]
    const isReturn =
      before?.openedAtMs != null &&
      before.resolvedAtMs !== null &&
      one.openedAtMs !== null &&
      one.openedAtMs <= before.resolvedAtMs + HYSTERESIS
    if (isReturn)
      episodes[place] = {
        ...before,
        level: before.level === 'escalated' ? 'escalated' : one.level,
        resolvedAtMs: one.resolvedAtMs,
      }
    else episodes.push(one)
  }
  return episodes
}

const isBroken = ({ dueAt, endedAt }: Promised, asOfMs: number): boolean =>
  asOfMs >= dueAt && (endedAt === null || endedAt > dueAt)

/** What a warning warns of; the warning ends when that is found broken. */
const warnedOf: Partial<Record<AnomalyType, AnomalyType>> = {
  ship_promise_at_risk: 'not_shipped',
  logistics_stalled: 'parcel_lost_suspected',
}

export function passOn(
  orderId: string,
  promises: readonly Promised[],
  asOf: (type: AnomalyType) => number,
): Promised[] {
  return promises.map((promise) => {
    const worse = promises.find(
      (other) =>
        other.type === warnedOf[promise.type] &&
        [promise.attachedTo, orderId].includes(other.attachedTo) &&
        isBroken(other, asOf(other.type)),
    )
    if (worse === undefined || (promise.endedAt !== null && promise.endedAt <= worse.dueAt)) return promise
    return { ...promise, passedOnAt: worse.dueAt }
  })
}

export function judgeFinding(orderId: string, found: Finding, asOfMs: number): ExpectedAnomaly[] {
  const { type, attachedTo, foundAt, escalateAt, clearedAt } = found
  const isEscalated = escalateAt !== null && asOfMs >= escalateAt && (clearedAt === null || clearedAt > escalateAt)
  const level = isEscalated ? 'escalated' : 'breached'
  return [{ type, orderId, attachedTo, level, openedAtMs: foundAt, resolvedAtMs: clearedAt }]
}
