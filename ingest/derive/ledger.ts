/** What the deriver reads and writes about batches and topics, apart from the derived rows themselves. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { LandedBatch } from '../landing/lander.ts'
import { type Range, rangesSelection } from './derive.ts'

/** Declares batches derived, so that ticks take them up. */
export async function listBatches(warehouse: Warehouse, batches: readonly LandedBatch[]): Promise<void> {
  await warehouse.insertRows(
    'landed_batches',
    batches.map(({ batchId, topic, partition, epoch, format, first, last, rows, landedAtMs }) => ({
      batch_id: batchId,
      topic,
      partition,
      epoch,
      format,
      range_first: String(first),
      range_last: String(last),
      range_n: rows,
      landed_at: engineInstant(landedAtMs),
    })),
  )
}

const unlistedRow = z.object({
  batch_id: z.string(),
  topic: z.string(),
  partition: z.number(),
  epoch: z.string(),
  format: z.string(),
  range_first: z.string(),
  range_last: z.string(),
  rows: z.number(),
  landed_ms: z.coerce.number(),
})

/** Landed batches of these formats that were never listed, oldest first. */
export async function unlistedBatches(
  warehouse: Warehouse,
  formats: readonly string[],
  landedBeforeMs: number,
): Promise<LandedBatch[]> {
  const found = await warehouse.query(
    {
      name: 'batches not derived',
      sql: `select batch_id, any(topic) as topic, any(partition) as partition, any(epoch) as epoch, any(format) as format,
          min(range_first) as range_first, max(range_last) as range_last, toUInt32(count()) as rows, toUnixTimestamp64Milli(min(r.landed_at)) as landed_ms
        from raw_events as r
        where r.format in {formats:Array(String)} and r.landed_at <= fromUnixTimestamp64Milli({before:Int64})
          and r.batch_id not in (select batch_id from landed_batches)
        group by batch_id order by landed_ms, range_first limit 20000`,
      row: unlistedRow,
    },
    { formats: [...formats], before: String(Math.trunc(landedBeforeMs)) },
  )
  return found.map((row) => ({
    batchId: row.batch_id,
    topic: row.topic,
    partition: row.partition,
    epoch: row.epoch,
    format: row.format,
    first: BigInt(row.range_first),
    last: BigInt(row.range_last),
    rows: row.rows,
    landedAtMs: row.landed_ms,
  }))
}

/** Messages of these ranges that are dead letters, by topic. */
export async function rejectedByTopic(
  warehouse: Warehouse,
  ranges: readonly Range[],
): Promise<ReadonlyMap<string, number>> {
  const { where, params } = rangesSelection(ranges)
  const rows = await warehouse.query(
    {
      name: 'rejected messages by topic',
      sql: `select topic, uniqExact(partition, epoch, offset) as n from dead_letters where is_cured = 0 and reason != 'unknown_order' and (${where}) group by topic`,
      row: z.object({ topic: z.string(), n: z.coerce.number() }),
    },
    params,
  )
  return new Map(rows.map(({ topic, n }) => [topic, n]))
}

export type BreakerState = 'open' | 'closed' | 'held'

export async function storedBreakers(warehouse: Warehouse): Promise<{ topic: string; state: BreakerState }[]> {
  return warehouse.query({
    name: 'stopped derivations',
    sql: "select topic, toString(state) as state from derivation_breakers final where state != 'closed'",
    row: z.object({ topic: z.string(), state: z.enum(['open', 'closed', 'held']) }),
  })
}

export async function writeBreaker(
  warehouse: Warehouse,
  topic: string,
  change: {
    readonly state: BreakerState
    readonly messages: number
    readonly rejected: number
    readonly detail?: string
    readonly changedBy?: string
  },
): Promise<void> {
  const { state, messages, rejected, detail = '', changedBy = 'derivation' } = change
  await warehouse.insertRows('derivation_breakers', [
    { topic, state, messages, rejected, detail, changed_by: changedBy },
  ])
}

export function engineInstant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
