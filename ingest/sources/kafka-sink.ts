/** Sends messages to a Kafka topic, keyed so that one order's messages stay in one partition. Resolves when every replica has them. */
import type { KafkaConfig } from './config.ts'
import { SourceError } from './errors.ts'
import { SILENT, compressionType, createKafka, ensureTopics } from './kafka-client.ts'
import type { Producer, SourceLog } from './kafka-client.ts'

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
  let connected: Promise<Producer> | null = null
  const connect = (): Promise<Producer> => {
    connected ??= openProducer().catch((cause: unknown) => {
      connected = null
      throw cause
    })
    return connected
  }
  const openProducer = async (): Promise<Producer> => {
    await ensureTopics(kafka, [topic], config.partitions)
    // One request in flight keeps the messages of a key in the order they were sent; idempotent, so that a retry within
    // one sending does not double those that the broker took.
    const producer = kafka.producer({ maxInFlightRequests: 1, idempotent: true, allowAutoTopicCreation: false })
    await producer.connect()
    return producer
  }
  /** After a failure the client would number other messages like those whose fate is unknown: the broker would drop them. */
  const giveUp = async (): Promise<void> => {
    const left = connected
    connected = null
    await left?.then((producer) => producer.disconnect()).catch(() => undefined)
  }
  return {
    async send(messages) {
      try {
        const producer = await connect()
        for (let at = 0; at < messages.length; at += MESSAGES_PER_REQUEST) {
          await producer.send({
            topic,
            acks: -1,
            compression: compressionType(config.compression),
            messages: messages.slice(at, at + MESSAGES_PER_REQUEST).map(({ key, value }) => ({ key, value })),
          })
        }
      } catch (cause) {
        await giveUp()
        throw new SourceError(
          'UNREACHABLE',
          `Kafka did not take messages for ${topic}; they were not acknowledged and may be sent again`,
          { retryable: true, cause },
        )
      }
    },
    close: giveUp,
  }
}
