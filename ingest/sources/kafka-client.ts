/** The one file that knows kafkajs; a change of client library is a change of this file. */
import { readFileSync } from 'node:fs'
import kafkajs from 'kafkajs'
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

export async function createKafka(config: KafkaConfig, log: SourceLog, clientId = 'orderlens'): Promise<Kafka> {
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

/** Creates the topics that do not exist yet. */
export async function ensureTopics(kafka: Kafka, topics: readonly string[], partitions: number): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = topics.filter((topic) => !existing.has(topic))
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({ topic, numPartitions: partitions })),
      })
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
