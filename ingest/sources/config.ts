/** Where messages come from and go to. Read once by a main file; everything below gets the result as an argument. */
import { z } from 'zod'
import { SourceError } from './errors.ts'
import { type TopicFormat, refuseEntry } from './kafka-topics.ts'

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)
const topicName = /^[A-Za-z0-9._-]{1,249}$/
const topicEntry = z.string().superRefine((entry, context) => {
  const refusal = refuseEntry(entry)
  if (refusal !== null) context.addIssue({ code: 'custom', message: `${entry}: ${refusal}` })
})
const topicFormat = z.string().transform((text, context): TopicFormat => {
  const at = text.lastIndexOf('=')
  const [topic, format] = [text.slice(0, at), text.slice(at + 1)]
  const refusal = at < 1 || !/^[a-z0-9][a-z0-9._-]*$/.test(format) ? 'expected topic=format' : refuseEntry(topic)
  if (refusal !== null) context.addIssue({ code: 'custom', message: `${text}: ${refusal}` })
  return { topic, format }
})

export const kafkaEnvSchema = z
  .object({
    /** host:port of the brokers, comma-separated; empty = no Kafka. */
    KAFKA_BROKERS: list.pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'expected host:port')).min(1)).optional(),
    /** Topics to read, comma-separated: names, patterns (shop.*) and expressions (/^shop\..+$/, without commas). */
    KAFKA_TOPICS: list.pipe(z.array(topicEntry).min(1)).default(['orderlens.events']),
    /** How a topic's bytes are to be read, comma-separated topic-or-pattern=format; what is not named is CloudEvents. */
    KAFKA_FORMATS: list.pipe(z.array(topicFormat)).default([]),
    /** Topic that carries commands to the outside systems. */
    KAFKA_COMMAND_TOPIC: z.string().regex(topicName).default('orderlens.commands'),
    /** Partitions of a topic that does not exist yet and is created. */
    KAFKA_PARTITIONS: z.coerce.number().int().min(1).max(1_000).default(6),
    KAFKA_GROUP: z.string().min(1).default('orderlens'),
    /** Change it after a topic was deleted and created again: its positions then count as new. */
    KAFKA_EPOCH: z
      .string()
      .regex(/^[A-Za-z0-9._-]{0,40}$/)
      .default(''),
    /** Go on behind messages that the broker deleted before they were read. Otherwise that partition stops. */
    KAFKA_ACCEPT_GAPS: z.stringbool().default(false),
    /** Fetched messages held in memory by one process, in megabytes. */
    KAFKA_BUFFER_MB: z.coerce.number().int().min(8).max(4_096).default(128),
    KAFKA_TLS: z.stringbool().default(false),
    /** File with the certificate authority, when the system's own list does not have it. */
    KAFKA_TLS_CA: z.string().min(1).optional(),
    KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
    KAFKA_SASL_USERNAME: z.string().min(1).optional(),
    KAFKA_SASL_PASSWORD: z.string().min(1).optional(),
    KAFKA_COMPRESSION: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']).default('gzip'),
  })
  .refine(
    (env) =>
      env.KAFKA_SASL_MECHANISM === undefined ||
      (env.KAFKA_SASL_USERNAME !== undefined && env.KAFKA_SASL_PASSWORD !== undefined),
    {
      path: ['KAFKA_SASL_MECHANISM'],
      message: 'needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
    },
  )

export type KafkaConfig = {
  readonly brokers: readonly string[]
  /** Names and patterns; see kafka-topics.ts. */
  readonly topics: readonly string[]
  readonly formats: readonly TopicFormat[]
  readonly commandTopic: string
  readonly partitions: number
  readonly groupId: string
  readonly epoch: string
  readonly acceptGaps: boolean
  readonly bufferBytes: number
  readonly tls: boolean
  readonly tlsCaFile: string | null
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  } | null
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
}

/** Null without KAFKA_BROKERS. Throws one error that lists every bad variable by name, never its value. */
export function loadKafkaConfig(env: Record<string, string | undefined>): KafkaConfig | null {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = kafkaEnvSchema.safeParse(given)
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`).join('; ')
    throw new SourceError('CONFIG', `cannot read the Kafka settings: ${bad}`)
  }
  const v = parsed.data
  if (v.KAFKA_BROKERS === undefined) return null
  return {
    brokers: v.KAFKA_BROKERS,
    topics: v.KAFKA_TOPICS,
    formats: v.KAFKA_FORMATS,
    commandTopic: v.KAFKA_COMMAND_TOPIC,
    partitions: v.KAFKA_PARTITIONS,
    groupId: v.KAFKA_GROUP,
    epoch: v.KAFKA_EPOCH,
    acceptGaps: v.KAFKA_ACCEPT_GAPS,
    bufferBytes: v.KAFKA_BUFFER_MB * 1024 * 1024,
    tls: v.KAFKA_TLS,
    tlsCaFile: v.KAFKA_TLS_CA ?? null,
    sasl:
      v.KAFKA_SASL_MECHANISM === undefined
        ? null
        : {
            mechanism: v.KAFKA_SASL_MECHANISM,
            username: v.KAFKA_SASL_USERNAME ?? '',
            password: v.KAFKA_SASL_PASSWORD ?? '',
          },
    compression: v.KAFKA_COMPRESSION,
  }
}
