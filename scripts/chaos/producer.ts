/** Sends at a set rate whatever happens to the broker; what is acknowledged goes into the ledger. */
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import { SILENT, createKafka } from '#ingest/sources/kafka-client.ts'
import { type Entry, writeLedger } from './ledger.ts'
import { type Payload, payloadOf, sha256 } from './payload.ts'

export type Producer = {
  readonly acknowledged: () => number
  /** Messages whose sending failed: the broker may have them or not. */
  readonly unclear: () => number
  /** Ends after the messages in flight. */
  stop(): Promise<void>
}

export type ProducerOptions = {
  readonly config: KafkaConfig
  readonly topic: string
  readonly partitions: number
  readonly ledger: string
  readonly run: string
  readonly perSecond: number
  /** Message n of the run; canonical events unless given. */
  readonly payload?: (run: string, n: number) => Payload
}

const BEAT_MS = 100

export async function startProducer(options: ProducerOptions): Promise<Producer> {
  const { config, topic, partitions, run, payload = payloadOf } = options
  const kafka = await createKafka(config, SILENT, 'orderlens-chaos-producer')
  const producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false, retry: { retries: 1 } })
  appendFileSync(options.ledger, '')
  let [n, acknowledged, unclear] = [0, 0, 0]
  let isRunning = true
  let isConnected = false

  const sendBeat = async (count: number): Promise<void> => {
    const messages = Array.from({ length: count }, () => {
      const { key, value } = payload(run, n)
      const partition = n % partitions
      n += 1
      return { partition, key, value }
    })
    try {
      if (!isConnected) await producer.connect()
      isConnected = true
      const answers = await producer.send({ topic, acks: -1, timeout: 5_000, messages })
      const next = new Map(answers.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? -1)]))
      const entries: Entry[] = []
      for (const { partition, value } of messages) {
        const offset = next.get(partition)
        if (offset === undefined || offset < 0n) {
          unclear += 1
          continue
        }
        next.set(partition, offset + 1n)
        entries.push({ partition, offset, sha: sha256(value) })
      }
      await writeLedger(options.ledger, entries)
      acknowledged += entries.length
    } catch {
      // Not believed and not sent again: the oracle accepts such a message landed once per copy, or not at all.
      unclear += messages.length
      await sleep(200)
    }
  }

  const loop = async (): Promise<void> => {
    let debt = 0
    let at = performance.now()
    while (isRunning) {
      const now = performance.now()
      debt = Math.min(options.perSecond, debt + ((now - at) * options.perSecond) / 1000)
      at = now
      const count = Math.floor(debt)
      debt -= count
      if (count > 0) await sendBeat(count)
      await sleep(BEAT_MS)
    }
    await producer.disconnect()
  }
  const ended = loop()
  return {
    acknowledged: () => acknowledged,
    unclear: () => unclear,
    async stop() {
      isRunning = false
      await ended
    },
  }
}
