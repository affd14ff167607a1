/**
 * Derives what has landed, beside landing and never in its way: takes batches, turns them into events and dead letters, and
 * lists them for the ticks. A batch that a crash left underived is found at the next start. No failure drops a batch.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readingAs } from '#warehouse/reading.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { LandedBatch } from '../landing/lander.ts'
import { type Stream, streamKey } from '../landing/store.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { type Range, derive, deriveUnreadable, rangesSelection } from './derive.ts'
import { listBatches, rejectedByTopic, storedBreakers, unlistedBatches, writeBreaker } from './ledger.ts'
import type { Derivation } from './relations.ts'
import { resolveOrphans } from './orphans.ts'

export type DeriverStep = 'deriving' | 'derived' | 'listed'

export type DeriverLog = Record<'info' | 'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>

export type DeriverOptions = {
  readonly derivations: ReadonlyMap<string, Derivation>
  readonly log?: DeriverLog
  readonly now?: () => number
  readonly trace?: (step: DeriverStep) => void
  readonly breaker?: Breaker
  /** Whether batches are being landed now, which one statement could take along. */
  readonly isMoreComing?: () => boolean
}

export type Deriver = {
  push(batches: readonly LandedBatch[]): void
  /** This process reads the stream from now on: what its former reader leaves underived is taken up a little later. */
  adopt(stream: Stream): void
  /** Looks for batches that nobody derived: at the start all of them, later those of processes that ended. */
  sweep(olderThanMs: number): Promise<void>
  /** What is done every few seconds: breakers that were closed, probes, adopted streams, abandoned batches, events whose order is known by now. */
  round(): Promise<void>
  /** Resolves when everything pushed is derived and listed, or stopped by a breaker. */
  settled(): Promise<void>
  waiting(): { readonly batches: number; readonly messages: number; readonly stopped: number }
  /** Finishes the statement that is running; what is left is found by the next start. */
  close(): Promise<void>
}

/** One statement takes up to this much: its planning is paid once for all of it. */
const GROUP = { batches: 64, messages: 200_000 }
/**
 * A statement's planning costs as much as deriving some 20,000 messages: what lands together is derived together, and a
 * stream that trickles is not derived message by message. A single message after a pause waits for nobody.
 */
const GATHER = { messages: 100_000, mostMs: 400, everyMs: 10 }
/** A statement that fails even for this is itself at fault. */
const NO_MESSAGE = { where: '0', params: {} }
const SILENT: DeriverLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
const ROUND_MS = 5_000
const PROBE_MS = 60_000
const SWEEP_MS = 60_000
const ABANDONED_MS = 120_000
/** A former reader that is alive derives what it landed within this time, and nobody does it twice. */
const HANDED_OVER_MS = 10_000
const WAIT_MS = { first: 200, most: 30_000 }

export function createDeriver(warehouse: Warehouse, options: DeriverOptions): Deriver {
  const {
    derivations,
    log = SILENT,
    now = Date.now,
    trace = () => undefined,
    breaker = createBreaker(),
    isMoreComing = () => false,
  } = options
  const queue: LandedBatch[] = []
  const stopped = new Map<string, LandedBatch[]>()
  const known = new Set<string>()
  /** Streams taken over and since when, until their former reader's batches were looked for. */
  const adopted = new Map<string, number>()
  const closing = new AbortController()
  let running: Promise<void> | null = null
  let begunMs = Number.NEGATIVE_INFINITY
  let probedMs = 0
  let sweptMs = 0

  const push = (batches: readonly LandedBatch[]): void => {
    for (const batch of batches) {
      if (!derivations.has(batch.format) || known.has(batch.batchId)) continue
      known.add(batch.batchId)
      if (breaker.isOpen(batch.topic)) stopped.set(batch.topic, [...(stopped.get(batch.topic) ?? []), batch])
      else queue.push(batch)
    }
    begin()
  }

  const begin = (): void => {
    // Of the product itself: whoever sent what landed may be gone by then.
    if (queue.length > 0 && !closing.signal.aborted) running ??= readingAs({ lane: 'background' }, run)
  }

  const messagesOf = (batches: readonly LandedBatch[]): number => batches.reduce((sum, { rows }) => sum + rows, 0)

  const gather = async (): Promise<void> => {
    const until = performance.now() + GATHER.mostMs
    const isTooSoon = (): boolean => performance.now() < begunMs + GATHER.mostMs
    const isWorthWaiting = (): boolean => isTooSoon() || (isMoreComing() && performance.now() < until)
    while (isWorthWaiting() && messagesOf(queue) < GATHER.messages && !closing.signal.aborted)
      await sleep(GATHER.everyMs)
    begunMs = performance.now()
  }

  const run = async (): Promise<void> => {
    for (let failed = 0; queue.length > 0 && !closing.signal.aborted; ) {
      await gather()
      const group = takeGroup(queue)
      try {
        await deriveGroup(group)
        failed = 0
      } catch (cause) {
        queue.unshift(...group)
        failed += 1
        log.warn({ err: cause, failed }, 'derivation: the warehouse did not take it; trying again')
        const waitMs = Math.min(WAIT_MS.most, WAIT_MS.first * 2 ** Math.min(failed, 8))
        await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined)
      }
    }
    running = null
  }

  /** Throws only what may succeed later. */
  const deriveGroup = async (group: readonly LandedBatch[]): Promise<void> => {
    const [head] = group
    const derivation = head && derivations.get(head.format)
    if (derivation === undefined) return
    trace('deriving')
    try {
      await deriveRanges(derivation, group)
    } catch (cause) {
      if ((cause as { retryable?: boolean }).retryable !== false) throw cause
      // Not a message is at fault but the statement: a mapping that does not run. Nothing of the format is derived meanwhile.
      await stopBroken(group, cause)
      return
    }
    trace('derived')
    await listBatches(warehouse, group)
    trace('listed')
    for (const { batchId } of group) known.delete(batchId)
    await judge(group)
  }

  const stopBroken = async (group: readonly LandedBatch[], cause: unknown): Promise<void> => {
    const topics = new Set(group.map(({ topic }) => topic))
    log.error({ err: cause, topics: [...topics] }, 'derivation: the statement of the format does not run')
    for (const topic of topics) {
      const own = group.filter((batch) => batch.topic === topic)
      stop(topic, own)
      if (breaker.isOpen(topic)) continue
      breaker.open(topic)
      const code = String((cause as { engineCode?: unknown }).engineCode ?? 'unknown')
      const detail = `the mapping of ${own[0]?.format ?? 'the format'} does not run (ClickHouse code ${code})`
      await writeBreaker(warehouse, topic, { state: 'open', messages: 0, rejected: 0, detail })
    }
  }

  /**
   * What the engine cannot read at all, or not at once, is halved until it can or the one message that is at fault stands alone.
   * Throws what may succeed later, and what fails for no message at all.
   */
  const deriveRanges = async (derivation: Derivation, ranges: readonly Range[]): Promise<void> => {
    try {
      await derive(warehouse, derivation, rangesSelection(ranges))
    } catch (cause) {
      if ((cause as { retryable?: boolean }).retryable !== false) throw cause
      await derive(warehouse, derivation, NO_MESSAGE)
      const halves = halve(ranges)
      if (halves !== null) {
        for (const half of halves) await deriveRanges(derivation, half)
        return
      }
      const [range] = ranges
      if (range === undefined) return
      log.error({ err: cause, topic: range.topic, offset: String(range.first) }, 'derivation: a message cannot be read')
      const code = String((cause as { engineCode?: unknown }).engineCode ?? 'unknown')
      await deriveUnreadable(warehouse, range, `the engine failed at this message (ClickHouse code ${code})`)
    }
  }

  const judge = async (group: readonly LandedBatch[]): Promise<void> => {
    const live = group.filter(({ topic }) => !topic.startsWith('import/'))
    if (live.length === 0) return
    const rejected = await rejectedByTopic(warehouse, live)
    for (const topic of new Set(live.map((batch) => batch.topic))) {
      const messages = live.filter((batch) => batch.topic === topic).reduce((sum, batch) => sum + batch.rows, 0)
      const wasOpen = breaker.isOpen(topic)
      const verdict = breaker.record(topic, messages, rejected.get(topic) ?? 0, now())
      if (verdict.isOpen === wasOpen) continue
      if (verdict.isOpen) stop(topic)
      else release(topic)
      log.warn({ topic, ...verdict }, `derivation: ${verdict.isOpen ? 'stopped' : 'goes on'}`)
      await writeBreaker(warehouse, topic, { state: verdict.isOpen ? 'open' : 'closed', ...verdict })
    }
  }

  const stop = (topic: string, more: readonly LandedBatch[] = []): void => {
    const own = queue.filter((batch) => batch.topic === topic)
    const others = queue.filter((batch) => batch.topic !== topic)
    queue.splice(0, queue.length, ...others)
    stopped.set(topic, [...(stopped.get(topic) ?? []), ...more, ...own])
  }

  const release = (topic: string): void => {
    queue.push(...(stopped.get(topic) ?? []))
    stopped.delete(topic)
    begin()
  }

  /** Breakers that an operator closed are released; of the others one batch is tried now and then. */
  const round = async (): Promise<void> => {
    if (closing.signal.aborted) return
    if (stopped.size > 0) {
      for (const { topic, state } of await storedBreakers(warehouse)) {
        if (state !== 'held' || !breaker.isOpen(topic)) continue
        breaker.hold(topic, now())
        release(topic)
      }
      if (now() - probedMs >= PROBE_MS) {
        probedMs = now()
        for (const batches of stopped.values()) {
          const probe = batches.shift()
          if (probe !== undefined) queue.push(probe)
        }
        begin()
      }
    }
    await takeUpAdopted()
    if (now() - sweptMs < SWEEP_MS) return
    sweptMs = now()
    await sweep(ABANDONED_MS)
    await resolveOrphans(warehouse, derivations, now())
  }

  /** What was being derived when the look began may be listed, and forgotten here, before its answer comes. */
  const unlistedUntil = async (landedBeforeMs: number): Promise<LandedBatch[]> => {
    const underWay = new Set(known)
    const found = await unlistedBatches(warehouse, [...derivations.keys()], landedBeforeMs)
    return found.filter(({ batchId }) => !underWay.has(batchId))
  }

  const takeUpAdopted = async (): Promise<void> => {
    const before = now() - HANDED_OVER_MS
    const due = new Set([...adopted].filter(([, sinceMs]) => sinceMs <= before).map(([key]) => key))
    if (due.size === 0) return
    push((await unlistedUntil(before)).filter((batch) => due.has(streamKey(batch))))
    for (const key of due) adopted.delete(key)
  }

  const sweep = async (olderThanMs: number): Promise<void> => {
    for (const { topic, state } of await storedBreakers(warehouse)) if (state === 'open') breaker.open(topic)
    push(await unlistedUntil(now() - olderThanMs))
  }

  const timer = setInterval(() => {
    rounds = rounds.then(round).catch((cause: unknown) => log.warn({ err: cause }, 'derivation: a round failed'))
  }, ROUND_MS)
  timer.unref()
  let rounds: Promise<void> = Promise.resolve()
  sweptMs = now()

  return {
    push,
    adopt: (stream) => void adopted.set(streamKey(stream), now()),
    sweep,
    round,
    async settled() {
      while (running !== null) await running
    },
    waiting: () => ({
      batches: queue.length,
      messages: messagesOf(queue),
      stopped: [...stopped.values()].reduce((sum, batches) => sum + batches.length, 0),
    }),
    async close() {
      closing.abort()
      clearInterval(timer)
      await running
      await rounds
    },
  }
}

/** Batches of one format from the head of the queue. */
function takeGroup(queue: LandedBatch[]): LandedBatch[] {
  const format = queue[0]?.format
  const group: LandedBatch[] = []
  let messages = 0
  while (group.length < GROUP.batches && queue[0]?.format === format) {
    const next = queue[0]
    if (next === undefined || (group.length > 0 && messages + next.rows > GROUP.messages)) break
    group.push(next)
    messages += next.rows
    queue.shift()
  }
  return group
}

function halve(ranges: readonly Range[]): [Range[], Range[]] | null {
  if (ranges.length > 1) {
    const middle = Math.ceil(ranges.length / 2)
    return [ranges.slice(0, middle), ranges.slice(middle)]
  }
  const [range] = ranges
  if (range === undefined || range.first >= range.last) return null
  const middle = (range.first + range.last) / 2n
  return [[{ ...range, last: middle }], [{ ...range, first: middle + 1n }]]
}
