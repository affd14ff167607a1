/** Reads the command topic for whoever carries commands out. At least once: a handler knows its command ids for ever. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConfig } from './config.ts'
import { SILENT, createKafka, ensureTopics } from './kafka-client.ts'
import type { SourceLog } from './kafka-client.ts'

export type CommandConsumer = { close(): Promise<void> }

const RETRY_MS = 1_000

/** Calls `handle` with each command in the order of its key; a command whose handler fails is delivered again. */
export async function consumeCommands(
  options: { config: KafkaConfig; groupId: string; log?: SourceLog },
  handle: (command: unknown) => Promise<void>,
): Promise<CommandConsumer> {
  const { config, log = SILENT } = options
  const kafka = await createKafka(config, log, 'orderlens-commands')
  const consumer = kafka.consumer({ groupId: options.groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false })
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ensureTopics(kafka, [config.commandTopic], config.partitions)
      await consumer.connect()
      await consumer.subscribe({ topics: [config.commandTopic], fromBeginning: true })
      break
    } catch (cause) {
      log.warn({ err: cause, attempt }, 'commands: Kafka is not reachable; trying again')
      await sleep(RETRY_MS)
    }
  }
  await consumer.run({
    autoCommit: false,
    eachMessage: async (payload) => {
      const { topic, partition, message } = payload
      const command = parse(message.value)
      if (command.kind === 'rejected') {
        log.error(
          { topic, partition, offset: message.offset, reason: command.reason },
          'commands: not a command; passed over',
        )
      } else {
        try {
          await handle(command.value)
        } catch (cause) {
          log.warn({ err: cause, offset: message.offset }, 'commands: the handler failed; trying again')
          const resume = payload.pause()
          void sleep(RETRY_MS, undefined, { ref: false }).then(resume)
          consumer.seek({ topic, partition, offset: message.offset })
          return
        }
      }
      await consumer.commitOffsets([{ topic, partition, offset: (BigInt(message.offset) + 1n).toString() }])
    },
  })
  return { close: () => consumer.disconnect() }
}

type Parsed =
  | { readonly kind: 'accepted'; readonly value: unknown }
  | { readonly kind: 'rejected'; readonly reason: string }

function parse(value: Buffer | null): Parsed {
  if (value === null) return { kind: 'rejected', reason: 'empty message' }
  try {
    return { kind: 'accepted', value: JSON.parse(value.toString('utf8')) as unknown }
  } catch {
    return { kind: 'rejected', reason: 'not JSON' }
  }
}
