/**
 * The ingesting process of a chaos run: the product's own landing and Kafka source, found by settings. Its parent tells
 * it to join and to leave the group; `CHAOS_POINT=name:count` makes it kill itself when it comes by that point again and again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createLanding } from '#ingest/landing.ts'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import type { Source } from '#ingest/sources/source.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export type Order = 'join' | 'leave' | 'end'
export type Answer = 'ready' | 'joined' | 'left'

const [deadlyPoint, deadlyCount] = (process.env['CHAOS_POINT'] ?? '').split(':')
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination(2))
const passed = new Map<string, number>()

function trace(point: string): void {
  const times = (passed.get(point) ?? 0) + 1
  passed.set(point, times)
  if (point === deadlyPoint && times >= Number(deadlyCount ?? 1)) process.kill(process.pid, 'SIGKILL')
}

async function main(): Promise<void> {
  const config = loadKafkaConfig(process.env)
  if (config === null) throw new Error('KAFKA_BROKERS is not set')
  const warehouse = await reachWarehouse()
  const landing = await createLanding(warehouse)
  const resumeOffset = async (topic: string, partition: number, epoch: string): Promise<bigint | null> => {
    const last = await landing.lastOffset(topic, partition, epoch)
    trace('position-read')
    return last === null ? null : last + 1n
  }
  let source: Source | null = null
  const orders: Record<Order, () => Promise<void>> = {
    async join() {
      source ??= createKafkaSource({
        config,
        resumeOffset,
        log,
        sessionTimeoutMs: Number(process.env['CHAOS_SESSION_MS'] ?? 6_000),
        lingerMs: 100,
      })
      await source.start(async (batch) => void (await landing.land(batch)))
      tell('joined')
    },
    async leave() {
      const leaving = source
      source = null
      await leaving?.stop()
      tell('left')
    },
    async end() {
      await source?.stop()
      await warehouse.close()
      process.exit(0)
    },
  }
  // One after the other: leaving waits for joining.
  let queue: Promise<void> = Promise.resolve()
  process.on('message', (order: Order) => {
    queue = queue
      .then(orders[order])
      .catch((error: unknown) => log.error({ err: error, order }, 'chaos: an order failed'))
  })
  process.once('disconnect', () => process.exit(1))
  tell('ready')
}

async function reachWarehouse(): Promise<Warehouse> {
  for (;;) {
    try {
      return await openWarehouse(loadWarehouseConfig(process.env))
    } catch (error) {
      if ((error as { retryable?: boolean }).retryable !== true) throw error
      log.warn({ err: error }, 'chaos: the warehouse is not reachable yet')
      await sleep(500)
    }
  }
}

const tell = (answer: Answer): void => void process.send?.(answer)

await main()
