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
  /** Goes on at another rate. */
  rate(perSecond: number): void
  /** Goes on with this message of the run; those before it are never sent. */
  skipTo(message: number): void
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

type Message = { readonly partition: number; readonly key: string; readonly value: Buffer | null }

const BEAT_MS = 100
/** One request; the broker's own limit for a request is 100 MB. */
const SEND_BYTES = 24_000_000

export async function startProducer(options: ProducerOptions): Promise<Producer> {
  const { config, topic, partitions, run, payload = payloadOf } = options
  const kafka = await createKafka(config, SILENT, 'orderlens-chaos-producer')
  const producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false, retry: { retries: 1 } })
  appendFileSync(options.ledger, '')
  let [n, acknowledged, unclear] = [0, 0, 0]
  let isRunning = true
  let isConnected = false
  let perSecond = options.perSecond

  /** The next messages of the run, at most `most` and not much more than a request holds. */
  const take = (most: number): Message[] => {
    const messages: Message[] = []
    for (let bytes = 0; messages.length < most && bytes < SEND_BYTES; n += 1) {
      const { key, value } = payload(run, n)
      bytes += value?.length ?? 0
      messages.push({ partition: n % partitions, key, value })
    }
    return messages
  }

  const send = async (messages: readonly Message[]): Promise<void> => {
    try {
      if (!isConnected) await producer.connect()
      isConnected = true
      const answers = await producer.send({ topic, acks: -1, timeout: 5_000, messages: [...messages] })
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
      debt = Math.min(perSecond, debt + ((now - at) * perSecond) / 1000)
      at = now
      const messages = take(Math.floor(debt))
      debt -= messages.length
      if (messages.length > 0) await send(messages)
      await sleep(BEAT_MS)
    }
    await producer.disconnect()
  }
  const ended = loop()
  return {
    acknowledged: () => acknowledged,
    unclear: () => unclear,
    skipTo(message) {
      n = Math.max(n, message)
    },
    rate(next) {
      perSecond = next
    },
    async stop() {
      isRunning = false
      await ended
    },
  }
}
