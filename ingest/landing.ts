/**
 * The one writer of `raw_events`. A batch is one partition, one insert, one part; where a source goes on is read from the
 * rows themselves. An unclear outcome is looked up, never guessed; there is no path that gives up and drops.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type BatchHeader, encodeRawEvents, rawColumns } from './arrow.ts'
import { deriveAgain, installDerivation } from './derive.ts'
import type { SourceBatch, SourceMessage } from './sources/source.ts'

/** One insert of this size is still one block and one part; live sources send far less at once. */
export const MAX_BATCH_ROWS = 200_000
export const MAX_BATCH_BYTES = 48_000_000
const CLOUDEVENTS = 'cloudevents'

export type LandedBatch = { readonly batchId: string; readonly rows: number }

export type Landing = {
  /** Lands what of the batch is not landed yet; resolves when it is durable and derived. Order within a partition is the caller's. */
  land(batch: SourceBatch): Promise<LandedBatch[]>
  /** Highest landed offset, or null when the partition is new; read from the rows, because another process may have landed since. */
  lastOffset(topic: string, partition: number, epoch: string): Promise<bigint | null>
  /** Declares batches of a foreign format mapped, so that ticks take them up. Canonical batches are listed by `land`. */
  list(batchIds: readonly string[]): Promise<void>
  /** Batches of a format whose mapping was never declared done, oldest first. */
  unlisted(formatPrefix: string): Promise<string[]>
}

export type LandingOptions = {
  readonly now?: () => number
  /** Told about every wait caused by a warehouse that does not take the batch. */
  readonly onRetry?: (attempt: number, cause: unknown) => void
}

/** Installs the derivation, derives what a crash left half done, and returns the writer. */
export async function createLanding(warehouse: Warehouse, options: LandingOptions = {}): Promise<Landing> {
  await installDerivation(warehouse)
  const positions = new Map<string, bigint>()
  const now = options.now ?? Date.now

  // Read anew whenever a source asks: another process may have had the partition in between.
  const lastOffset = async (topic: string, partition: number, epoch: string): Promise<bigint | null> => {
    const [row] = await warehouse.query(lastOffsetQuery, { topic, partition, epoch })
    if (row === undefined || row.n === '0') return null
    positions.set(streamOf(topic, partition, epoch), BigInt(row.last))
    return BigInt(row.last)
  }

  const landSlice = async (batch: SourceBatch, messages: readonly SourceMessage[]): Promise<LandedBatch> => {
    const header = headerOf(batch, messages, now())
    const arrow = encodeRawEvents(header, messages)
    await insertVerified(warehouse, header, messages.length, arrow, options)
    positions.set(streamOf(batch.topic, batch.partition, batch.epoch), header.rangeLast)
    if (batch.format === CLOUDEVENTS) await list(warehouse, [header.batchId])
    return { batchId: header.batchId, rows: messages.length }
  }

  const landing: Landing = {
    lastOffset,
    list: (batchIds) => list(warehouse, batchIds),
    async land(batch) {
      const known = positions.get(streamOf(batch.topic, batch.partition, batch.epoch))
      const last = known ?? (await lastOffset(batch.topic, batch.partition, batch.epoch))
      const fresh = last === null ? batch.messages : batch.messages.filter((message) => message.offset > last)
      const landed: LandedBatch[] = []
      for (const slice of slices(fresh)) landed.push(await landSlice(batch, slice))
      return landed
    },
    async unlisted(formatPrefix) {
      const rows = await warehouse.query(unlistedQuery, { prefix: formatPrefix })
      return rows.map((row) => row.batch_id)
    },
  }
  await finishInterrupted(warehouse, landing)
  return landing
}

const streamOf = (topic: string, partition: number, epoch: string): string => JSON.stringify([topic, partition, epoch])

const lastOffsetQuery = {
  name: 'last landed offset',
  sql: 'select max(offset) as last, count() as n from raw_events where topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String}',
  row: z.object({ last: z.string(), n: z.string() }),
}

const unlistedQuery = {
  name: 'batches not listed',
  sql: `select batch_id from raw_events
    where startsWith(format, {prefix:String}) and batch_id not in (select batch_id from landed_batches)
    group by batch_id order by min(landed_at), min(range_first)`,
  row: z.object({ batch_id: z.string() }),
}

/** A crash may have left a batch in `raw_events` whose derived rows are missing: derive it again, then list it. */
async function finishInterrupted(warehouse: Warehouse, landing: Landing): Promise<void> {
  const batchIds = await landing.unlisted(CLOUDEVENTS)
  if (batchIds.length === 0) return
  await deriveAgain(warehouse, batchIds)
  await landing.list(batchIds)
}

async function list(warehouse: Warehouse, batchIds: readonly string[]): Promise<void> {
  if (batchIds.length === 0) return
  await warehouse.command(
    `insert into landed_batches (batch_id, topic, partition, epoch, format, range_first, range_last, range_n, landed_at)
     select batch_id, any(topic), any(partition), any(epoch), any(format), any(range_first), any(range_last), any(range_n), any(landed_at)
     from raw_events where batch_id in {batches:Array(String)} group by batch_id`,
    { batches: [...batchIds] },
  )
}

const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 30_000

/** Inserts until the rows are there. After a failure the rows are counted first: all there = done, none = insert again. */
async function insertVerified(
  warehouse: Warehouse,
  header: BatchHeader,
  rows: number,
  arrow: Uint8Array,
  options: LandingOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (attempt > 1) {
        const found = await countBatch(warehouse, header)
        if (found === rows) return await deriveAgain(warehouse, [header.batchId])
      }
      return await warehouse.insertArrow('raw_events', rawColumns, arrow)
    } catch (cause) {
      const isPermanent = (cause as { retryable?: boolean }).retryable === false
      if (isPermanent) throw cause
      options.onRetry?.(attempt, cause)
      await sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 8)) * (0.5 + Math.random() / 2))
    }
  }
}

async function countBatch(warehouse: Warehouse, header: BatchHeader): Promise<number> {
  const [row] = await warehouse.query(
    {
      name: 'rows of a batch',
      sql: `select count() as n from raw_events where topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String}
        and offset between {first:UInt64} and {last:UInt64} and batch_id = {batch:String}`,
      row: z.object({ n: z.string() }),
    },
    {
      topic: header.topic,
      partition: header.partition,
      epoch: header.epoch,
      first: String(header.rangeFirst),
      last: String(header.rangeLast),
      batch: header.batchId,
    },
  )
  return Number(row?.n ?? 0)
}

function headerOf(batch: SourceBatch, messages: readonly SourceMessage[], landedAtMs: number): BatchHeader {
  const rangeFirst = messages[0]?.offset ?? 0n
  const rangeLast = messages.at(-1)?.offset ?? 0n
  const place = `${batch.topic}:${batch.partition}:${batch.epoch}:${rangeFirst}-${rangeLast}`
  const batchId = `${place}:${createHash('sha256').update(place).update(String(messages.length)).digest('hex').slice(0, 12)}`
  return {
    topic: batch.topic,
    partition: batch.partition,
    epoch: batch.epoch,
    batchId,
    rangeFirst,
    rangeLast,
    format: batch.format,
    landedAtMs,
  }
}

function* slices(messages: readonly SourceMessage[]): Generator<readonly SourceMessage[]> {
  let first = 0
  let bytes = 0
  for (const [index, message] of messages.entries()) {
    bytes += (message.value?.length ?? 0) + (message.key?.length ?? 0)
    if (index + 1 - first >= MAX_BATCH_ROWS || bytes >= MAX_BATCH_BYTES) {
      yield messages.slice(first, index + 1)
      first = index + 1
      bytes = 0
    }
  }
  if (first < messages.length) yield messages.slice(first)
}
