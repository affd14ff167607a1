/** What the auditor found: nothing lost and nothing doubled since when, and if not, where. */
import { z } from 'zod'
import type { NamedQuery, Warehouse } from '#warehouse/warehouse.ts'
import { countCell, instantCell, instantOrNever } from './health-cells.ts'

export type AuditedStream = {
  topic: string
  partition: number
  epoch: string
  audited_at: string
  batches: number
  rows: number
  first_offset: string
  last_offset: string
  gaps: number
  missing: number
  doubled: number
  altered: number
  unaccounted: number
  broker_checked: number
  broker_differing: number
}
export type AuditSummary = {
  /** Null before the first round. */
  last_round_at: string | null
  /** The first round since which every round of every stream found nothing; null while something is wrong. */
  clean_since: string | null
  /** When the fault that is still there was first seen. */
  faulty_since: string | null
  rounds: number
  streams: number
  batches: number
  rows: number
  broker_checked: number
  lost: number
  doubled: number
  altered: number
  unaccounted: number
  broker_differing: number
  /** Streams with a fault in their latest round. */
  faults: AuditedStream[]
}
export type AuditFinding = {
  kind: 'gap' | 'vanished' | 'short' | 'doubled' | 'altered' | 'unaccounted'
  range_first: string
  range_last: string
  n: number
}

const FAULTY = 'gaps + missing + doubled + altered + unaccounted + broker_differing > 0'

/** A broker is read again in some rounds only; what the last such round found stands until the next one. */
const latest = {
  name: 'the latest audit of each stream',
  sql: `select topic, partition, epoch, max(l.audited_at) as audited_at, argMax(l.batches, l.audited_at) as batches, argMax(l.rows, l.audited_at) as rows,
      argMax(l.first_offset, l.audited_at) as first_offset, argMax(l.last_offset, l.audited_at) as last_offset,
      argMax(l.gaps, l.audited_at) as gaps, argMax(l.missing, l.audited_at) as missing, argMax(l.doubled, l.audited_at) as doubled,
      argMax(l.altered, l.audited_at) as altered, argMax(l.unaccounted, l.audited_at) as unaccounted,
      argMaxIf(l.broker_checked, l.audited_at, l.broker_checked > 0) as broker_checked,
      argMaxIf(l.broker_differing, l.audited_at, l.broker_checked > 0) as broker_differing
    from audit_log as l group by topic, partition, epoch order by topic, partition, epoch`,
  row: z.object({
    topic: z.string(),
    partition: z.number(),
    epoch: z.string(),
    audited_at: instantCell,
    batches: countCell,
    rows: countCell,
    first_offset: z.string(),
    last_offset: z.string(),
    gaps: countCell,
    missing: countCell,
    doubled: countCell,
    altered: countCell,
    unaccounted: countCell,
    broker_checked: countCell,
    broker_differing: countCell,
  }),
}

/** A round writes its rows with one instant. */
const rounds = {
  name: 'rounds of the auditor',
  sql: `select uniqExact(l.audited_at) as n, max(l.audited_at) as last_at, sum(broker_checked) as checked,
      minIf(l.audited_at, l.audited_at > (select max(audited_at) from audit_log where ${FAULTY})) as clean_since,
      minIf(l.audited_at, l.audited_at > (select maxOrDefault(t) from (select audited_at as t, sum(${FAULTY}) as f from audit_log group by t) where f = 0)) as faulty_since
    from audit_log as l`,
  row: z.object({
    n: countCell,
    last_at: instantOrNever,
    checked: countCell,
    clean_since: instantOrNever,
    faulty_since: instantOrNever,
  }),
}

const STREAM = 'topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String}'
const RAW = `raw_events where ${STREAM}`
const findingRow = z.object({
  kind: z.enum(['gap', 'vanished', 'short', 'doubled', 'altered', 'unaccounted']),
  range_first: z.string(),
  range_last: z.string(),
  n: countCell,
})

/** Looks at the landed rows of one stream themselves; seconds for a stream of millions. */
const findings = {
  name: 'faults of a stream',
  sql: `select kind, toString(a) as range_first, toString(b) as range_last, n from (
      select 'gap' as kind, before + 1 as a, range_first - 1 as b, b - a + 1 as n from (
        select range_first, range_last, max(range_last) over (order by range_first, range_last rows between unbounded preceding and 1 preceding) as before,
          row_number() over (order by range_first, range_last) as place
        from (select distinct range_first, range_last from (
          select range_first, range_last from ${RAW}
          union all select range_first, range_last from stream_notes where ${STREAM} and kind = 'gap_accepted')))
      where place > 1 and range_first > before + 1
      union all
      select 'vanished', min(range_first), max(range_last), any(range_n) from landed_batches
      where ${STREAM} and format not in ('replay', 'olist.mapping') and batch_id not in (select batch_id from ${RAW}) group by batch_id
      union all
      select 'short', any(range_first), any(range_last), any(range_n) - uniqExact(offset) from ${RAW}
      group by batch_id having uniqExact(offset) < any(range_n)
      union all
      select 'doubled', offset, offset, count() from ${RAW} group by offset having count() > 1
      union all
      select 'altered', offset, offset, 1 from ${RAW} and value_hash != cityHash64(key, headers, value)
      union all
      select 'unaccounted', offset, offset, 1 from ${RAW} and not startsWith(topic, 'import/')
        and batch_id in (select batch_id from landed_batches where ${STREAM})
        and offset not in (
          select offset from events where ${STREAM} and ordinal = 0
          union all select offset from dead_letters final where ${STREAM} and ordinal = 0 and is_cured = 0
          union all select offset from set_aside where ${STREAM}))
    order by kind, a limit 200`,
  row: findingRow,
}

export type AuditReads = {
  audit(): Promise<AuditSummary>
  auditFindings(stream: { topic: string; partition: number; epoch: string }): Promise<AuditFinding[]>
}

export function createAuditReads(warehouse: Warehouse): AuditReads {
  const read = <Row>(query: NamedQuery<Row>): Promise<Row[]> => warehouse.query(query)
  return {
    async audit() {
      const [streams, [all]] = await Promise.all([read(latest), read(rounds)])
      const sum = (name: NumberOf<AuditedStream>): number => streams.reduce((total, one) => total + one[name], 0)
      const faults = streams.filter(
        (one) => one.gaps + one.missing + one.doubled + one.altered + one.unaccounted + one.broker_differing > 0,
      )
      return {
        last_round_at: all?.last_at ?? null,
        clean_since: faults.length > 0 ? null : (all?.clean_since ?? null),
        faulty_since: faults.length > 0 ? (all?.faulty_since ?? null) : null,
        rounds: all?.n ?? 0,
        streams: streams.length,
        batches: sum('batches'),
        rows: sum('rows'),
        broker_checked: all?.checked ?? 0,
        lost: sum('missing'),
        doubled: sum('doubled'),
        altered: sum('altered'),
        unaccounted: sum('unaccounted'),
        broker_differing: sum('broker_differing'),
        faults,
      }
    },
    auditFindings: (stream) => warehouse.query(findings, { ...stream }),
  }
}

type NumberOf<T> = { [K in keyof T]: T[K] extends number ? K : never }[keyof T]
