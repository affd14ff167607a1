/**
 * A slow, plain second opinion on what events say of an order: loops over one order's events, sharing nothing with the
 * models. This file: the events themselves, each once, and what "first" and "latest word" mean.
 */
import type { Envelope } from '#ingest/contracts/index.ts'
import { parseEventType } from '#ingest/contracts/index.ts'

export type Data = Readonly<Record<string, unknown>>
export type Told = {
  readonly type: string
  readonly id: string
  readonly source: string
  readonly at: number
  readonly sequence: number
  readonly causation: string
  readonly auth: string
  /** Settles what neither counter nor clock settles. Any fixed order of identities will do. */
  readonly rank: bigint
  readonly data: Data
}
export type RankOf = (source: string, id: string) => bigint

/** Each event once, whatever was repeated, in the order of time. */
export function tellOnce(envelopes: Iterable<Envelope>, rankOf: RankOf): Told[] {
  const byIdentity = new Map<string, Told>()
  for (const envelope of envelopes) {
    const { source, id, time, sequence, causationid, authtype, data } = envelope
    byIdentity.set(JSON.stringify([source, id]), {
      type: parseEventType(envelope.type).name,
      id,
      source,
      at: Date.parse(time),
      sequence: Number(sequence ?? 0),
      causation: causationid ?? '',
      auth: authtype ?? '',
      rank: rankOf(source, id),
      data,
    })
  }
  return [...byIdentity.values()].sort((a, b) => a.at - b.at || (isLater(a, b) ? 1 : -1))
}

/** Whether one event is the later word: by the source's counter, then by the clock. */
export function isLater(one: Told, other: Told): boolean {
  if (one.sequence !== other.sequence) return one.sequence > other.sequence
  if (one.at !== other.at) return one.at > other.at
  return one.rank > other.rank
}

export const latest = <T extends Told>(events: readonly T[]): T | undefined =>
  events.reduce<T | undefined>((last, event) => (last === undefined || isLater(event, last) ? event : last), undefined)

/** The latest word on a field of those events that say anything about it; an empty text says nothing. */
export function word(events: readonly Told[], field: string): unknown {
  return latest(events.filter(({ data }) => (data[field] ?? '') !== ''))?.data[field]
}
export const textOf = (events: readonly Told[], field: string): string => String(word(events, field) ?? '')
export function numberOf(events: readonly Told[], field: string): number | null {
  const said = word(events, field)
  return typeof said === 'number' ? said : null
}
export function instantOf(events: readonly Told[], field: string): number | null {
  const said = word(events, field)
  return typeof said === 'string' ? Date.parse(said) : null
}

export const ofTypes = (events: readonly Told[], ...types: readonly string[]): Told[] =>
  events.filter(({ type }) => types.includes(type))
export const isAbout = (subject: string): ((event: Told) => boolean) => {
  const start = `${subject}.`
  return ({ type }) => type.startsWith(start)
}
/** Events come in the order of time, so the first found is the first. */
export const first = (events: readonly Told[], ...types: readonly string[]): Told | undefined =>
  ofTypes(events, ...types)[0]
export const firstAt = (events: readonly Told[], ...types: readonly string[]): number | null =>
  first(events, ...types)?.at ?? null

export function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}
export function last(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/** Events that name a thing, by the thing they name. */
export function byThing(events: readonly Told[], field: string): [string, Told[]][] {
  const things = new Map<string, Told[]>()
  for (const event of events) {
    const id = String(event.data[field] ?? '')
    if (id !== '') things.set(id, [...(things.get(id) ?? []), event])
  }
  return [...things]
}

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
/** In the order of instants, the first that differs decides and what has none is last; then by name. */
export function byInstant<T>(
  name: (item: T) => string,
  ...instants: readonly ((item: T) => number | null)[]
): (a: T, b: T) => number {
  return (a, b) => {
    for (const at of instants) {
      const [one, other] = [at(a) ?? Infinity, at(b) ?? Infinity]
      if (one !== other) return one < other ? -1 : 1
    }
    return name(a) < name(b) ? -1 : 1
  }
}
