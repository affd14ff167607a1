/** Figures about the data itself: what came in, what could not be read, how far detection is. Not about orders: no scope. */
import { z } from 'zod'
import type { NamedQuery, Warehouse } from '#warehouse/warehouse.ts'
import { isoInstant } from './answer.ts'

export type DataHealth = {
  landed: number
  events: number
  dead_letters: number
  balanced: boolean
  sources: { topic: string; format: string; landed: number; last_landed_at: string | null }[]
  dead_by_reason: { reason: string; n: number; sample: string }[]
  last_tick: { at: string; ms: number; orders: number } | null
  data_as_of: string
}

const count = z.coerce.number()

/** Reference files are landed too, but neither become events nor fail to. */
const balance = {
  name: 'landed against events and dead letters',
  sql: `select
      (select count() from raw_events where format = 'cloudevents' or topic in (select distinct topic from events) or topic in (select distinct topic from dead_letters)) as landed,
      (select count() from events final where ordinal = 0) as events,
      (select count() from dead_letters final) as dead_letters`,
  row: z.object({ landed: count, events: count, dead_letters: count }),
}

const sources = {
  name: 'landed by source',
  sql: 'select topic, format, count() as landed, max(landed_at) as last_landed_at from raw_events group by topic, format order by topic, format limit 200',
  row: z.object({ topic: z.string(), format: z.string(), landed: count, last_landed_at: z.string() }),
}

const deadByReason = {
  name: 'dead letters by reason',
  sql: 'select reason, count() as n, any(detail) as sample from dead_letters final group by reason order by n desc, reason limit 50',
  row: z.object({ reason: z.string(), n: count, sample: z.string() }),
}

const lastTick = {
  name: 'last tick',
  sql: 'select clock_at, ms, orders from tick_log order by started_at desc limit 1',
  row: z.object({ clock_at: z.string(), ms: count, orders: count }),
}

export type HealthReads = {
  dataHealth(): Promise<DataHealth>
  /** What happened up to here has been worked out. */
  dataAsOf(): Promise<string>
}

const CLOCK_KEPT_MS = 500

export function createHealthReads(warehouse: Warehouse, now: () => Date): HealthReads {
  const read = async <Row>(query: NamedQuery<Row>): Promise<Row[]> => warehouse.query(query)
  const clockOf = (rows: { clock_at: string }[]): string => isoInstant(rows[0]?.clock_at ?? null) ?? now().toISOString()
  let clock: { readonly at: number; readonly reading: Promise<string> } | undefined

  return {
    async dataHealth() {
      const [[figures], bySource, dead, ticks] = await Promise.all([
        read(balance),
        read(sources),
        read(deadByReason),
        read(lastTick),
      ])
      const { landed, events, dead_letters } = figures ?? { landed: 0, events: 0, dead_letters: 0 }
      const [tick] = ticks
      const data_as_of = clockOf(ticks)
      return {
        landed,
        events,
        dead_letters,
        balanced: landed === events + dead_letters,
        sources: bySource.map((source) => ({ ...source, last_landed_at: isoInstant(source.last_landed_at) })),
        dead_by_reason: dead,
        last_tick: tick === undefined ? null : { at: data_as_of, ms: tick.ms, orders: tick.orders },
        data_as_of,
      }
    },
    async dataAsOf() {
      if (clock === undefined || now().getTime() - clock.at > CLOCK_KEPT_MS) {
        clock = { at: now().getTime(), reading: read(lastTick).then(clockOf) }
        clock.reading.catch(() => (clock = undefined))
      }
      return clock.reading
    },
  }
}
