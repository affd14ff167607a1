/** What clocks and networks do to the truth: skewed times, late, repeated and shuffled delivery. */
import { type Envelope, orderSubject } from '#ingest/contracts/index.ts'
import { MINUTE } from './calendar.ts'
import { type Outage, deliveredAt } from './outage.ts'
import { type Rng, createRng } from './rng.ts'
import type { Fact, Story } from './timeline.ts'

export type Disorder = {
  /** Share of events delivered twice. */
  readonly duplicates: number
  /** Share of events delivered minutes late. */
  readonly late: number
  /** The furthest a source's clock is off, either way. */
  readonly clockSkewMs: number
}

export const defaultDisorder: Disorder = { duplicates: 0.015, late: 0.02, clockSkewMs: 4_000 }

export type ScheduledEvent = {
  readonly orderId: string
  /** Counts the order's events in the order in which they happened. */
  readonly number: number
  readonly envelope: Envelope
  /** When it truly happened; `envelope.time` is what the source's clock said. */
  readonly atMs: number
  /** When it is delivered. */
  readonly emitAtMs: number
  readonly isDuplicate: boolean
}

/** How the facts of an order reach us, in the order they do. */
export function createCourier(
  seed: number,
  disorder: Disorder,
  outages: readonly Outage[] = [],
): (story: Story) => ScheduledEvent[] {
  const clockOf = createClocks(seed, disorder)
  return (story) => {
    const rng = createRng(seed, Math.floor(story.createdAtMs / MINUTE), story.createdAtMs % MINUTE, 11)
    const facts = [...story.facts].sort((a, b) => a.atMs - b.atMs)
    const scheduled: ScheduledEvent[] = []
    facts.forEach((fact, index) => {
      const { atMs } = fact
      const source = `/shop/${story.basket.channel.name}/${fact.system}`
      const told = { orderId: story.orderId, number: index + 1, fact, source, timeMs: atMs + clockOf(source) }
      const travelledMs = atMs + travelTime(rng, disorder)
      const emitAtMs = deliveredAt(outages, source, travelledMs)
      scheduled.push(new LazyEvent(told, emitAtMs, false))
      if (rng.chance(disorder.duplicates)) {
        const againMs = travelledMs + rng.int(500, 10 * MINUTE)
        scheduled.push(new LazyEvent(told, deliveredAt(outages, source, againMs), true))
      }
    })
    return scheduled.sort((a, b) => a.emitAtMs - b.emitAtMs)
  }
}

/** Mostly under three seconds, which already swaps facts of the same moment; some take up to 25 minutes. */
function travelTime(rng: Rng, disorder: Disorder): number {
  return rng.chance(disorder.late) ? rng.int(MINUTE, 25 * MINUTE) : rng.int(80, 2_800)
}

/** Every source has a clock of its own that is off by a constant. */
function createClocks(seed: number, disorder: Disorder): (source: string) => number {
  const offsets = new Map<string, number>()
  return (source) => {
    const known = offsets.get(source)
    if (known !== undefined) return known
    const letters = [...source].map((letter) => letter.charCodeAt(0))
    const offset = Math.round((createRng(seed, 5, ...letters).next() * 2 - 1) * disorder.clockSkewMs)
    offsets.set(source, offset)
    return offset
  }
}

type Told = {
  readonly orderId: string
  readonly number: number
  readonly fact: Fact
  readonly source: string
  readonly timeMs: number
}

/** A store keeps a hundred thousand events that are still to come; their envelopes are made when they are asked for. */
class LazyEvent implements ScheduledEvent {
  readonly told: Told
  readonly emitAtMs: number
  readonly isDuplicate: boolean

  constructor(told: Told, emitAtMs: number, isDuplicate: boolean) {
    this.told = told
    this.emitAtMs = emitAtMs
    this.isDuplicate = isDuplicate
  }

  get orderId(): string {
    return this.told.orderId
  }

  get number(): number {
    return this.told.number
  }

  get atMs(): number {
    return this.told.fact.atMs
  }

  get envelope(): Envelope {
    return envelopeOf(this.told)
  }
}

function envelopeOf({ orderId, number, fact, source, timeMs }: Told): Envelope {
  const time = new Date(timeMs).toISOString()
  return {
    specversion: '1.0',
    id: `${orderId}-${number}`,
    source,
    type: `${fact.type}.v1`,
    subject: orderSubject(orderId),
    time,
    // The order system counts and stamps what it writes; the others do not.
    ...(fact.system === 'oms' ? { recordedtime: time, sequence: String(number) } : {}),
    partitionkey: orderId,
    correlationid: orderId,
    authtype: fact.authtype ?? 'system',
    ...(fact.authid === undefined ? {} : { authid: fact.authid }),
    data: fact.data as Record<string, unknown>,
  }
}
