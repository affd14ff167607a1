/** The running store as a source: days of history at once, the last minutes in front of your eyes, then real time. */
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { LandBatch, Source, SourceMessage } from '#ingest/sources/source.ts'
import { DAY, MINUTE } from './calendar.ts'
import { type Emitted, createEmission } from './emission.ts'
import type { Delivery, Outside } from './outside.ts'
import type { Store } from './store.ts'

export const SIMULATOR_TOPIC = 'simulator'
/** The store's own events, and what the outside systems answer to commands. */
export const STORE_PARTITION = 0
export const ANSWER_PARTITION = 1

export type LiveOptions = {
  readonly store: Store
  /** When this store was first started; the same for ever, so that a restart continues the same history. */
  readonly anchorMs: number
  readonly historyDays?: number
  readonly outside?: Outside
  /** The last minutes are held back until this resolves, e.g. until there is a portal to watch them in. */
  readonly audience?: Promise<unknown>
  /** The highest offset of the store's partition that landed, if any. */
  readonly landedOffset?: bigint | null
  readonly now?: () => number
  readonly onProgress?: (progress: LiveProgress) => void
  /** Called when landing failed; delivery of the same batch is tried again. */
  readonly onRetry?: (error: unknown) => void
}

export type LiveProgress = { readonly share: number; readonly messages: number }

const BATCH = 20_000
/** What happened in the last minutes is shown happening, faster than it did. */
const HELD_BACK = 15 * MINUTE
const RELEASED_WITHIN = 30_000
const TURN = 1_000
/** Short enough that building its orders does not hold up others for long. */
const BACKFILL_STEP = 10 * MINUTE
const RETRY_AFTER = 1_000

/** `start` resolves when the history has landed; from then on events come about once a second. */
export function createLiveSource(options: LiveOptions): Source {
  const { store, outside, historyDays = 7, now = Date.now } = options
  const originMs = originOf(options.anchorMs, historyDays)
  const stream = { epoch: storeEpoch(store, options.anchorMs, historyDays), landedOffset: options.landedOffset ?? -1n }
  const turns = createTurns()
  let running: Promise<void> = Promise.resolve()

  const run = async (land: LandBatch, emission: ReturnType<typeof createEmission>): Promise<void> => {
    await Promise.race([options.audience, turns.stopped])
    const startedAt = now()
    while (!turns.isStopped()) {
      await deliverStore(land, emission.advance(releaseUntil(startedAt, now())))
      if (outside !== undefined) await deliverAnswers(land, outside, await outside.takeDue(now()))
      await turns.wait(TURN)
    }
  }

  const deliverStore = async (land: LandBatch, emitted: readonly Emitted[]): Promise<number> => {
    const fresh = emitted.filter(
      ({ offset, orderId, event }) => offset > stream.landedOffset && outside?.isSuppressed(orderId, event) !== true,
    )
    for (let at = 0; at < fresh.length; at += BATCH) {
      const messages = fresh.slice(at, at + BATCH).map(toMessage)
      await landSurely(land, STORE_PARTITION, stream.epoch, messages)
    }
    return fresh.length
  }

  const deliverAnswers = async (land: LandBatch, { epoch }: Outside, due: readonly Delivery[]): Promise<void> => {
    if (due.length > 0) await landSurely(land, ANSWER_PARTITION, epoch, due.map(toAnswerMessage))
  }

  const landSurely = async (
    land: LandBatch,
    partition: number,
    epoch: string,
    messages: SourceMessage[],
  ): Promise<void> => {
    while (!turns.isStopped()) {
      try {
        return await land({ topic: SIMULATOR_TOPIC, partition, epoch, format: 'cloudevents', messages })
      } catch (error) {
        options.onRetry?.(error)
        await turns.wait(RETRY_AFTER)
      }
    }
  }

  const backfill = async (land: LandBatch, emission: ReturnType<typeof createEmission>): Promise<void> => {
    const untilMs = now() - HELD_BACK
    let collected: Emitted[] = []
    let messages = 0
    for (let at = originMs; at < untilMs && !turns.isStopped(); at += BACKFILL_STEP) {
      for (const each of emission.advance(Math.min(at + BACKFILL_STEP, untilMs))) collected.push(each)
      await yieldToOthers()
      const isLast = at + BACKFILL_STEP >= untilMs
      if (collected.length < BATCH && !isLast) continue
      messages += await deliverStore(land, isLast ? collected : collected.slice(0, BATCH))
      collected = collected.slice(BATCH)
      options.onProgress?.({ share: isLast ? 1 : (at - originMs) / (untilMs - originMs), messages })
    }
  }

  return {
    name: 'simulator',
    async start(land) {
      const emission = createEmission(store, originMs)
      outside?.onHandled(turns.wake)
      await backfill(land, emission)
      running = run(land, emission)
    },
    async stop() {
      turns.stop()
      await running
    },
  }
}

/** The identity of the store's stream of events: what `landedOffset` has to be looked up for. */
export function storeEpoch(store: Store, anchorMs: number, historyDays: number): string {
  // The same store with other incidents or orders tells other events.
  const kind = `${store.incidents.length > 0 ? '-incidents' : ''}${store.rushes.length > 0 ? '-rushes' : ''}`
  return `store-${store.seed}-${originOf(anchorMs, historyDays)}${kind}`
}

/** History begins at a whole minute. */
const originOf = (anchorMs: number, historyDays: number): number =>
  Math.floor((anchorMs - historyDays * DAY) / MINUTE) * MINUTE

/** Until which instant events are let out: catches up the held-back minutes, then keeps up with the clock. */
function releaseUntil(startedAt: number, nowMs: number): number {
  const elapsed = nowMs - startedAt
  if (elapsed >= RELEASED_WITHIN) return nowMs
  return startedAt - HELD_BACK + (elapsed / RELEASED_WITHIN) * (HELD_BACK + RELEASED_WITHIN)
}

function toMessage({ offset, orderId, event }: Emitted): SourceMessage {
  return {
    offset,
    key: Buffer.from(orderId),
    value: Buffer.from(JSON.stringify(event.envelope)),
    brokerAtMs: event.emitAtMs,
  }
}

function toAnswerMessage({ offset, answer }: Delivery): SourceMessage {
  const { envelope, emitAtMs } = answer
  return {
    offset,
    key: Buffer.from(envelope.partitionkey ?? ''),
    value: Buffer.from(JSON.stringify(envelope)),
    brokerAtMs: emitAtMs,
  }
}

/** Waiting that a stop or a wake-up ends at once; a wake-up before the wait is not lost. */
function createTurns() {
  let stopped = false
  let endAll: () => void = () => undefined
  const whenStopped = new Promise<void>((resolve) => (endAll = resolve))
  let awake = false
  let end: (() => void) | undefined
  return {
    isStopped: () => stopped,
    stopped: whenStopped,
    stop: (): void => {
      stopped = true
      endAll()
      end?.()
    },
    wake: (): void => {
      awake = true
      end?.()
    },
    wait: (ms: number): Promise<void> => {
      if (stopped || awake) {
        awake = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), ms)
        end = () => {
          clearTimeout(timer)
          end = undefined
          awake = false
          resolve()
        }
      })
    },
  }
}
