/**
 * What the rows of the landing say about themselves, one row per stream: do the ranges tile, is every message of a range
 * there, once and unaltered, and did each become an event, a dead letter or something set aside.
 */
import { z } from 'zod'
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'

export type StreamAudit = {
  readonly topic: string
  readonly partition: number
  readonly epoch: string
  readonly batches: number
  readonly rows: number
  readonly first: bigint
  readonly last: bigint
  /** Places where the ranges do not meet, without those an operator accepted. */
  readonly gaps: number
  /** Messages that were there and are not; of a gap nobody knows anything about, each offset. */
  readonly missing: number
  /** Rows beyond the first of an offset. */
  readonly doubled: number
  /** Rows whose bytes are not those that landed. */
  readonly altered: number
  /** Derived messages without an outcome, or outcomes without their message. */
  readonly unaccounted: number
}

/** Up to here every row is looked at in each round; a larger table is looked at whole for its ranges, and for its bytes and outcomes since a while ago. */
const WHOLE = { ranges: 20_000_000, bytes: 1_000_000 }
const RECENT_MS = 3_600_000

const count = z.coerce.number()
const stream = { topic: z.string(), partition: z.number(), epoch: z.string() }
type Key = { readonly topic: string; readonly partition: number; readonly epoch: string }
const keyOf = ({ topic, partition, epoch }: Key): string => JSON.stringify([topic, partition, epoch])

/** Batches by their ranges; a gap inside a range that was accepted is none. */
const rangesQuery = (isExact: boolean) => ({
  name: 'audit of ranges',
  sql: `select topic, partition, epoch, count() as batches, sum(n) as rows, min(f) as first, max(l) as last,
      countIf(gap > 0) as gaps, sum(gap) as gap_offsets, sum(greatest(expected - present, 0)) as lacking,
      sum(n - present) as repeated, countIf(place > 1 and f <= seen) as overlaps
    from (
      select b.topic as topic, b.partition as partition, b.epoch as epoch, n, f, l, expected, present, place, seen,
        if(place > 1 and f > seen + 1 and not arrayExists(r -> r.1 <= seen + 1 and r.2 >= f - 1, a.ranges), f - seen - 1, 0) as gap
      from (
        select *, row_number() over w as place,
          max(l) over (partition by topic, partition, epoch order by f, l rows between unbounded preceding and 1 preceding) as seen
        from (
          select topic, partition, epoch, batch_id, toInt64(min(range_first)) as f, toInt64(max(range_last)) as l,
            toInt64(max(range_n)) as expected, toInt64(count()) as n, ${isExact ? 'toInt64(uniqExact(offset))' : 'least(n, expected)'} as present
          from raw_events group by topic, partition, epoch, batch_id
        ) window w as (partition by topic, partition, epoch order by f, l)
      ) as b
      left join (
        select topic, partition, epoch, groupArray((toInt64(range_first), toInt64(range_last))) as ranges
        from stream_notes where kind = 'gap_accepted' group by topic, partition, epoch
      ) as a on a.topic = b.topic and a.partition = b.partition and a.epoch = b.epoch
    )
    group by topic, partition, epoch order by topic, partition, epoch`,
  row: z.object({
    ...stream,
    batches: count,
    rows: count,
    first: z.coerce.bigint(),
    last: z.coerce.bigint(),
    gaps: count,
    gap_offsets: count,
    lacking: count,
    repeated: count,
    overlaps: count,
  }),
})

const perStream = (name: string, sql: string) => ({ name, sql, row: z.object({ ...stream, n: count }) })

const SINCE = 'landed_at >= fromUnixTimestamp64Milli({since:Int64})'

const alteredQuery = perStream(
  'audit of bytes',
  `select topic, partition, epoch, count() as n from raw_events where ${SINCE} and value_hash != cityHash64(key, headers, value) group by topic, partition, epoch`,
)

/** Batches that were derived and listed, and of which nothing is left: their whole range is gone. */
const vanishedQuery = perStream(
  'audit of vanished batches',
  `select topic, partition, epoch, sum(range_n) as n from (select distinct batch_id, topic, partition, epoch, range_n from landed_batches where format not in ('replay', 'olist.mapping'))
   where batch_id not in (select batch_id from raw_events) group by topic, partition, epoch`,
)

/** Messages of listed batches on one side, outcomes on the other; formats that are mapped as a whole answer for themselves. */
const accountQuery = perStream(
  'audit of outcomes',
  `select topic, partition, epoch, countIf(raw != outcomes) as n from (
     select topic, partition, epoch, offset, max(is_raw) as raw, least(sum(is_outcome), 255) as outcomes from (
       select distinct topic, partition, epoch, offset, 1 as is_raw, 0 as is_outcome, 'raw' as kind from raw_events
         where ${SINCE} and format in {formats:Array(String)} and batch_id in (select batch_id from landed_batches)
       union all select distinct topic, partition, epoch, offset, 0, 1, 'event' from events where ordinal = 0 and ${SINCE} and (topic, partition, epoch) in (select topic, partition, epoch from raw_events where format in {formats:Array(String)})
       union all select distinct topic, partition, epoch, offset, 0, 1, 'dead' from (select * from dead_letters final where ${SINCE}) where ordinal = 0 and is_cured = 0 and format in {formats:Array(String)}
       union all select distinct topic, partition, epoch, offset, 0, 1, 'aside' from set_aside where ${SINCE}
     ) group by topic, partition, epoch, offset having max(is_raw) = 1
   ) group by topic, partition, epoch having n > 0`,
)

const repeatedQuery = perStream(
  'audit of one stream',
  `select topic, partition, epoch, count() - uniqExact(offset) as n from raw_events
   where topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String} group by topic, partition, epoch`,
)

/** Audits every stream. `formats` are those that are derived message by message. */
export async function auditStreams(
  warehouse: Warehouse,
  formats: readonly string[],
  nowMs: number,
): Promise<StreamAudit[]> {
  const [size] = await warehouse.query({
    name: 'landed rows',
    sql: 'select count() as n from raw_events',
    row: z.object({ n: count }),
  })
  const total = size?.n ?? 0
  const since = String(total <= WHOLE.bytes ? 0 : nowMs - RECENT_MS)
  const counts = async (query: typeof alteredQuery, params: QueryParams): Promise<Map<string, number>> =>
    new Map((await warehouse.query(query, params)).map((found) => [keyOf(found), found.n]))

  const ranges = await warehouse.query(rangesQuery(total <= WHOLE.ranges))
  const altered = await counts(alteredQuery, { since })
  const vanished = await counts(vanishedQuery, {})
  const unaccounted = await counts(accountQuery, { since, formats: [...formats] })
  const audits: StreamAudit[] = []
  for (const { repeated, overlaps, gap_offsets, lacking, ...found } of ranges) {
    const key = keyOf(found)
    const doubled = overlaps === 0 ? repeated : await repeatedIn(warehouse, found)
    audits.push({
      ...found,
      // A vanished batch says how many messages its gap held; another gap is counted by its offsets.
      missing: lacking + (vanished.get(key) ?? gap_offsets),
      doubled,
      altered: altered.get(key) ?? 0,
      unaccounted: unaccounted.get(key) ?? 0,
    })
    vanished.delete(key)
  }
  // A stream of which nothing at all is left.
  for (const [key, missing] of vanished) {
    const [topic, partition, epoch] = JSON.parse(key) as [string, number, string]
    const nothing = { batches: 0, rows: 0, first: 0n, last: 0n, gaps: 0, doubled: 0, altered: 0, unaccounted: 0 }
    audits.push({ topic, partition, epoch, ...nothing, missing })
  }
  return audits
}

async function repeatedIn(warehouse: Warehouse, { topic, partition, epoch }: Key): Promise<number> {
  const [found] = await warehouse.query(repeatedQuery, { topic, partition, epoch })
  return found?.n ?? 0
}
