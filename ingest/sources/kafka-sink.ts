/** Sends messages to a Kafka topic, keyed so that one order's messages stay in one partition. Resolves when every replica has them. */
import type { KafkaConfig } from './config.ts'
import { SourceError } from './errors.ts'
import { SILENT, compressionType, createKafka, ensureTopics } from './kafka-client.ts'
import type { SourceLog } from './kafka-client.ts'

export type SinkMessage = { readonly key: string | null; readonly value: string | Buffer }

export type KafkaSink = {
  /** Resolves when the messages are durable at the broker; rejects with a retryable error otherwise. */
  send(messages: readonly SinkMessage[]): Promise<void>
  close(): Promise<void>
}

const MESSAGES_PER_REQUEST = 5_000

export async function createKafkaSink(options: {
  config: KafkaConfig
  topic: string
  log?: SourceLog
}): Promise<KafkaSink> {
  const { config, topic } = options
  const kafka = await createKafka(config, options.log ?? SILENT, 'orderlens-sink')
  // One request in flight keeps the messages of a key in the order they were sent, also through retries.
  const producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false })
  let connected: Promise<void> | null = null
  const connect = (): Promise<void> => {
    connected ??= ensureTopics(kafka, [topic], config.partitions)
      .then(() => producer.connect())
      .catch((cause: unknown) => {
        connected = null
        throw cause
      })
    return connected
  }
  return {
    async send(messages) {
      try {
        await connect()
        for (let at = 0; at < messages.length; at += MESSAGES_PER_REQUEST) {
          await producer.send({
            topic,
            acks: -1,
            compression: compressionType(config.compression),
            messages: messages.slice(at, at + MESSAGES_PER_REQUEST).map(({ key, value }) => ({ key, value })),
          })
        }
      } catch (cause) {
        throw new SourceError(
          'UNREACHABLE',
          `Kafka did not take messages for ${topic}; they were not acknowledged and may be sent again`,
          { retryable: true, cause },
        )
      }
    },
    close: () => producer.disconnect(),
  }
}
