/** Looks at the broker from outside of the batches: where each partition stands, what was added, what stands still. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConfig } from './config.ts'
import type { Admin, SourceLog } from './kafka-client.ts'
import type { Partition, Partitions } from './kafka-partitions.ts'
import { contradicts } from './kafka-position.ts'
import type { Reader, ReaderSession } from './kafka-reader.ts'
import { selectTopics } from './kafka-topics.ts'
import type { StreamNote, StreamStatus } from './stream-ledger.ts'

export type WatchedSession = ReaderSession & { readonly admin: Admin; readonly topics: readonly string[] }

export type WatchOptions = {
  readonly config: KafkaConfig
  readonly partitions: Partitions
  readonly reader: Reader
  readonly log: SourceLog
  readonly note: (note: StreamNote) => void
  readonly report: (statuses: readonly StreamStatus[]) => Promise<void>
  /** Null while there is no connection. */
  readonly session: () => WatchedSession | null
  readonly reopen: (why: string) => void
  readonly statusMs: number
  readonly rescanMs: number
  readonly watchdogMs: number
}

export type Watch = { stop(): Promise<void> }

/** Two looks in a row must agree: a broker that was just made leader may not know its end yet. */
const LOOKS = 2

export function startWatch(options: WatchOptions): Watch {
  const { config, partitions, reader, log } = options
  const ending = new AbortController()
  let epoch = ''
  let scannedAt = Date.now()

  const lookAtTopic = async (session: WatchedSession, topic: string): Promise<void> => {
    const before = partitions
      .all()
      .filter((part) => part.topic === topic)
      .map((part) => ({ part, next: part.position?.next ?? null }))
    const offsets = await session.admin.fetchTopicOffsets(topic)
    for (const { part, next } of before) {
      const found = offsets.find((one) => one.partition === part.partition)
      if (found === undefined) continue
      part.low = BigInt(found.low)
      part.high = BigInt(found.high)
      if (next === null || part.state === 'stopped' || part.inHand > 0) continue
      const verdict = contradicts(next, { low: part.low, high: part.high })
      part.contradictions = verdict === null ? 0 : part.contradictions + 1
      // A gap that may be accepted is passed when the next message is read.
      if (verdict === null || part.contradictions < LOOKS || (verdict.kind === 'lost' && config.acceptGaps)) continue
      if (part.position?.next === next && partitions.isCurrent(part)) reader.contradict(session, part, verdict)
    }
  }

  const look = async (session: WatchedSession): Promise<void> => {
    epoch = session.epoch
    const topics = [...new Set(partitions.all().map(({ topic }) => topic))]
    try {
      for (const topic of topics) await lookAtTopic(session, topic)
    } catch (cause) {
      log.warn({ err: cause }, 'kafka: the broker did not tell its offsets')
    }
  }

  const statusOf = (part: Partition, isConnected: boolean): StreamStatus => ({
    topic: part.topic,
    partition: part.partition,
    epoch,
    kind: 'kafka',
    state: part.state,
    nextOffset: part.position?.next ?? 0n,
    brokerLow: part.low,
    brokerHigh: part.high,
    problem: part.problem === '' && !isConnected ? 'no connection to the broker' : part.problem,
  })

  const reportAll = async (): Promise<void> => {
    const statuses = partitions
      .all()
      .filter((part) => part.position !== null || part.problem !== '')
      .map((part) => statusOf(part, options.session() !== null))
    if (statuses.length > 0) await options.report(statuses)
  }

  const scan = async (session: WatchedSession): Promise<void> => {
    scannedAt = Date.now()
    const found = selectTopics(config.topics, await session.admin.listTopics())
    const added = found.filter((topic) => !session.topics.includes(topic))
    const removed = session.topics.filter((topic) => !found.includes(topic))
    const tell = (topic: string, kind: StreamNote['kind'], detail: string): void => {
      options.note({ topic, partition: 0, epoch: session.epoch, kind, first: 0n, last: 0n, detail })
    }
    for (const topic of added) tell(topic, 'topic_added', `${topic} is read from now on, from its beginning`)
    for (const topic of removed) tell(topic, 'topic_removed', `${topic} is no longer at the broker`)
    if (added.length + removed.length > 0 && options.session() === session)
      options.reopen(
        `topics changed: ${[...added.map((one) => `+${one}`), ...removed.map((one) => `-${one}`)].join(', ')}`,
      )
  }

  /** A client that stopped fetching without a word is replaced; one that waits for the landing is not. */
  const watchdog = (session: WatchedSession): void => {
    const still = partitions
      .all()
      .find(
        (part) =>
          part.state === 'running' &&
          part.inHand === 0 &&
          part.position !== null &&
          part.high !== null &&
          part.high > part.position.next &&
          Date.now() - part.progressAtMs > options.watchdogMs,
      )
    if (still === undefined) return
    const detail = `${still.key}: ${(still.high ?? 0n) - (still.position?.next ?? 0n)} messages wait and none came for ${Math.round((Date.now() - still.progressAtMs) / 1000)} s; connecting again`
    const { topic, partition } = still
    options.note({ topic, partition, epoch: session.epoch, kind: 'reader_reopened', first: 0n, last: 0n, detail })
    options.reopen(detail)
  }

  const round = async (): Promise<void> => {
    const session = options.session()
    if (session !== null) {
      await look(session)
      if (options.session() === session) watchdog(session)
      if (Date.now() - scannedAt >= options.rescanMs) await scan(session)
    }
    await reportAll()
  }

  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await sleep(Math.min(options.statusMs, options.rescanMs), undefined, { signal: ending.signal }).catch(
        () => undefined,
      )
      if (ending.signal.aborted) return
      await round().catch((cause: unknown) => log.warn({ err: cause }, 'kafka: looking at the broker failed'))
    }
  }
  const ended = run()
  return {
    async stop() {
      ending.abort()
      await ended
    },
  }
}
