/** What the tests on a real broker share: topics of their own, messages to send, and a landing that remembers. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConfig } from './config.ts'
import { SILENT, createKafka, ensureTopics } from './kafka-client.ts'
import type { Kafka } from './kafka-client.ts'
import { createKafkaSink } from './kafka-sink.ts'
import type { SourceBatch } from './source.ts'

export type TestTopics = {
  readonly kafka: Kafka
  /** A topic of its own with its own group, so that no test sees another's positions. */
  topic(partitions?: number, name?: string): Promise<KafkaConfig>
  close(): Promise<void>
}

export async function openTestTopics(base: KafkaConfig): Promise<TestTopics> {
  const kafka = await createKafka(base, SILENT, 'orderlens-test')
  const topics: string[] = []
  return {
    kafka,
    async topic(partitions = 1, name = `test-${randomUUID()}`) {
      topics.push(name)
      await ensureTopics(kafka, [name], partitions)
      return { ...base, topics: [name], commandTopic: name, groupId: name }
    },
    async close() {
      const admin = kafka.admin()
      await admin.connect()
      const existing = new Set(await admin.listTopics())
      await admin.deleteTopics({ topics: [...new Set(topics)].filter((topic) => existing.has(topic)) })
      await admin.disconnect()
    },
  }
}

/** Messages numbered from `from` to before `to`. */
export async function sendNumbers(
  config: KafkaConfig,
  from: number,
  to: number,
  compression: KafkaConfig['compression'] = 'none',
): Promise<void> {
  const sink = await createKafkaSink({ config: { ...config, compression }, topic: config.commandTopic })
  await sink.send(
    Array.from({ length: to - from }, (_, i) => ({
      key: `o-${(from + i) % 7}`,
      value: JSON.stringify({ n: from + i, 注: '订单\n\n异常' }),
    })),
  )
  await sink.close()
}

/** A landing that remembers: what a warehouse is to the source. */
export function aLanding() {
  const landed = new Map<string, { value: string; times: number; headers?: string; format: string }>()
  const next = new Map<string, bigint>()
  const batches: SourceBatch[] = []
  return {
    landed,
    batches,
    resumeOffset: (topic: string, partition: number) => Promise.resolve(next.get(`${topic}/${partition}`) ?? null),
    land: (batch: SourceBatch): Promise<void> => {
      batches.push(batch)
      const stream = `${batch.topic}/${batch.partition}`
      for (const message of batch.messages) {
        const at = `${stream}/${message.offset}`
        landed.set(at, {
          value: message.value?.toString('utf8') ?? '',
          times: (landed.get(at)?.times ?? 0) + 1,
          format: batch.format,
          ...(message.headers !== undefined && { headers: message.headers }),
        })
      }
      const last = batch.last ?? batch.messages.at(-1)?.offset
      if (last !== undefined) next.set(stream, last + 1n)
      return Promise.resolve()
    },
    numbers: () =>
      [...landed.values()].map(({ value }) => (JSON.parse(value) as { n: number }).n).sort((a, b) => a - b),
    once: () => [...landed.values()].every(({ times }) => times === 1),
  }
}

export async function until(condition: () => boolean, ms = 30_000): Promise<void> {
  const deadline = Date.now() + ms
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in time')
    await sleep(25)
  }
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** Short waits; the broker of the tests allows them. */
export const QUICK = { sessionTimeoutMs: 6_000, lingerMs: 100 }
