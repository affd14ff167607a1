/** Where commands and our own events go: Kafka where brokers are set, otherwise the simulated outside systems in this process. */
import type { CommandSink, EventSink } from '#api/features/actions/sinks.ts'
import type { Landing } from '#ingest/landing.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import { createHttpSource } from '#ingest/sources/http.ts'
import { createKafkaSink } from '#ingest/sources/kafka-sink.ts'
import type { Log } from './log.ts'
import type { Simulation } from './simulation.ts'

export type Outlets = { readonly commands: CommandSink; readonly events: EventSink; close(): Promise<void> }

type Options = {
  readonly landing: Landing
  readonly kafka: KafkaConfig | null
  readonly simulation: Simulation | null
  readonly log: Log
}

export async function createOutlets({ landing, kafka, simulation, log }: Options): Promise<Outlets> {
  // Our own events come in through the front door like anybody's; the sender is an HTTP stream named portal.
  const own = createHttpSource({
    land: (batch, signal) => landing.land(batch, signal),
  })
  const events: EventSink = {
    land: async (event) =>
      void (await own.accept({
        topic: 'http/portal',
        format: 'cloudevents',
        messages: [{ value: Buffer.from(JSON.stringify(event)) }],
      })),
  }
  if (kafka === null) {
    const send = async (command: Readonly<Record<string, unknown>>): Promise<void> => {
      if (simulation === null)
        throw new Error('no outside system takes commands: set KAFKA_BROKERS or run the simulator in this process')
      await simulation.handleCommand(command)
    }
    return { commands: { send }, events, close: () => own.stop() }
  }
  const sink = await createKafkaSink({ config: kafka, topic: kafka.commandTopic, log })
  const commands: CommandSink = {
    send: (command) => sink.send([{ key: String(command['order_id']), value: JSON.stringify(command) }]),
  }
  return {
    commands,
    events,
    async close() {
      await own.stop()
      await sink.close()
    },
  }
}
