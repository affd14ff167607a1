/** Sends sample events at a set rate for a while: brokers, topic, partitions, events per second, seconds, compression. */
import { setTimeout as sleep } from 'node:timers/promises'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import { SILENT, compressionType, createKafka } from '#ingest/sources/kafka-client.ts'
import { sampleEvents } from './sample-events.ts'

const [brokers = '', topic = '', partitions = '1', perSecond = '1000', seconds = '10', compression = 'gzip'] =
  process.argv.slice(2)
const BEAT_MS = 100

const config = loadKafkaConfig({ KAFKA_BROKERS: brokers, KAFKA_COMPRESSION: compression })
if (config === null) throw new Error('no broker')
const events = sampleEvents(Number(perSecond) * Number(seconds))
const producer = (await createKafka(config, SILENT, 'orderlens-bench-producer')).producer({ maxInFlightRequests: 4 })
await producer.connect()
const started = performance.now()
let sent = 0
const sending: Promise<unknown>[] = []
while (sent < events.length) {
  const due = Math.min(events.length, Math.floor(((performance.now() - started) / 1000) * Number(perSecond)))
  const messages = events.slice(sent, due).map((value, n) => ({
    partition: Math.floor((sent + n) / 14) % Number(partitions),
    value,
    timestamp: String(Date.now()),
  }))
  sent = due
  if (messages.length > 0)
    sending.push(producer.send({ topic, acks: -1, compression: compressionType(config.compression), messages }))
  await sleep(BEAT_MS)
}
await Promise.all(sending)
await producer.disconnect()
