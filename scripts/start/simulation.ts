/** The simulated store and the outside systems behind it, delivering into the landing or to Kafka. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Landing } from '#ingest/landing.ts'
import { plantedBefore } from '#ingest/simulator/incident.ts'
import { openJournal } from '#ingest/simulator/journal.ts'
import {
  ANSWER_PARTITION,
  type LiveProgress,
  SIMULATOR_TOPIC,
  STORE_PARTITION,
  createLiveSource,
  storeEpoch,
} from '#ingest/simulator/live.ts'
import { createOutside } from '#ingest/simulator/outside.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { consumeCommands } from '#ingest/sources/kafka-commands.ts'
import { createKafkaSink } from '#ingest/sources/kafka-sink.ts'
import { namedTopics } from '#ingest/sources/kafka-topics.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import type { LandBatch } from '#ingest/sources/source.ts'
import type { StartConfig } from './config.ts'
import type { Log } from './log.ts'

export type Simulation = {
  /** Resolves when the history is delivered. */
  start(onProgress: (progress: LiveProgress) => void): Promise<void>
  handleCommand(command: unknown): Promise<void>
  stop(): Promise<void>
}

type Options = {
  readonly config: StartConfig['simulator']
  readonly directory: string
  readonly landing: Landing
  readonly kafka: KafkaConfig | null
  readonly log: Log
}

export async function createSimulation({ config, directory, landing, kafka, log }: Options): Promise<Simulation> {
  mkdirSync(directory, { recursive: true })
  const anchorMs = rememberedNumber(join(directory, `anchor-${config.seed}`), () => Date.now())
  const store = createStore({
    seed: config.seed,
    ordersPerDay: config.ordersPerDay,
    ...plantedBefore(anchorMs),
  })
  const journal = await openJournal(directory)
  const way = kafka === null ? throughLanding(landing) : await throughKafka(kafka, directory, log)
  const outside = createOutside({
    store,
    journal,
    now: Date.now,
    landedOffset: await way.lastOffset(ANSWER_PARTITION, journal.id),
  })
  const progress = { listener: (_: LiveProgress): void => undefined }
  const source = createLiveSource({
    store,
    anchorMs,
    historyDays: config.historyDays,
    outside,
    landedOffset: await way.lastOffset(STORE_PARTITION, storeEpoch(store, anchorMs, config.historyDays)),
    onProgress: (each) => progress.listener(each),
    onRetry: (error) => {
      // That there is no room is told once, by whoever looks at the disk.
      if ((error as { code?: unknown } | null)?.code !== 'NO_ROOM')
        log.warn({ err: error }, 'simulator: delivery failed; trying again')
    },
  })
  const handleCommand = async (command: unknown): Promise<void> => {
    const outcome = await outside.handleCommand(command)
    if (outcome.kind === 'rejected') log.warn({ reason: outcome.reason }, 'simulator: not a command')
  }
  const commands =
    kafka === null
      ? null
      : await consumeCommands({ config: kafka, groupId: `simulator-${config.seed}`, log }, handleCommand)
  return {
    handleCommand,
    async start(onProgress) {
      progress.listener = onProgress
      await source.start(way.land)
    },
    async stop() {
      await commands?.close()
      await source.stop()
      await way.close()
      await journal.close()
    },
  }
}

type Way = {
  readonly land: LandBatch
  lastOffset(partition: number, epoch: string): Promise<bigint | null>
  close(): Promise<void>
}

function throughLanding(landing: Landing): Way {
  return {
    land: async (batch) => void (await landing.land(batch)),
    lastOffset: (partition, epoch) => landing.lastOffset(SIMULATOR_TOPIC, partition, epoch),
    close: () => Promise.resolve(),
  }
}

/** Kafka gives messages offsets of its own, so how far the store came is noted beside the journal, after the broker has it. */
async function throughKafka(kafka: KafkaConfig, directory: string, log: Log): Promise<Way> {
  const sink = await createKafkaSink({ config: kafka, topic: namedTopics(kafka.topics)[0] ?? 'orderlens.events', log })
  const noteOf = (partition: number, epoch: string): string => join(directory, `sent-${partition}-${epoch}`)
  return {
    async land({ partition, epoch, messages }) {
      await sink.send(
        messages.map((message) => ({ key: message.key?.toString() ?? null, value: message.value ?? Buffer.alloc(0) })),
      )
      const last = messages.at(-1)
      if (last !== undefined) writeFileSync(noteOf(partition, epoch), String(last.offset))
    },
    lastOffset: (partition, epoch) => Promise.resolve(rememberedBigint(noteOf(partition, epoch))),
    close: () => sink.close(),
  }
}

function rememberedNumber(file: string, create: () => number): number {
  const known = rememberedBigint(file)
  if (known !== null) return Number(known)
  const value = create()
  writeFileSync(file, String(value))
  return value
}

function rememberedBigint(file: string): bigint | null {
  try {
    return BigInt(readFileSync(file, 'utf8').trim())
  } catch {
    // not there yet, or cut short by a crash: starting over repeats events, and repeated events change nothing
    return null
  }
}
