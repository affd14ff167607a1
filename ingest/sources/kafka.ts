/**
 * Kafka topics as a source. Where each partition goes on is read from the warehouse; the broker's record of the last landed
 * row is compared first, so that a topic that was created anew is noticed. The connection is opened again until it holds.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConfig } from './config.ts'
import { createBudget } from './kafka-budget.ts'
import { SILENT, createKafka, ensureTopics } from './kafka-client.ts'
import type { Consumer, SourceLog } from './kafka-client.ts'
import { connectionError } from './kafka-errors.ts'
import { createPartitions, partitionKey } from './kafka-partitions.ts'
import type { LandedRow } from './kafka-partitions.ts'
import { createReader } from './kafka-reader.ts'
import type { KafkaStep, Reader } from './kafka-reader.ts'
import { namedTopics, selectTopics } from './kafka-topics.ts'
import { backoff } from './kafka-waiting.ts'
import { type Watch, type WatchedSession, startWatch } from './kafka-watch.ts'
import type { Source } from './source.ts'
import type { StreamNote, StreamStatus } from './stream-ledger.ts'

export type KafkaSourceOptions = {
  readonly config: KafkaConfig
  /** The first offset of the partition that is not landed yet; null when nothing of it is. */
  readonly resumeOffset: (topic: string, partition: number, epoch: string) => Promise<bigint | null>
  /** The last landed row, to be compared with the broker's record; without it a topic grown past it goes unnoticed. */
  readonly lastLanded?: (topic: string, partition: number, epoch: string) => Promise<LandedRow | null>
  readonly log?: SourceLog
  /** Told what happens to a stream, and every few seconds where the streams of this process stand. */
  readonly note?: (note: StreamNote) => Promise<void>
  readonly report?: (statuses: readonly StreamStatus[]) => Promise<void>
  readonly trace?: (step: KafkaStep) => void
  /** Landings side by side. More than one where landing waits for a network; in the process it waits for the processor. */
  readonly landingsAtOnce?: number
  /** How long the broker may collect messages before it answers: larger blocks against later events. */
  readonly lingerMs?: number
  readonly sessionTimeoutMs?: number
  readonly statusMs?: number
  /** How often new topics and partitions are looked for. */
  readonly rescanMs?: number
  /** Without progress for so long, though messages wait, the consumer is replaced. */
  readonly watchdogMs?: number
  /** A landing that takes longer is told to end, and the partition waits. */
  readonly landTimeoutMs?: number
}

/**
 * A fetch is unpacked whole before any of it can land, often into ten times as much: a small one lets landing begin early,
 * and the next is unpacked meanwhile. One partition may fill it: the more comes at once, the larger is the block that lands.
 */
const FETCH_BYTES = 2 * 1024 * 1024
/** A landing costs as much as some 5,000 messages: less than this waits out the linger, and more lands in one piece. */
const LINGER_BYTES = 1536 * 1024
/** All of a fetch is handed over at once, so that the budget sees it; how many land at once is the reader's. */
const HANDED_OVER_AT_ONCE = 256
const STOP_MS = 6_000

type Session = WatchedSession & {
  readonly consumer: Consumer
  /** Settles when the consumer has joined its group, or cannot. */
  joining: Promise<void>
}

export function createKafkaSource(options: KafkaSourceOptions): Source {
  const { config, log = SILENT, sessionTimeoutMs = 30_000, rescanMs = 30_000, trace = () => undefined } = options
  const partitions = createPartitions()
  /** Partitions of a topic as they were when this process first saw it: what comes later was added. */
  const firstSeen = new Map<string, number>()
  let stopping = new AbortController()
  let session: Session | null = null
  let reader: Reader | null = null
  let watch: Watch | null = null
  let opening: Promise<void> = Promise.resolve()
  let hasOpened = false
  /** Whose turn it is to connect: an attempt that was overtaken by another ends. */
  let turn = 0

  const note = (one: StreamNote): void => {
    log.info({ ...one, first: String(one.first), last: String(one.last) }, `kafka: ${one.detail}`)
    options.note?.(one).catch((cause: unknown) => log.warn({ err: cause }, 'kafka: a note was not taken'))
  }
  const change = (
    key: string,
    work: (open: Session, one: NonNullable<ReturnType<typeof partitions.byKey>>) => void,
  ): void => {
    const part = partitions.byKey(key)
    if (session !== null && part !== undefined) work(session, part)
  }
  const budget = createBudget(config.bufferBytes, {
    pause: (key) =>
      change(key, (open, part) => {
        if (part.state !== 'running') return
        part.state = 'paused'
        open.pause(part)
        trace('paused')
      }),
    resume: (key) =>
      change(key, (open, part) => {
        if (part.state !== 'paused') return
        part.state = 'running'
        open.resume(part)
      }),
  })

  const open = async (isWanted: () => boolean): Promise<void> => {
    const kafka = await createKafka(config, log)
    // Few tries of its own: connecting again, and saying why not, is ours.
    const admin = kafka.admin({ retry: { retries: 2 } })
    const consumer = kafka.consumer({
      groupId: config.groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
      maxBytesPerPartition: FETCH_BYTES,
      maxBytes: FETCH_BYTES,
      minBytes: LINGER_BYTES,
      maxWaitTimeInMs: options.lingerMs ?? 500,
      // New partitions are noticed when the client looks at the topics again.
      metadataMaxAge: rescanMs,
      allowAutoTopicCreation: false,
      // Opening again is ours, so that it happens in one place.
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    })
    try {
      await admin.connect()
      // Only once: a topic that is deleted later is not brought back by its reader.
      if (!hasOpened) await ensureTopics(kafka, namedTopics(config.topics), config.partitions)
      hasOpened = true
      const { clusterId } = await admin.describeCluster()
      const epoch = [clusterId, config.epoch].filter((part) => part !== '').join('/')
      const topics = selectTopics(config.topics, await admin.listTopics())
      const described = topics.length === 0 ? { topics: [] } : await admin.fetchTopicMetadata({ topics })
      for (const { name, partitions: all } of described.topics)
        if (!firstSeen.has(name)) firstSeen.set(name, all.length)
      if (!isWanted()) throw new Error('stopped while connecting')
      const opened = sessionOf({ admin, consumer, epoch, topics, groupId: config.groupId })
      session = opened
      if (topics.length === 0) {
        log.warn({ topics: config.topics }, 'kafka: no topic matches yet; looking again')
        return
      }
      listen(opened)
      trace('joining')
      opened.joining = join(opened)
      await opened.joining
      if (!isWanted()) throw new Error('stopped while joining')
    } catch (cause) {
      if (session?.consumer === consumer) session = null
      await Promise.allSettled([consumer.disconnect(), admin.disconnect()])
      throw cause
    }
  }

  const join = async (opened: Session): Promise<void> => {
    const { consumer, topics } = opened
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: HANDED_OVER_AT_ONCE,
      eachBatch: (payload) => reader?.take(opened, payload) ?? Promise.resolve(),
    })
  }

  /**
   * A consumer that is told to end while it joins forgets about it: it would join all the same, keep its partitions and
   * read none of them. So its joining is waited for first, behind the back of whoever does not want to wait that long.
   */
  const close = async (old: Session): Promise<void> => {
    await Promise.allSettled([old.joining])
    // The batches in flight, which end when the landing does not answer, still tell the group how far they came.
    await reader?.idle()
    await Promise.allSettled([old.consumer.disconnect(), old.admin.disconnect()])
  }

  const listen = (opened: Session): void => {
    const { consumer } = opened
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (session !== opened) return
      log.info({ group: config.groupId, assignment: payload.memberAssignment }, 'kafka: joined')
      budget.reset()
      const assigned = partitions.assign(payload.memberAssignment)
      for (const part of assigned) {
        opened.resume(part)
        tellAdded(opened, part.topic, part.partition)
        void reader?.prepare(opened, part)
      }
    })
    consumer.on(consumer.events.REBALANCING, () => trace('joining'))
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (session === opened) reopen(payload.error.message, payload.error)
    })
  }

  const tellAdded = ({ epoch }: Session, topic: string, partition: number): void => {
    if (partition < (firstSeen.get(topic) ?? Infinity)) return
    const detail = `${topic}/${partition} was added and is read from its beginning`
    note({ topic, partition, epoch, kind: 'partition_added', first: 0n, last: 0n, detail })
  }

  const openUntilItWorks = async (stopped: AbortSignal): Promise<void> => {
    turn += 1
    const mine = turn
    const isWanted = (): boolean => mine === turn && !stopped.aborted
    for (let attempt = 1; isWanted(); attempt += 1) {
      try {
        await open(isWanted)
        return
      } catch (cause) {
        if (!isWanted()) return
        const problem = connectionError(cause, config)
        log.warn({ err: problem, attempt }, `kafka: ${problem.message}; landing waits and resumes at its position`)
        await sleep(backoff(attempt), undefined, { signal: stopped }).catch(() => undefined)
      }
    }
  }

  let reopenings = 0
  let reopenedAt = 0
  const reopen = (why: string, cause?: unknown): void => {
    const old = session
    if (old === null) return
    session = null
    turn += 1
    reopenings = Date.now() - reopenedAt > 60_000 ? 1 : reopenings + 1
    reopenedAt = Date.now()
    log.warn({ ...(cause !== undefined && { err: cause }), why }, 'kafka: connecting again')
    const { signal } = stopping
    const before = opening
    opening = (async () => {
      partitions.clear()
      // A client that hangs is left behind: its batches belong to no assignment any more.
      await inTime(Promise.allSettled([close(old), before]))
      if (reopenings > 1) await sleep(backoff(reopenings), undefined, { signal }).catch(() => undefined)
      await openUntilItWorks(signal)
    })()
  }

  return {
    name: 'kafka',
    async start(land) {
      stopping = new AbortController()
      reader = createReader({
        config,
        land,
        partitions,
        budget,
        stopped: stopping.signal,
        resumeOffset: options.resumeOffset,
        lastLanded: options.lastLanded ?? (() => Promise.resolve(null)),
        log,
        note,
        trace,
        beatMs: sessionTimeoutMs / 5,
        landTimeoutMs: options.landTimeoutMs ?? 120_000,
        landingsAtOnce: options.landingsAtOnce ?? 3,
      })
      watch = startWatch({
        config,
        partitions,
        reader,
        log,
        note,
        report: options.report ?? (() => Promise.resolve()),
        session: () => session,
        reopen,
        statusMs: options.statusMs ?? 5_000,
        rescanMs,
        watchdogMs: options.watchdogMs ?? 60_000,
      })
      opening = openUntilItWorks(stopping.signal)
      await Promise.race([opening, sleep(15_000, undefined, { ref: false })])
    },
    async stop() {
      trace('stopping')
      stopping.abort()
      const open = session
      session = null
      // A connection attempt that is still running ends by itself once it sees the stop.
      await inTime(Promise.allSettled([opening, watch?.stop(), open === null ? null : close(open)]))
      partitions.clear()
    },
  }
}

const inTime = (work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, sleep(STOP_MS, undefined, { ref: false })])

function sessionOf({
  admin,
  consumer,
  epoch,
  topics,
  groupId,
}: Pick<Session, 'admin' | 'consumer' | 'epoch' | 'topics'> & { readonly groupId: string }): Session {
  const only = ({ topic, partition }: { topic: string; partition: number }) => [{ topic, partitions: [partition] }]
  const watermarks: Session['watermarks'] = async (topic, partition) => {
    const offsets = await admin.fetchTopicOffsets(topic)
    const found = offsets.find((one) => one.partition === partition)
    if (found === undefined) throw new Error(`the broker does not know ${partitionKey(topic, partition)}`)
    return { low: BigInt(found.low), high: BigInt(found.high) }
  }
  return {
    admin,
    consumer,
    epoch,
    topics,
    joining: Promise.resolve(),
    seek: ({ topic, partition }, offset) => consumer.seek({ topic, partition, offset: offset.toString() }),
    async begins(topic, partition) {
      const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
      const offset = committed?.partitions.find((one) => one.partition === partition)?.offset
      return offset === undefined || offset === '-1' ? (await watermarks(topic, partition)).low : BigInt(offset)
    },
    pause: (part) => consumer.pause(only(part)),
    resume: (part) => consumer.resume(only(part)),
    watermarks,
  }
}
