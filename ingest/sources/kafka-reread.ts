/** Reads a piece of a topic again, apart from the group that lands it, for the auditor to compare. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConfig } from './config.ts'
import { SILENT, createKafka } from './kafka-client.ts'
import type { Consumer, Kafka, SourceLog } from './kafka-client.ts'

export type RereadMessage = { readonly offset: bigint; readonly value: Buffer | null }
type Stream = { readonly topic: string; readonly partition: number; readonly epoch: string }

const PATIENCE_MS = 20_000

/** Null where the broker does not have the piece: another cluster's stream, a topic that is gone, or messages it let go. */
export function createReread(
  config: KafkaConfig,
  log: SourceLog = SILENT,
): (stream: Stream, first: bigint, last: bigint) => Promise<readonly RereadMessage[] | null> {
  return async (stream, first, last) => {
    const kafka = await createKafka(config, log, 'orderlens-auditor')
    const held = await heldOf(kafka, config, stream)
    if (held === null || last < held.low || first >= held.high) return null
    const from = first < held.low ? held.low : first
    const until = last < held.high ? last : held.high - 1n
    const consumer = kafka.consumer({
      groupId: `${config.groupId}-auditor-${randomUUID()}`,
      maxBytesPerPartition: 1_048_576,
      allowAutoTopicCreation: false,
    })
    await consumer.connect()
    try {
      return await readBetween(consumer, stream, from, until)
    } finally {
      await consumer.disconnect()
    }
  }
}

async function heldOf(
  kafka: Kafka,
  config: KafkaConfig,
  { topic, partition, epoch }: Stream,
): Promise<{ low: bigint; high: bigint } | null> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const { clusterId } = await admin.describeCluster()
    if ([clusterId, config.epoch].filter((part) => part !== '').join('/') !== epoch) return null
    if (!(await admin.listTopics()).includes(topic)) return null
    const held = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition)
    return held === undefined ? null : { low: BigInt(held.low), high: BigInt(held.high) }
  } finally {
    await admin.disconnect()
  }
}

async function readBetween(
  consumer: Consumer,
  { topic, partition }: Stream,
  first: bigint,
  last: bigint,
): Promise<RereadMessage[]> {
  const read: RereadMessage[] = []
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const done = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const others = (payload.memberAssignment[topic] ?? []).filter((one) => one !== partition)
      if (others.length > 0) consumer.pause([{ topic, partitions: others }])
    })
    consumer
      .run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          if (batch.partition !== partition) return Promise.resolve()
          for (const { offset, value } of batch.messages) {
            const at = BigInt(offset)
            if (at >= first && at <= last) read.push({ offset: at, value })
          }
          // A batch ends behind control records too, which are no messages.
          if (BigInt(batch.lastOffset()) >= last) resolve()
          return Promise.resolve()
        },
      })
      .then(() => consumer.seek({ topic, partition, offset: first.toString() }))
      .catch(reject)
  })
  await Promise.race([done, sleep(PATIENCE_MS, undefined, { ref: false })])
  return read
}
