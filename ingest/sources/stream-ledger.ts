/** Keeps in the warehouse what a live source says of its streams: what happened to them, and where they stand. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'

export type StreamNoteKind =
  | 'topic_added'
  | 'topic_removed'
  | 'partition_added'
  | 'retention_cut'
  | 'gap_accepted'
  | 'topic_recreated'
  | 'reader_reopened'

/** Something happened to a stream; `first` and `last` are the offsets it is about, 0 where it is about none. */
export type StreamNote = {
  readonly topic: string
  readonly partition: number
  readonly epoch: string
  readonly kind: StreamNoteKind
  readonly first: bigint
  readonly last: bigint
  readonly detail: string
}

export type StreamStatus = {
  readonly topic: string
  readonly partition: number
  readonly epoch: string
  readonly kind: 'kafka'
  readonly state: 'running' | 'paused' | 'waiting' | 'stopped'
  readonly nextOffset: bigint
  readonly brokerLow: bigint | null
  readonly brokerHigh: bigint | null
  readonly problem: string
}

export type StreamLedger = {
  /** Kept until the warehouse took it; the same note of the same stream is written once. */
  note(note: StreamNote): Promise<void>
  /** The latest word counts, so one that the warehouse does not take is dropped. Never rejects. */
  report(statuses: readonly StreamStatus[]): Promise<void>
  /** The last landed row of a stream with the SHA-256 of its value, or null. */
  lastLanded(topic: string, partition: number, epoch: string): Promise<{ offset: bigint; valueHash: string } | null>
}

const MOST_WAITING = 10_000

export function createStreamLedger(warehouse: Warehouse): StreamLedger {
  const waiting: StreamNote[] = []
  let writing: Promise<void> = Promise.resolve()

  const writeWaiting = async (): Promise<void> => {
    for (let note = waiting[0]; note !== undefined; note = waiting[0]) {
      if (!(await isKnown(note))) await warehouse.insertRows('stream_notes', [rowOf(note)])
      waiting.shift()
    }
  }
  const flush = (): Promise<void> => {
    writing = writing.then(writeWaiting).catch(() => undefined)
    return writing
  }
  const isKnown = async (note: StreamNote): Promise<boolean> => {
    // A reader that was opened again is news each time.
    if (note.kind === 'reader_reopened') return false
    const { noted_at: _, detail: __, ...same } = { noted_at: null, ...rowOf(note) }
    const [found] = await warehouse.query(known, same)
    return found !== undefined && found.n !== '0'
  }

  return {
    async note(note) {
      if (waiting.length < MOST_WAITING) waiting.push(note)
      await flush()
    },
    async report(statuses) {
      if (waiting.length > 0) await flush()
      await warehouse.insertRows('stream_status', statuses.map(statusRow)).catch(() => undefined)
    },
    async lastLanded(topic, partition, epoch) {
      const [row] = await warehouse.query(lastRow, { topic, partition, epoch })
      return row === undefined ? null : { offset: BigInt(row.offset), valueHash: row.hash }
    },
  }
}

const rowOf = ({ topic, partition, epoch, kind, first, last, detail }: StreamNote) => ({
  topic,
  partition,
  epoch,
  kind,
  range_first: String(first),
  range_last: String(last),
  detail,
})

const statusRow = (status: StreamStatus) => ({
  topic: status.topic,
  partition: status.partition,
  epoch: status.epoch,
  kind: status.kind,
  state: status.state,
  next_offset: String(status.nextOffset),
  broker_low: status.brokerLow === null ? null : String(status.brokerLow),
  broker_high: status.brokerHigh === null ? null : String(status.brokerHigh),
  problem: status.problem,
})

const known = {
  name: 'a note known already',
  sql: `select count() as n from stream_notes where topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String}
    and kind = {kind:String} and range_first = {range_first:UInt64} and range_last = {range_last:UInt64}`,
  row: z.object({ n: z.string() }),
}

const lastRow = {
  name: 'last landed row',
  sql: `select offset, lower(hex(SHA256(value))) as hash from raw_events
    where topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String}
    order by raw_events.offset desc limit 1`,
  row: z.object({ offset: z.string(), hash: z.string() }),
}
