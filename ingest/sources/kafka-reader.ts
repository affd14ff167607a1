/**
 * Takes fetched batches to the landing, and lets the client fetch on meanwhile. A position moves only after its bytes are
 * durable. When a landing fails, what was fetched behind it is dropped and read again; nothing is ever skipped.
 */
import { createHash } from 'node:crypto'
import type { KafkaConfig } from './config.ts'
import type { Budget } from './kafka-budget.ts'
import { fetchedFrom } from './kafka-client.ts'
import type { EachBatchPayload, SourceLog } from './kafka-client.ts'
import { isGroupError, lostError, replacedError, rewrittenError } from './kafka-errors.ts'
import type { SourceError } from './errors.ts'
import { bytesOf, piecesOf } from './kafka-messages.ts'
import type { LandedRow, Partition, Partitions } from './kafka-partitions.ts'
import { compareRecord, judge } from './kafka-position.ts'
import type { PartitionPosition, Verdict, Watermarks } from './kafka-position.ts'
import { formatOfTopic } from './kafka-topics.ts'
import { backoff, landWhileBeating, slots } from './kafka-waiting.ts'
import type { LandBatch } from './source.ts'
import type { StreamNote } from './stream-ledger.ts'

/** Steps on a batch's way, told to whoever wants to end the process there. */
export type KafkaStep = 'fetched' | 'position-read' | 'before-commit' | 'committed' | 'joining' | 'paused' | 'stopping'

/** What of the connection a reader needs; replaced when the connection is. */
export type ReaderSession = {
  readonly epoch: string
  seek(partition: Partition, offset: bigint): void
  /** Where the client began to read when it was given the partition. */
  begins(topic: string, partition: number): Promise<bigint | null>
  pause(partition: Partition): void
  resume(partition: Partition): void
  watermarks(topic: string, partition: number): Promise<Watermarks>
}

export type ReaderOptions = {
  readonly config: KafkaConfig
  readonly land: LandBatch
  readonly partitions: Partitions
  readonly budget: Budget
  /** Ends whatever waits for the landing. */
  readonly stopped: AbortSignal
  readonly resumeOffset: (topic: string, partition: number, epoch: string) => Promise<bigint | null>
  readonly lastLanded: (topic: string, partition: number, epoch: string) => Promise<LandedRow | null>
  readonly log: SourceLog
  readonly note: (note: StreamNote) => void
  readonly trace: (step: KafkaStep) => void
  readonly beatMs: number
  readonly landTimeoutMs: number
  readonly landingsAtOnce: number
}

export type Reader = {
  take(session: ReaderSession, payload: EachBatchPayload): Promise<void>
  /** Reads where the partition stands and asks for the record that tells whether it is still the same stream. */
  prepare(session: ReaderSession, partition: Partition): Promise<void>
  /** The broker's offsets, seen from outside of a batch, contradict the position. */
  contradict(session: ReaderSession, partition: Partition, verdict: Exclude<Verdict, { kind: 'take' | 'seek' }>): void
  /** Resolves when nothing that was fetched is still being landed. */
  idle(): Promise<void>
}

/** What is laid out, hashed and encoded at once; the loop does nothing else meanwhile. */
const PIECE = { messages: 10_000, bytes: 16 * 1024 * 1024 }
const NO_POSITION = 'the warehouse did not tell the position'

export function createReader(options: ReaderOptions): Reader {
  const { config, partitions, budget, stopped, log, trace } = options
  const landings = slots(options.landingsAtOnce)
  const working = new Set<Promise<void>>()

  const take = async (session: ReaderSession, payload: EachBatchPayload): Promise<void> => {
    trace('fetched')
    const { batch } = payload
    const part = partitions.get(batch.topic, batch.partition)
    if (part === undefined || part.state === 'stopped' || stopped.aborted || payload.isStale()) return
    const work = hold(session, payload, part)
    // The client's own place runs ahead of the position; whatever fails below seeks it back.
    payload.resolveOffset(batch.lastOffset())
    await Promise.race([work, budget.room()])
  }

  const hold = (session: ReaderSession, payload: EachBatchPayload, part: Partition): Promise<void> => {
    const bytes = bytesOf(payload.batch)
    const { reading } = part
    budget.hold(part.key, bytes)
    part.inHand += 1
    // A rebalance may bring a partition back while its last batch is still being landed.
    const work = partitions
      .inTurn(part.key, () => takeInTurn(session, payload, part, reading))
      .finally(() => {
        working.delete(work)
        part.inHand -= 1
        budget.release(part.key, bytes)
      })
    working.add(work)
    // When fetching has gone on, nobody waits for it: what failed was seen to, and the client hears from its own heartbeat.
    work.catch(() => undefined)
    return work
  }

  const takeInTurn = async (
    session: ReaderSession,
    payload: EachBatchPayload,
    part: Partition,
    reading: number,
  ): Promise<void> => {
    if (!partitions.isCurrent(part) || part.state === 'stopped' || part.reading !== reading || stopped.aborted) return
    try {
      await advance(session, payload, part)
      part.failures = 0
    } catch (cause) {
      // Where the stream stands is asked anew: what of the batch landed is not known here.
      part.position = null
      part.reading += 1
      if (stopped.aborted || !partitions.isCurrent(part)) return
      const expected = (cause as { code?: unknown; expected?: unknown }).expected
      const isGap = (cause as { code?: unknown }).code === 'POSITION_GAP' && typeof expected === 'bigint'
      part.failures += 1
      if (isGap && part.failures === 1) {
        part.position = { next: expected, soughtTo: null }
        return seek(session, part, expected)
      }
      wait(session, part, cause, 'landing failed')
      if (isGroupError(cause)) throw cause
    }
  }

  const seek = (session: ReaderSession, part: Partition, offset: bigint): void => {
    if (part.position !== null) part.position.soughtTo = offset
    part.reading += 1
    session.seek(part, offset)
  }

  /** The partition pauses and tries again by itself. */
  const wait = (session: ReaderSession, part: Partition, cause: unknown, what: string): void => {
    const waitMs = backoff(part.failures)
    const { topic, partition, failures } = part
    log.warn({ err: cause, topic, partition, failures, waitMs }, `kafka: ${what}; the partition waits and tries again`)
    part.state = 'waiting'
    part.problem = `${what} ${failures} times: ${cause instanceof Error ? cause.message : String(cause)}`
    session.pause(part)
    trace('paused')
    part.timer = setTimeout(() => {
      part.timer = null
      void goOn(session, part)
    }, waitMs)
  }

  /** The client has fetched beyond what failed, and nothing may come after that: it is sent back before it goes on. */
  const goOn = async (session: ReaderSession, part: Partition): Promise<void> => {
    const isWaiting = (): boolean => partitions.isCurrent(part) && part.state === 'waiting' && !stopped.aborted
    try {
      if (isWaiting()) await locateAndSeek(session, part)
    } catch (cause) {
      part.failures += 1
      if (isWaiting()) wait(session, part, cause, NO_POSITION)
      return
    }
    if (!isWaiting()) return
    part.state = 'running'
    session.resume(part)
  }

  const locate = async (session: ReaderSession, part: Partition): Promise<PartitionPosition> => {
    if (part.position !== null) return part.position
    const { topic, partition } = part
    const [resume, landed] = await Promise.all([
      options.resumeOffset(topic, partition, session.epoch),
      part.isFingerprinted ? null : options.lastLanded(topic, partition, session.epoch),
    ])
    trace('position-read')
    part.fingerprint = landed
    part.isFingerprinted = true
    const start = resume === null ? (await session.watermarks(topic, partition)).low : null
    const position: PartitionPosition = { next: resume ?? start ?? 0n, soughtTo: null }
    part.start = start
    part.position = position
    return position
  }

  const prepare = async (session: ReaderSession, part: Partition): Promise<void> => {
    try {
      await locateAndSeek(session, part)
    } catch (cause) {
      if (stopped.aborted || !partitions.isCurrent(part)) return
      part.failures += 1
      wait(session, part, cause, NO_POSITION)
    }
  }

  const locateAndSeek = (session: ReaderSession, part: Partition): Promise<void> =>
    partitions.inTurn(part.key, async () => {
      if (!partitions.isCurrent(part) || part.position !== null) return
      const position = await locate(session, part)
      const wanted = part.fingerprint?.offset ?? position.next
      // A seek throws away what is being fetched, which need not be when the client began there by itself.
      const begins = part.reading > 0 ? null : await session.begins(part.topic, part.partition).catch(() => null)
      if (begins === wanted) position.soughtTo = wanted
      else seek(session, part, wanted)
    })

  const advance = async (session: ReaderSession, payload: EachBatchPayload, part: Partition): Promise<void> => {
    const { batch } = payload
    const { topic, partition } = part
    const isKnown = part.position !== null && part.fingerprint === null
    const position = await locate(session, part)
    const asked = fetchedFrom(batch)
    // Asking the broker for its first offset is a round trip, needed only when the batch does not simply continue.
    const broker =
      isKnown && asked === position.next && BigInt(batch.highWatermark) >= position.next
        ? { low: asked, high: BigInt(batch.highWatermark) }
        : await session.watermarks(topic, partition)
    if (part.fingerprint !== null) {
      const seen = compareRecord(part.fingerprint, {
        fetchedFrom: asked,
        last: BigInt(batch.lastOffset()),
        low: broker.low,
        soughtTo: position.soughtTo,
        hashAt: (offset) => hashAt(batch, offset),
      })
      if (seen === 'different')
        return halt(session, part, 'topic_recreated', rewrittenError(part, part.fingerprint.offset), position.next, 0n)
      if (seen === 'look') return seek(session, part, part.fingerprint.offset)
      part.fingerprint = null
    }
    const verdict = judge(position, asked, broker)
    if (verdict.kind === 'seek') return seek(session, part, verdict.offset)
    if (verdict.kind !== 'take') {
      contradict(session, part, verdict)
      if (part.state === 'stopped') return
    }
    await landBatch(session, payload, part, position)
  }

  const contradict: Reader['contradict'] = (session, part, verdict) => {
    const position = part.position
    if (position === null) return
    const { topic, partition } = part
    if (verdict.kind === 'replaced')
      return halt(
        session,
        part,
        'topic_recreated',
        replacedError(part, position.next, verdict.end),
        position.next,
        verdict.end,
      )
    const problem = lostError(part, verdict)
    if (!config.acceptGaps) return halt(session, part, 'retention_cut', problem, verdict.first, verdict.last)
    log.error({ err: problem, topic, partition }, 'kafka: going on behind lost messages, as KAFKA_ACCEPT_GAPS says')
    const { first, last } = verdict
    options.note({ topic, partition, epoch: session.epoch, kind: 'gap_accepted', first, last, detail: problem.message })
    position.next = last + 1n
    part.isGapAccepted = true
  }

  /** Nothing more is read of the partition until an operator has decided; everything else goes on. */
  const halt = (
    session: ReaderSession,
    part: Partition,
    kind: StreamNote['kind'],
    problem: SourceError,
    first: bigint,
    last: bigint,
  ): void => {
    const { topic, partition } = part
    part.state = 'stopped'
    part.problem = problem.message
    session.pause(part)
    log.error({ err: problem, topic, partition }, problem.message)
    options.note({ topic, partition, epoch: session.epoch, kind, first, last, detail: problem.message })
  }

  const landBatch = async (
    session: ReaderSession,
    payload: EachBatchPayload,
    part: Partition,
    position: PartitionPosition,
  ): Promise<void> => {
    const { batch } = payload
    const { topic, partition } = part
    const { epoch } = session
    for (const piece of piecesOf(batch, position.next, formatOfTopic(config.formats, topic), PIECE)) {
      // A fetch is answered also to a member that was thrown out; only a heartbeat tells.
      await payload.heartbeat()
      if (!payload.isRunning() || payload.isStale() || !partitions.isCurrent(part) || stopped.aborted) return
      const own = {
        topic,
        partition,
        epoch,
        ...piece,
        ...(part.start !== null && { start: part.start }),
        ...(part.isGapAccepted && { gapAccepted: true }),
      }
      await landings.run(() =>
        landWhileBeating((signal) => options.land(own, signal), payload.heartbeat, {
          stopped,
          beatMs: options.beatMs,
          timeoutMs: options.landTimeoutMs,
        }),
      )
      if (piece.messages.length > 0) part.isGapAccepted = false
      position.next = piece.last + 1n
      part.progressAtMs = Date.now()
    }
    part.problem = ''
    if (part.isCommitting) return
    const committing = commitHints(payload, part).finally(() => working.delete(committing))
    working.add(committing)
  }

  /**
   * Lag monitors read the group's committed offsets; a lost commit costs nothing because the warehouse has the position.
   * The client may try for half a minute, so landing does not wait for it, and what landed meanwhile is committed at once.
   */
  const commitHints = async (payload: EachBatchPayload, part: Partition): Promise<void> => {
    const { topic, partition } = part
    part.isCommitting = true
    try {
      for (let told: bigint | undefined; partitions.isCurrent(part) && part.position?.next !== told; ) {
        told = part.position?.next
        if (told === undefined) return
        trace('before-commit')
        await payload.commitOffsetsIfNecessary({
          topics: [{ topic, partitions: [{ partition, offset: told.toString() }] }],
        })
        trace('committed')
      }
    } catch (cause) {
      log.warn({ err: cause, topic, partition }, 'kafka: the commit was not taken')
    } finally {
      part.isCommitting = false
    }
  }

  const idle = async (): Promise<void> => {
    while (working.size > 0) await Promise.allSettled(working)
  }

  return { take, prepare, contradict, idle }
}

function hashAt(batch: EachBatchPayload['batch'], offset: bigint): string | null {
  const text = offset.toString()
  const message = batch.messages.find((one) => one.offset === text)
  if (message === undefined) return null
  return createHash('sha256')
    .update(message.value ?? Buffer.alloc(0))
    .digest('hex')
}
