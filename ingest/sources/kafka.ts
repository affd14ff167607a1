/** Reads Kafka topics into the landing. A position moves only after its bytes are durable; nothing is ever skipped. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConfig } from './config.ts'
import { SourceError } from './errors.ts'
import { SILENT, createKafka, ensureTopics, fetchedFrom } from './kafka-client.ts'
import type { Admin, Consumer, EachBatchPayload, Kafka, SourceLog } from './kafka-client.ts'
import { judge, slice } from './kafka-position.ts'
import type { PartitionPosition, Verdict } from './kafka-position.ts'
import type { LandBatch, Source, SourceMessage } from './source.ts'

export type KafkaSourceOptions = {
  readonly config: KafkaConfig
  /** The first offset of the partition that is not landed yet; null when nothing of it is. */
  readonly resumeOffset: (topic: string, partition: number, epoch: string) => Promise<bigint | null>
  readonly log?: SourceLog
  /** How the bytes of a topic are to be read; CloudEvents unless named here. */
  readonly formats?: Readonly<Record<string, string>>
  /** How long the broker may collect messages before it answers: larger blocks against later events. */
  readonly lingerMs?: number
  readonly sessionTimeoutMs?: number
}

const SLICE = { messages: 50_000, bytes: 16 * 1024 * 1024 }
const FETCH_BYTES_PER_PARTITION = 8 * 1024 * 1024
const FETCH_BYTES = 32 * 1024 * 1024
const LINGER_BYTES = 256 * 1024
const PARTITIONS_AT_ONCE = 3
const BACKOFF_MS = { first: 250, most: 30_000 }
/** After this long without an answer from the landing the partition is given up to another member of the group. */
const LAND_TIMEOUT_MS = 300_000

export function createKafkaSource(options: KafkaSourceOptions): Source {
  const { config, log = SILENT, sessionTimeoutMs = 30_000 } = options
  const partitions = new Map<string, PartitionPosition>()
  const failures = new Map<string, number>()
  const resumes = new Set<NodeJS.Timeout>()
  let session: { kafka: Kafka; admin: Admin; consumer: Consumer; epoch: string } | null = null
  let stopping = false
  let opening: Promise<void> = Promise.resolve()

  const open = async (land: LandBatch): Promise<void> => {
    const kafka = await createKafka(config, log)
    const admin = kafka.admin()
    const consumer = kafka.consumer({
      groupId: config.groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
      maxBytesPerPartition: FETCH_BYTES_PER_PARTITION,
      maxBytes: FETCH_BYTES,
      minBytes: LINGER_BYTES,
      maxWaitTimeInMs: options.lingerMs ?? 500,
      allowAutoTopicCreation: false,
    })
    try {
      await ensureTopics(kafka, config.topics, config.partitions)
      await admin.connect()
      const { clusterId } = await admin.describeCluster()
      const epoch = [clusterId, config.epoch].filter((part) => part !== '').join('/')
      await consumer.connect()
      if (stopping) throw new SourceError('UNREACHABLE', 'stopped while connecting')
      session = { kafka, admin, consumer, epoch }
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        partitions.clear()
        log.info({ group: config.groupId, assignment: payload.memberAssignment }, 'kafka: joined')
      })
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) scheduleOpen(land, payload.error)
      })
      await consumer.subscribe({ topics: [...config.topics], fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => takeBatch(land, payload),
      })
    } catch (cause) {
      session = null
      await Promise.allSettled([consumer.disconnect(), admin.disconnect()])
      throw cause
    }
  }

  const openUntilItWorks = async (land: LandBatch): Promise<void> => {
    for (let attempt = 1; !stopping; attempt += 1) {
      try {
        await open(land)
        return
      } catch (cause) {
        if (stopping) return
        log.warn(
          { err: cause, brokers: config.brokers, attempt },
          'kafka: not reachable; landing waits and resumes at its position',
        )
        await sleep(backoff(attempt))
      }
    }
  }

  const scheduleOpen = (land: LandBatch, cause: Error): void => {
    const old = session
    session = null
    log.error({ err: cause }, 'kafka: the consumer gave up; connecting again')
    opening = Promise.allSettled([old?.consumer.disconnect(), old?.admin.disconnect()]).then(() =>
      openUntilItWorks(land),
    )
  }

  const positionOf = async (
    topic: string,
    partition: number,
    epoch: string,
    low: bigint,
  ): Promise<PartitionPosition> => {
    const key = `${topic}/${partition}`
    const known = partitions.get(key)
    if (known !== undefined) return known
    const position = { next: (await options.resumeOffset(topic, partition, epoch)) ?? low, soughtTo: null }
    partitions.set(key, position)
    return position
  }

  const takeBatch = async (land: LandBatch, payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload
    const { topic, partition } = batch
    const key = `${topic}/${partition}`
    if (session === null) return
    const { admin, consumer, epoch } = session
    try {
      const known = partitions.get(key)
      const asked = fetchedFrom(batch)
      const high = BigInt(batch.highWatermark)
      // Asking the broker for its first offset is a round trip, needed only when the batch does not simply continue.
      const low = known !== undefined && asked === known.next ? asked : await lowWatermark(admin, topic, partition)
      const position = await positionOf(topic, partition, epoch, low)
      const verdict = judge(position, asked, { low, high })
      if (verdict.kind === 'seek') {
        position.soughtTo = verdict.offset
        consumer.seek({ topic, partition, offset: verdict.offset.toString() })
        return
      }
      if (verdict.kind === 'lost' || verdict.kind === 'replaced') {
        const problem = explain(topic, partition, position.next, verdict)
        if (verdict.kind === 'replaced' || !config.acceptGaps) {
          log.error({ err: problem, topic, partition }, problem.message)
          payload.pause()
          return
        }
        log.error({ err: problem, topic, partition }, 'kafka: going on behind lost messages, as KAFKA_ACCEPT_GAPS says')
        position.next = verdict.last + 1n
      }
      await landBatch(land, payload, position, epoch)
      failures.delete(key)
    } catch (cause) {
      if (isGroupError(cause)) throw cause
      const failed = (failures.get(key) ?? 0) + 1
      failures.set(key, failed)
      const waitMs = backoff(failed)
      log.warn(
        { err: cause, topic, partition, failed, waitMs },
        'kafka: landing failed; the partition waits and tries again',
      )
      const resume = payload.pause()
      const timer = setTimeout(() => {
        resumes.delete(timer)
        resume()
      }, waitMs)
      resumes.add(timer)
    }
  }

  const landBatch = async (
    land: LandBatch,
    payload: EachBatchPayload,
    position: PartitionPosition,
    epoch: string,
  ): Promise<void> => {
    const { batch } = payload
    const { topic, partition } = batch
    const fresh: SourceMessage[] = []
    for (const message of batch.messages) {
      const offset = BigInt(message.offset)
      if (offset >= position.next)
        fresh.push({ offset, key: message.key, value: message.value, brokerAtMs: Number(message.timestamp) })
    }
    const format = options.formats?.[topic] ?? 'cloudevents'
    for (const messages of slice(fresh, SLICE)) {
      if (!payload.isRunning() || payload.isStale()) return
      await whileBeating(
        land({ topic, partition, epoch, format, messages }),
        () => payload.heartbeat(),
        sessionTimeoutMs / 5,
      )
      const last = messages.at(-1)
      if (last !== undefined) {
        position.next = last.offset + 1n
        payload.resolveOffset(last.offset.toString())
      }
    }
    const end = BigInt(batch.lastOffset())
    if (end >= position.next) position.next = end + 1n
    payload.resolveOffset(batch.lastOffset())
    await commitHint(payload, topic, partition, position.next)
    await payload.heartbeat()
  }

  /** Lag monitors read the group's committed offsets; a lost commit costs nothing because the warehouse has the position. */
  const commitHint = async (
    payload: EachBatchPayload,
    topic: string,
    partition: number,
    next: bigint,
  ): Promise<void> => {
    await payload
      .commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next.toString() }] }] })
      .catch((cause: unknown) => {
        log.warn({ err: cause, topic, partition }, 'kafka: the commit was not taken')
      })
  }

  return {
    name: 'kafka',
    async start(land) {
      stopping = false
      opening = openUntilItWorks(land)
      await Promise.race([opening, sleep(15_000, undefined, { ref: false })])
    },
    async stop() {
      stopping = true
      for (const timer of resumes) clearTimeout(timer)
      resumes.clear()
      // A connection attempt that is still running ends by itself once it sees the stop.
      await Promise.race([opening, sleep(5_000, undefined, { ref: false })])
      const open = session
      session = null
      // The consumer's disconnect waits for the batch in flight.
      await Promise.allSettled([open?.consumer.disconnect(), open?.admin.disconnect()])
    },
  }
}

async function lowWatermark(admin: Admin, topic: string, partition: number): Promise<bigint> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return BigInt(offsets.find((one) => one.partition === partition)?.low ?? '0')
}

/** A group that moves on hears no heartbeat while a long insert runs, so the wait itself beats. */
async function whileBeating(work: Promise<void>, heartbeat: () => Promise<void>, everyMs: number): Promise<void> {
  const startedAt = Date.now()
  let interrupted: unknown = null
  const timer = setInterval(() => {
    if (Date.now() - startedAt > LAND_TIMEOUT_MS) return
    heartbeat().catch((cause: unknown) => {
      interrupted ??= cause
    })
  }, everyMs)
  try {
    await work
  } finally {
    clearInterval(timer)
  }
  if (interrupted !== null) throw interrupted
}

function explain(
  topic: string,
  partition: number,
  next: bigint,
  verdict: Extract<Verdict, { kind: 'lost' | 'replaced' }>,
): SourceError {
  return verdict.kind === 'lost'
    ? new SourceError(
        'MESSAGES_LOST',
        `${topic}/${partition}: the broker deleted ${verdict.first} to ${verdict.last} before they were read. The partition stops. To go on behind them, set KAFKA_ACCEPT_GAPS=true and start again.`,
      )
    : new SourceError(
        'STREAM_REPLACED',
        `${topic}/${partition}: the broker ends at ${verdict.end}, but ${next} is expected next: the topic was created anew. The partition stops. To read the new topic from its beginning, set KAFKA_EPOCH to a new name and start again.`,
      )
}

/** Errors that the client itself must see to rejoin its group; the landing's own failures never look like this. */
function isGroupError(cause: unknown): boolean {
  return cause instanceof Error && cause.name.startsWith('KafkaJS')
}

function backoff(attempt: number): number {
  const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** (attempt - 1))
  return Math.round(most * (0.5 + Math.random() / 2))
}
