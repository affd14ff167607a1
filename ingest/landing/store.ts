/** `raw_events` as the writer sees it: positions, inserts of one block, and what an unclear insert left behind. */
import { createHash, randomUUID } from 'node:crypto'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { SourceBatch, SourceMessage } from '../sources/source.ts'
import { type BatchHeader, type Packed, contentHash, encodeRawEvents, pack, rawColumns, rawStructure } from './arrow.ts'
import { LandingError } from './errors.ts'
import type { Slice } from './protocol.ts'

export const streamKey = ({ topic, partition, epoch }: Stream): string => JSON.stringify([topic, partition, epoch])

export type Stream = { readonly topic: string; readonly partition: number; readonly epoch: string }

/** A slice made ready to be inserted as one block. */
export type Block<Encoded = unknown> = {
  readonly header: BatchHeader
  readonly messages: readonly SourceMessage[]
  readonly encoded: Encoded
}

export type RawStore<Encoded = unknown> = {
  prepare(batch: SourceBatch, slice: Slice, landedAtMs: number): Block<Encoded>
  /** Makes this process the stream's writer, where several could write. */
  claim(stream: Stream): Promise<void>
  /** The last offset the stream's rows account for; null when it has none. */
  position(stream: Stream): Promise<bigint | null>
  /**
   * Inserts a block, or of its messages only those given. Throws `LandingError` FENCED when another process became the
   * writer, and anything else when the outcome is not known.
   */
  insert(block: Block<Encoded>, attempt: number, only?: readonly SourceMessage[], signal?: AbortSignal): Promise<void>
  /** Resolves when no earlier insert of the batch is running any more. */
  settle(header: BatchHeader): Promise<void>
  /** Offsets of the batch that are there. */
  present(header: BatchHeader): Promise<ReadonlySet<bigint>>
  /** How many of them there are. */
  count(header: BatchHeader): Promise<number>
}

const STREAM = 'topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String}'
const streamParams = ({ topic, partition, epoch }: Stream) => ({ topic, partition, epoch })
const BATCH = `${STREAM} and offset between {first:UInt64} and {last:UInt64} and batch_id = {batch:String}`
const batchParams = (header: BatchHeader) => ({
  ...streamParams(header),
  first: String(header.rangeFirst),
  last: String(header.rangeLast),
  batch: header.batchId,
})

/** ClickHouse's number for `throwIf`. */
const THROWN_IF = 395
const INSERT_NAME = 'landing'

export function createRawStore(warehouse: Warehouse, writer: string = randomUUID()): RawStore<Packed> {
  // The embedded engine locks its folder: nobody else can write, and nothing has to be claimed.
  const isShared = warehouse.mode === 'server'
  const insertName = (stream: Stream): string =>
    `${INSERT_NAME}:${createHash('sha256')
      .update(JSON.stringify(streamParams(stream)))
      .digest('hex')
      .slice(0, 16)}`
  const blockName = (header: BatchHeader): string =>
    `${insertName(header)}:${header.rangeFirst}-${header.rangeLast}:${header.batchId.slice(-16)}:`

  return {
    prepare(batch, slice, landedAtMs) {
      const encoded = pack(slice.messages)
      return {
        header: headerOf(batch, slice, contentHash(encoded), landedAtMs),
        messages: slice.messages,
        encoded,
      }
    },

    async claim(stream) {
      if (!isShared) return
      await warehouse.command(
        `insert into writer_claims (topic, partition, epoch, writer, generation)
         select {topic:String}, {partition:UInt16}, {epoch:String}, {writer:String}, max(generation) + 1 from writer_claims where ${STREAM}`,
        { ...streamParams(stream), writer },
      )
      // An insert that began before the claim was seen may still commit; one that begins later is refused.
      await untilOver(warehouse, insertName(stream))
    },

    async position(stream) {
      const [row] = await warehouse.query(
        {
          name: 'position of a stream',
          sql: `select max(range_last) as last, count() as n from raw_events where ${STREAM}`,
          row: z.object({ last: z.string(), n: z.string() }),
        },
        streamParams(stream),
      )
      return row === undefined || row.n === '0' ? null : BigInt(row.last)
    },

    async insert({ header, messages, encoded }, attempt, only, signal) {
      // Encoding is a turn of the loop of its own, after the one that laid out and hashed.
      await nextTurn()
      const arrow = only === undefined ? encodeRawEvents(header, messages, encoded) : encodeRawEvents(header, only)
      const guard = isShared
        ? {
            sql: `throwIf((select argMax(writer, (generation, writer)) from writer_claims where ${STREAM}) != {writer:String}) = 0`,
            params: { ...streamParams(header), writer },
            structure: rawStructure,
            queryId: `${blockName(header)}${attempt}:${randomUUID()}`,
            ...(signal && { signal }),
          }
        : undefined
      try {
        await warehouse.insertArrow('raw_events', rawColumns, arrow, guard)
      } catch (cause) {
        if ((cause as { engineCode?: number | null }).engineCode !== THROWN_IF) throw cause
        throw new LandingError(
          'FENCED',
          `${header.topic}/${header.partition}: another process writes this stream now`,
          {
            cause,
          },
        )
      }
    },

    settle: (header) => (isShared ? untilOver(warehouse, blockName(header)) : Promise.resolve()),

    async present(header) {
      const rows = await warehouse.query(
        {
          name: 'offsets of a batch',
          sql: `select distinct offset from raw_events where ${BATCH}`,
          row: z.object({ offset: z.string() }),
        },
        batchParams(header),
      )
      return new Set(rows.map(({ offset }) => BigInt(offset)))
    },

    async count(header) {
      const [row] = await warehouse.query(
        {
          name: 'rows of a batch',
          sql: `select uniqExact(offset) as n from raw_events where ${BATCH}`,
          row: z.object({ n: z.string() }),
        },
        batchParams(header),
      )
      return Number(row?.n ?? 0)
    },
  }
}

function headerOf(batch: SourceBatch, slice: Slice, content: string, landedAtMs: number): BatchHeader {
  const { topic, partition, epoch, format } = batch
  const { first, last, messages } = slice
  return {
    topic,
    partition,
    epoch,
    batchId: `${topic}:${partition}:${epoch}:${first}-${last}:${messages.length}:${content}`,
    rangeFirst: first,
    rangeLast: last,
    rangeN: messages.length,
    format,
    landedAtMs,
  }
}

const POLL_MS = 50
const KILL_AFTER_MS = 10_000

/** Waits until no insert whose query id begins so is running; one that does not end is ended. */
async function untilOver(warehouse: Warehouse, prefix: string): Promise<void> {
  const startedMs = Date.now()
  for (;;) {
    const [row] = await warehouse.query(
      {
        name: 'running inserts of a stream',
        sql: 'select count() as n from system.processes where startsWith(query_id, {prefix:String})',
        row: z.object({ n: z.string() }),
      },
      { prefix },
    )
    if (row?.n === '0') return
    if (Date.now() - startedMs > KILL_AFTER_MS)
      await warehouse.command('kill query where startsWith(query_id, {prefix:String}) sync', { prefix })
    await sleep(POLL_MS)
  }
}
