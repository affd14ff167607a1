/**
 * Where the data comes from: one entry per topic (Kafka topic, HTTP key, webhook, file, simulated store) with its streams.
 *
 * Throughput is read from the landed rows of the last hour, so that a topic whose derivation stands still shows what lands;
 * parts that are older are skipped by their range of `landed_at`. Earlier last messages come from the list of batches.
 */
import { z } from 'zod'
import type { NamedQuery, Warehouse } from '#warehouse/warehouse.ts'
import { countCell, instantCell, msParam, nullableCount } from './health-cells.ts'

export const SOURCE_MINUTES = 60

export type SourceStream = {
  partition: number
  epoch: string
  state: string
  problem: string
  next_offset: string
  broker_low: string | null
  broker_high: string | null
  /** Messages the broker has and we have not; null where nobody can tell. */
  lag: number | null
  reported_at: string
  per_second: number
}
export type StreamNote = {
  noted_at: string
  partition: number
  kind: string
  range_first: string
  range_last: string
  detail: string
}
export type DataSource = {
  topic: string
  kind: SourceKind
  formats: string[]
  /** Over the last 60 seconds. */
  per_second: number
  /** Messages per minute of the last hour, oldest first; the last is the minute that ends now. */
  minutes: number[]
  last_landed_at: string | null
  lag: number | null
  /** How old the newest landed message was at its broker, where there is lag; null when that is unknown. */
  behind_ms: number | null
  /** The worst of its streams. */
  state: string
  problem: string
  streams: SourceStream[]
  notes: StreamNote[]
}
export type SourceKind = 'kafka' | 'http' | 'webhook' | 'file' | 'simulator' | 'portal'

const minutes = {
  name: 'messages of the last hour by minute',
  sql: `select topic, toUInt8(intDiv({now:Int64} - toUnixTimestamp64Milli(r.landed_at), 60000)) as ago, count() as n,
      max(r.landed_at) as last_at, any(format) as some_format
    from raw_events as r
    where r.landed_at > fromUnixTimestamp64Milli({now:Int64}) - interval ${SOURCE_MINUTES} minute and r.landed_at <= fromUnixTimestamp64Milli({now:Int64})
    group by topic, ago`,
  row: z.object({ topic: z.string(), ago: z.number(), n: countCell, last_at: instantCell, some_format: z.string() }),
}

const partitions = {
  name: 'messages of the last hour by stream',
  sql: `select topic, partition, countIf(r.landed_at > fromUnixTimestamp64Milli({now:Int64}) - interval 1 minute) as n,
      toUnixTimestamp64Milli(max(broker_at)) as broker_ms
    from raw_events as r
    where r.landed_at > fromUnixTimestamp64Milli({now:Int64}) - interval ${SOURCE_MINUTES} minute
    group by topic, partition`,
  row: z.object({ topic: z.string(), partition: z.number(), n: countCell, broker_ms: countCell }),
}

const batches = {
  name: 'topics by their batches',
  sql: `select topic, format, max(b.landed_at) as last_at from landed_batches as b
    where format != 'replay' and range_n > 0 group by topic, format`,
  row: z.object({ topic: z.string(), format: z.string(), last_at: instantCell }),
}

/** 64-bit offsets arrive as text. A topic made anew has another epoch; the stream that is read now is the one that reported last. */
const status = {
  name: 'where each stream stands',
  sql: `select topic, partition, epoch, kind, state, problem, next_offset, broker_low, broker_high,
      if(broker_high is null, null, if(broker_high > next_offset, broker_high - next_offset, 0)) as lag, reported_at
    from stream_status final order by reported_at desc limit 1 by topic, partition`,
  row: z.object({
    topic: z.string(),
    partition: z.number(),
    epoch: z.string(),
    kind: z.string(),
    state: z.string(),
    problem: z.string(),
    next_offset: z.string(),
    broker_low: z.string().nullable(),
    broker_high: z.string().nullable(),
    lag: nullableCount,
    reported_at: instantCell,
  }),
}

const notes = {
  name: 'what happened to streams',
  sql: `select topic, partition, kind, range_first, range_last, detail, noted_at
    from stream_notes where noted_at > fromUnixTimestamp64Milli({now:Int64}) - interval 30 day
    order by noted_at desc limit 20 by topic limit 500`,
  row: z.object({
    topic: z.string(),
    partition: z.number(),
    kind: z.string(),
    range_first: z.string(),
    range_last: z.string(),
    detail: z.string(),
    noted_at: instantCell,
  }),
}

type Row<Query> = Query extends { readonly row: z.ZodType<infer R> } ? R : never

/** A reader tells where it stands every few seconds; one that has not for this long tells nothing about the present. */
const REPORT_MS = 60_000
const MOST_SOURCES = 500
const STATES = ['failed', 'stopped', 'unreported', 'paused', 'waiting']

export type SourceReads = { sources(): Promise<DataSource[]> }

export function createSourceReads(warehouse: Warehouse, now: () => Date): SourceReads {
  return {
    async sources() {
      const at = now().getTime()
      const read = <R>(query: NamedQuery<R>): Promise<R[]> =>
        warehouse.query(query, query.sql.includes('{now:') ? { now: msParam(at) } : {})
      const [byMinute, byPartition, byBatch, stood, noted] = await Promise.all([
        read(minutes),
        read(partitions),
        read(batches),
        read(status),
        read(notes),
      ])
      const topics = [...new Set([...byBatch, ...byMinute, ...stood].map(({ topic }) => topic))].sort()
      return topics.slice(0, MOST_SOURCES).map((topic) => {
        const of = <R extends { topic: string }>(rows: readonly R[]): R[] => rows.filter((row) => row.topic === topic)
        const recent = of(byMinute)
        const here = of(byPartition)
        const streams = of(stood).map((row) => toStream(row, here, at))
        const lag = sumOf(streams.map((stream) => stream.lag))
        return {
          topic,
          kind: kindOf(topic, of(stood)[0]?.kind),
          formats: [
            ...new Set([...of(byBatch).map((row) => row.format), ...recent.map((row) => row.some_format)]),
          ].sort(),
          per_second: (recent.find(({ ago }) => ago === 0)?.n ?? 0) / 60,
          minutes: minutesOf(recent),
          last_landed_at: latest([...recent, ...of(byBatch)].map((row) => row.last_at)),
          lag,
          behind_ms: behind(streams, here, at),
          ...worst(streams),
          streams: streams.sort((a, b) => a.partition - b.partition),
          notes: of(noted).map(({ topic: _, ...note }) => note),
        }
      })
    },
  }
}

function toStream(row: Row<typeof status>, here: readonly Row<typeof partitions>[], at: number): SourceStream {
  const { topic: _, kind: __, ...stream } = row
  const isOld = at - Date.parse(row.reported_at) > REPORT_MS && row.state !== 'stopped'
  return {
    ...stream,
    state: isOld ? 'unreported' : row.state,
    per_second: (here.find(({ partition }) => partition === row.partition)?.n ?? 0) / 60,
  }
}

function minutesOf(recent: readonly Row<typeof minutes>[]): number[] {
  const counts = new Map(recent.map(({ ago, n }) => [ago, n]))
  return Array.from({ length: SOURCE_MINUTES }, (_, index) => counts.get(SOURCE_MINUTES - 1 - index) ?? 0)
}

/** Null when no stream can tell, otherwise the sum over those that can. */
function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

function behind(streams: readonly SourceStream[], here: readonly Row<typeof partitions>[], at: number): number | null {
  const ages = streams
    .filter(({ lag }) => (lag ?? 0) > 0)
    .map(({ partition }) => here.find((row) => row.partition === partition)?.broker_ms ?? null)
  if (ages.length === 0) return streams.some(({ lag }) => lag !== null) ? 0 : null
  return ages.some((age) => age === null) ? null : Math.max(0, at - Math.min(...ages.map((age) => age ?? at)))
}

function worst(streams: readonly SourceStream[]): { state: string; problem: string } {
  const rank = ({ state, problem }: SourceStream): number => {
    const place = STATES.indexOf(state)
    return (place === -1 ? STATES.length : place) - (problem === '' ? 0 : STATES.length)
  }
  const [first] = [...streams].sort((a, b) => rank(a) - rank(b))
  return { state: first?.state ?? '', problem: first?.problem ?? '' }
}

const latest = (instants: readonly string[]): string | null => [...instants].sort().at(-1) ?? null

const KINDS: readonly SourceKind[] = ['kafka', 'http', 'webhook', 'file', 'simulator', 'portal']

/** A stream says its kind; of one that never reported the name tells it. */
function kindOf(topic: string, told: string | undefined): SourceKind {
  const known = KINDS.find((kind) => kind === told)
  if (topic === 'http/portal') return 'portal'
  if (known !== undefined) return known
  if (topic.startsWith('http/')) return 'http'
  if (topic.startsWith('webhook/')) return 'webhook'
  if (topic.startsWith('import/')) return 'file'
  return topic === 'simulator' ? 'simulator' : 'kafka'
}
