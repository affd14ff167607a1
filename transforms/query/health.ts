/** Figures about the data itself: where it comes from, what became of it, how far detection is. Not about orders: no scope. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { isoInstant } from './answer.ts'
import { type AuditReads, type AuditSummary, createAuditReads } from './health-audit.ts'
import { type Balance, type BalanceReads, createBalanceReads, isOdd } from './health-balance.ts'
import { type DeadLetterReads, createDeadLetterReads } from './health-dead.ts'
import { type DerivationBreaker, type IngestJob, type JobReads, type SetAside, createJobReads } from './health-jobs.ts'
import { type ModelReads, createModelReads } from './health-models.ts'
import { type DataSource, createSourceReads } from './health-sources.ts'
import { type HeardSystem, createSilenceRead } from './health-silence.ts'
import { type StorageReads, createStorageReads } from './health-storage.ts'
import { kept } from './kept.ts'

export type DataHealth = {
  at: string
  data_as_of: string
  last_tick: { at: string; ms: number; orders: number } | null
  /** With those of its topics that do not balance. */
  balance: Balance
  audit: AuditSummary
  sources: (DataSource & { landed: number; dead_letters: number; waiting: number })[]
  systems: HeardSystem[]
  breakers: (DerivationBreaker & { waiting: number })[]
  set_aside: SetAside[]
  jobs: IngestJob[]
  dead_by_reason: { reason: string; n: number }[]
}

export type HealthReads = {
  /** What happened up to here has been worked out. */
  dataAsOf(): Promise<string>
  readonly data: {
    /** One reading for all who ask within two seconds. */
    health(): Promise<DataHealth>
  } & Pick<BalanceReads, 'balanceExactly'> &
    Pick<AuditReads, 'auditFindings'> &
    Pick<JobReads, 'breakers' | 'jobs'> &
    DeadLetterReads &
    ModelReads &
    StorageReads
}

const CLOCK_KEPT_MS = 500
const HEALTH_KEPT_MS = 2_000
const EXACT_KEPT_MS = 5_000

const lastTick = {
  name: 'last tick',
  sql: 'select clock_at, ms, orders from tick_log order by started_at desc limit 1',
  row: z.object({ clock_at: z.string(), ms: z.number(), orders: z.number() }),
}

export function createHealthReads(warehouse: Warehouse, now: () => Date): HealthReads {
  const ticks = () => warehouse.query(lastTick)
  const clockOf = (rows: { clock_at: string }[]): string => isoInstant(rows[0]?.clock_at ?? null) ?? now().toISOString()
  const { balance, balanceExactly } = createBalanceReads(warehouse, now)
  const { audit, auditFindings } = createAuditReads(warehouse)
  const { sources } = createSourceReads(warehouse, now)
  const systems = createSilenceRead(warehouse)
  const { breakers, setAside, jobs } = createJobReads(warehouse, now)
  const dead = createDeadLetterReads(warehouse)
  const clock = () => now().getTime()

  const health = async (): Promise<DataHealth> => {
    const [last, balanced, audited, from, told, stopped, aside, running, reasons] = await Promise.all([
      ticks(),
      balance(),
      audit(),
      sources(),
      systems(),
      breakers(),
      setAside(),
      jobs(),
      dead.deadByReason(),
    ])
    const [tick] = last
    const data_as_of = clockOf(last)
    const weighed = new Map(balanced.topics.map((topic) => [topic.topic, topic]))
    const of = (topic: string) => weighed.get(topic) ?? { landed: 0, dead_letters: 0, waiting: 0 }
    return {
      at: now().toISOString(),
      data_as_of,
      last_tick: tick === undefined ? null : { at: data_as_of, ms: tick.ms, orders: tick.orders },
      balance: { ...balanced, topics: balanced.topics.filter(isOdd) },
      audit: audited,
      sources: from.map((source) => {
        const { landed, dead_letters, waiting } = of(source.topic)
        return { ...source, landed, dead_letters, waiting }
      }),
      systems: told,
      breakers: stopped.map((breaker) => ({ ...breaker, waiting: of(breaker.topic).waiting })),
      set_aside: aside,
      jobs: running,
      dead_by_reason: reasons,
    }
  }
  return {
    dataAsOf: kept(CLOCK_KEPT_MS, clock, async () => clockOf(await ticks())),
    data: {
      health: kept(HEALTH_KEPT_MS, clock, health),
      balanceExactly: kept(EXACT_KEPT_MS, clock, balanceExactly),
      auditFindings,
      breakers,
      jobs,
      ...dead,
      ...createModelReads(warehouse, async () => clockOf(await ticks())),
      ...createStorageReads(warehouse, now),
    },
  }
}
