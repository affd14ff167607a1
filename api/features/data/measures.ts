/** Ingestion in the metrics: read with the health of the data, which is kept for a moment, so scraping often costs little. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Door } from '#transforms/query/door.ts'
import { kept } from '#transforms/query/kept.ts'
import { usedShare } from '#warehouse/disk.ts'

const DISK_KEPT_MS = 30_000

type Health = Awaited<ReturnType<Door['data']['health']>>

export function measureData(registry: Registry, door: Pick<Door, 'data'>, onError: (cause: unknown) => void): void {
  const registers = [registry]
  // A scrape collects all measures at once: each waits for the one reading.
  const refresh = kept(1_000, Date.now, async () => {
    const health = await door.data.health().catch((cause: unknown) => {
      onError(cause)
      return null
    })
    if (health !== null) take(health)
    measured.set(health === null ? 0 : 1)
  })
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `orderlens_${name}`, help, labelNames, registers, collect: refresh })
  const measured = gauge(
    'data_measured',
    '1 when the measures of the data were read just now, 0 when the warehouse did not answer and they are old.',
  )
  const landed = new Counter({
    name: 'orderlens_landed_messages_total',
    help: 'Messages landed, by topic.',
    labelNames: ['topic'],
    registers,
    collect: refresh,
  })
  const dead = gauge('dead_letters', 'Dead letters that are not cured, by reason.', ['reason'])
  const lag = gauge('stream_lag', 'Messages a broker has and we have not.', ['topic', 'partition'])
  const waiting = gauge('derivation_waiting', 'Landed messages that are not derived yet, by topic.', ['topic'])
  const stopped = gauge('derivation_stopped', '1 for a topic whose derivation is stopped by its breaker.', ['topic'])
  // A disk fills slowly, and looking through all parts costs more than the rest.
  const look = kept(DISK_KEPT_MS, Date.now, () => door.data.storage())
  const measureDisk = kept(1_000, Date.now, async () => {
    const room = await look().catch((cause: unknown) => {
      onError(cause)
      return null
    })
    if (!room?.disk) return
    free.set(room.disk.free)
    used.set(usedShare(room.disk))
  })
  const disk = (name: string, help: string) =>
    new Gauge({ name: `orderlens_${name}`, help, registers, collect: measureDisk })
  const free = disk('disk_free_bytes', 'Room left on the disk of the warehouse.')
  const used = disk('disk_used_share', 'Used share of the disk of the warehouse; above 0.85 make room.')
  const lost = gauge('audit_lost', 'Messages the auditor misses.')
  const doubled = gauge('audit_doubled', 'Messages the auditor found twice.')
  const altered = gauge('audit_altered', 'Messages whose bytes are not those that landed, or not those of the broker.')
  const unaccounted = gauge('audit_unaccounted', 'Derived messages that became nothing.')
  const round = gauge('audit_last_round_seconds', 'When the auditor last went round, in seconds since the epoch.')
  const unbalanced = gauge('balance_difference', 'Messages that are missing from the balance or count twice.')

  const take = (health: Health): void => {
    for (const measure of [landed, dead, lag, waiting, stopped]) measure.reset()
    for (const source of health.sources) {
      landed.inc({ topic: source.topic }, source.landed)
      waiting.set({ topic: source.topic }, source.waiting)
      for (const stream of source.streams)
        if (stream.lag !== null) lag.set({ topic: source.topic, partition: stream.partition }, stream.lag)
    }
    for (const { reason, n } of health.dead_by_reason) dead.set({ reason }, n)
    for (const { topic, state } of health.breakers) stopped.set({ topic }, state === 'open' ? 1 : 0)
    const { audit, balance } = health
    lost.set(audit.lost)
    doubled.set(audit.doubled)
    altered.set(audit.altered + audit.broker_differing)
    unaccounted.set(audit.unaccounted)
    if (audit.last_round_at !== null) round.set(Date.parse(audit.last_round_at) / 1_000)
    unbalanced.set(balance.missing + balance.surplus)
  }
}
