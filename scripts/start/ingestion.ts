/** What brings events in: Kafka where brokers are set, and the HTTP door, both into the one landing. */
import type { Landing } from '#ingest/landing.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import { type HttpSource, createHttpSource } from '#ingest/sources/http.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import type { Log } from './log.ts'
import type { Terminal } from './terminal.ts'

export type Ingestion = { readonly http: HttpSource; stop(): Promise<void> }

export async function startIngestion(options: {
  landing: Landing
  kafka: KafkaConfig | null
  terminal: Terminal
  log: Log
}): Promise<Ingestion> {
  const { landing, kafka, terminal, log } = options
  const land = async (batch: Parameters<Landing['land']>[0]): Promise<void> => void (await landing.land(batch))
  const http = createHttpSource({ land })
  if (kafka === null) return { http, stop: () => http.stop() }
  const resumeOffset = async (topic: string, partition: number, epoch: string): Promise<bigint | null> => {
    const last = await landing.lastOffset(topic, partition, epoch)
    return last === null ? null : last + 1n
  }
  const source = createKafkaSource({ config: kafka, resumeOffset, log })
  await terminal.part(
    'kafka',
    () => source.start(land),
    () => kafka.topics.join(', '),
  )
  return {
    http,
    async stop() {
      await source.stop()
      await http.stop()
    },
  }
}
