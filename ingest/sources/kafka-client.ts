/** The one file that knows kafkajs; a change of client library is a change of this file. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import kafkajs from 'kafkajs'
import Connection from 'kafkajs/src/network/connection.js'
import type {
  Admin,
  Consumer,
  ConsumerConfig,
  EachBatchPayload,
  IHeaders,
  Kafka,
  KafkaMessage,
  Producer,
} from 'kafkajs'
import { loadCodecs } from './codecs.ts'
import type { KafkaConfig } from './config.ts'

export type { Admin, Consumer, ConsumerConfig, EachBatchPayload, IHeaders, Kafka, KafkaMessage, Producer }

/** What the sources need of a logger; pino has it. */
export type SourceLog = Record<'info' | 'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>

export const SILENT: SourceLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

const COMPRESSION = {
  none: kafkajs.CompressionTypes.None,
  gzip: kafkajs.CompressionTypes.GZIP,
  snappy: kafkajs.CompressionTypes.Snappy,
  lz4: kafkajs.CompressionTypes.LZ4,
  zstd: kafkajs.CompressionTypes.ZSTD,
} as const

export const compressionType = (name: KafkaConfig['compression']): number => COMPRESSION[name]

/** Bytes that say how long an answer is. */
const SIZE_BYTES = 4

/**
 * The client keeps one connection object for all the lines it opens to a broker, and with it the part of an answer it had
 * when a line was cut: it then reads the answers of the next line from the wrong byte, and what it makes of them ends the
 * process (kafkajs issue 715). Here a line begins with nothing read, and bytes that are no answer end the line.
 */
function mendConnections(): void {
  if (Connection.prototype.connect !== connect) return
  Connection.prototype.connect = function (this: Connection) {
    if (!this.isConnected()) {
      if (this.socket?.connecting === false) this.socket.destroy()
      this.chunks = []
      this.bytesBuffered = 0
      this.bytesNeeded = SIZE_BYTES
    }
    return connect.call(this)
  }
  Connection.prototype.processData = function (this: Connection, data: Buffer) {
    try {
      processData.call(this, data)
    } catch (cause) {
      this.socket?.destroy(cause instanceof Error ? cause : new Error(String(cause)))
    }
  }
}

const { connect, processData } = Connection.prototype

export async function createKafka(config: KafkaConfig, log: SourceLog, clientId = 'orderlens'): Promise<Kafka> {
  mendConnections()
  const codecs = await loadCodecs()
  kafkajs.CompressionCodecs[COMPRESSION.snappy] = codecs.snappy
  kafkajs.CompressionCodecs[COMPRESSION.lz4] = codecs.lz4
  kafkajs.CompressionCodecs[COMPRESSION.zstd] = codecs.zstd
  return new kafkajs.Kafka({
    clientId,
    brokers: [...config.brokers],
    ssl: config.tls ? { ...(config.tlsCaFile !== null && { ca: readFileSync(config.tlsCaFile, 'utf8') }) } : false,
    ...(config.sasl && { sasl: { ...config.sasl } as never }),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
    logLevel: kafkajs.logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: entry }) => {
        const { message, timestamp: _at, logger: _name, stack: _stack, ...fields } = entry
        // The client repeats each of its own retries as an error; to us they are warnings until a source gives up.
        if (level <= kafkajs.logLevel.WARN) log.warn({ ...fields }, `kafka: ${message}`)
      },
  })
}

const TOPICS_READY = { attempts: 30, waitMs: 500 }

/**
 * Creates the topics that do not exist yet and waits until every partition has a leader. Several processes do this at
 * once, and a broker that just heard of a topic may say for a moment that it does not know it.
 */
export async function ensureTopics(kafka: Kafka, topics: readonly string[], partitions: number): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const existing = new Set(await admin.listTopics())
        const missing = topics.filter((topic) => !existing.has(topic))
        if (missing.length > 0) {
          await admin.createTopics({
            waitForLeaders: false,
            topics: missing.map((topic) => ({ topic, numPartitions: partitions })),
          })
        }
        const described = await admin.fetchTopicMetadata({ topics: [...topics] })
        if (described.topics.every((topic) => topic.partitions.every(({ leader }) => leader >= 0))) return
      } catch (cause) {
        if (attempt >= TOPICS_READY.attempts) throw cause
      }
      if (attempt >= TOPICS_READY.attempts) return
      await sleep(TOPICS_READY.waitMs)
    }
  } finally {
    await admin.disconnect()
  }
}

/** The offset a batch was asked from: present in every kafkajs batch, absent from its type. */
export function fetchedFrom(batch: EachBatchPayload['batch']): bigint {
  const asked =
    (batch as unknown as { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset() ?? batch.lastOffset()
  return BigInt(asked)
}
