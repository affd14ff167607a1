/**
 * The ingesting process of a chaos run: the product's own landing and Kafka source, found by settings. Its parent tells
 * it to open its warehouse, to join and to leave the group, and arms it: then it kills itself where it was told to.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createAuditor } from '#ingest/audit/auditor.ts'
import { createLanding } from '#ingest/landing.ts'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import type { Source } from '#ingest/sources/source.ts'
import { createStreamLedger } from '#ingest/sources/stream-ledger.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Arms, createFailpoints } from './failpoints.ts'
import { chaosMapping } from './mapping.ts'

export type Order = 'open' | 'join' | 'leave' | 'end' | 'stats'
export type Command = Order | { readonly arm: Arms }
export type Stats = { readonly loopDelayP99Ms: number; readonly heapMb: number; readonly waiting: number }
export type Answer = 'ready' | 'opened' | 'joined' | 'left' | { readonly reached: string } | { readonly stats: Stats }

const tell = (answer: Answer): void => void process.send?.(answer)
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination(2))
const failpoints = createFailpoints((reached) => tell({ reached }))
const { trace } = failpoints
const AUDIT_MS = 2_000

async function main(): Promise<void> {
  const given = loadKafkaConfig(process.env)
  if (given === null) throw new Error('KAFKA_BROKERS is not set')
  const config = given
  const format = process.env['CHAOS_FORMAT']
  const loopDelay = monitorEventLoopDelay({ resolution: 10 })
  loopDelay.enable()
  let opened: Awaited<ReturnType<typeof open>> | null = null
  let source: Source | null = null

  const orders: Record<Order, () => Promise<void>> = {
    async open() {
      opened ??= await open()
      tell('opened')
    },
    async join() {
      opened ??= await open()
      const { landing, ledger, resumeOffset } = opened
      source ??= createKafkaSource({
        config,
        resumeOffset,
        lastLanded: ledger.lastLanded,
        note: ledger.note,
        report: ledger.report,
        log,
        trace,
        sessionTimeoutMs: Number(process.env['CHAOS_SESSION_MS'] ?? 6_000),
        lingerMs: 100,
      })
      await source.start(async (batch, signal) => {
        await landing.land({ ...batch, ...(format !== undefined && { format }) }, signal)
      })
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
      await opened?.close()
      process.exit(0)
    },
    stats() {
      tell({
        stats: {
          loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
          heapMb: process.memoryUsage().heapUsed / 2 ** 20,
          waiting: opened?.landing.waiting().messages ?? 0,
        },
      })
      loopDelay.reset()
      return Promise.resolve()
    },
  }
  // One after the other: leaving waits for joining.
  let queue: Promise<void> = Promise.resolve()
  const enqueue = (order: Order): void => {
    queue = queue
      .then(orders[order])
      .catch((error: unknown) => log.error({ err: error, order }, 'chaos: an order failed'))
  }
  process.on('message', (command: Command) => {
    if (typeof command === 'object') failpoints.arm(command.arm)
    else enqueue(command)
  })
  process.once('SIGTERM', () => enqueue('end'))
  process.once('disconnect', () => process.exit(1))
  // A spare is loaded and waits to be told.
  if (process.env['CHAOS_SPARE'] === undefined) opened = await open()
  tell('ready')
}

async function open() {
  const warehouse = failpoints.troubled(await reachWarehouse())
  const mappings = [chaosMapping]
  const landing = await createLanding(warehouse, { trace, mappings, log })
  const auditor = createAuditor(warehouse, { trace, mappings, log, everyMs: AUDIT_MS })
  const starting = setTimeout(() => auditor.start(), Number(process.env['CHAOS_AUDIT_AFTER_MS'] ?? 60_000))
  return {
    landing,
    ledger: createStreamLedger(warehouse),
    resumeOffset: landing.takeOver,
    async close() {
      clearTimeout(starting)
      await auditor.stop()
      await landing.close()
      await warehouse.close()
    },
  }
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

await main()
