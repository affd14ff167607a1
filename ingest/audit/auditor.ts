/**
 * Looks all the time whether what landed is what was sent: the landed rows against their own ranges and outcomes, and a part
 * of what a broker still holds against the landed bytes. The result is in `audit_log`; it mends nothing and hides nothing.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { engineInstant } from '../derive/ledger.ts'
import { derivations } from '../derive/relations.ts'
import { registeredMappings } from '../files/mapping.ts'
import type { Mapping } from '../mappings/mapping.ts'
import { type StreamAudit, auditStreams } from './streams.ts'

/** Messages as the transport still holds them, from `first` on; null where it does not have the stream (any more). */
export type Reread = (
  stream: { readonly topic: string; readonly partition: number; readonly epoch: string },
  first: bigint,
  last: bigint,
) => Promise<readonly { readonly offset: bigint; readonly value: Buffer | null }[] | null>

export type AuditorOptions = {
  readonly everyMs?: number
  /** A transport is read again at most this often. */
  readonly rereadEveryMs?: number
  readonly reread?: Reread
  /** Mappings beside those that come with the product: their messages must have an outcome too. */
  readonly mappings?: readonly Mapping[]
  readonly now?: () => number
  readonly random?: () => number
  readonly trace?: (step: 'auditing') => void
  readonly log?: Record<'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>
}

export type AuditRound = {
  readonly streams: readonly (StreamAudit & { readonly brokerChecked: number; readonly brokerDiffering: number })[]
  readonly ms: number
}

export type Auditor = {
  /** One round now. */
  audit(): Promise<AuditRound>
  start(): void
  stop(): Promise<void>
}

const REREAD_MESSAGES = 500n
/** The auditor takes no more than this share of the time. */
const SHARE = 0.02

export function createAuditor(warehouse: Warehouse, options: AuditorOptions = {}): Auditor {
  const { everyMs = 60_000, rereadEveryMs = 600_000, reread, now = Date.now, random = Math.random, log } = options
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let rereadMs = 0

  const audit = async (): Promise<AuditRound> => {
    const startedMs = now()
    options.trace?.('auditing')
    const mappings = [...(await registeredMappings(warehouse)), ...(options.mappings ?? [])]
    const found = await auditStreams(warehouse, [...derivations(mappings).keys()], startedMs)
    const isRereadDue = reread !== undefined && startedMs - rereadMs >= rereadEveryMs
    if (isRereadDue) rereadMs = startedMs
    const streams: AuditRound['streams'][number][] = []
    for (const stream of found) {
      const broker = isRereadDue ? await compare(stream) : { brokerChecked: 0, brokerDiffering: 0 }
      streams.push({ ...stream, ...broker })
    }
    const ms = now() - startedMs
    await write(warehouse, folded(streams), startedMs, ms)
    for (const stream of streams)
      if (!isSound(stream)) log?.error({ ...printable(stream) }, 'audit: the landed rows are not as they should be')
    return { streams, ms }
  }

  /** A random piece of the stream, and its end: what the transport says against what landed. */
  const compare = async (stream: StreamAudit): Promise<{ brokerChecked: number; brokerDiffering: number }> => {
    const none = { brokerChecked: 0, brokerDiffering: 0 }
    if (reread === undefined || stream.rows === 0) return none
    const span = stream.last - stream.first
    const at = stream.first + (span * BigInt(Math.floor(random() * 1_000_000))) / 1_000_000n
    const most = at + REREAD_MESSAGES > stream.last ? stream.last : at + REREAD_MESSAGES
    const sent = await reread(stream, at, most).catch((cause: unknown) => {
      log?.warn({ err: cause, topic: stream.topic }, 'audit: the transport could not be read again')
      return null
    })
    if (sent === null || sent.length === 0) return none
    const landed = await landedHashes(warehouse, stream, sent[0]?.offset ?? at, sent.at(-1)?.offset ?? most)
    const differing = sent.filter(
      ({ offset, value }) =>
        landed.get(offset) !==
        createHash('sha256')
          .update(value ?? '')
          .digest('hex'),
    )
    return { brokerChecked: sent.length, brokerDiffering: differing.length }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let tookMs = 0
      try {
        tookMs = (await audit()).ms
      } catch (cause) {
        log?.warn({ err: cause }, 'audit: the round failed; the next one comes')
      }
      await sleep(Math.max(everyMs, tookMs / SHARE), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    audit,
    start() {
      running ??= run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

export function isSound(stream: AuditRound['streams'][number]): boolean {
  const { gaps, missing, doubled, altered, unaccounted, brokerDiffering } = stream
  return gaps + missing + doubled + altered + unaccounted + brokerDiffering === 0
}

const printable = (stream: AuditRound['streams'][number]) => ({
  ...stream,
  first: String(stream.first),
  last: String(stream.last),
})

async function landedHashes(
  warehouse: Warehouse,
  stream: StreamAudit,
  first: bigint,
  last: bigint,
): Promise<Map<bigint, string>> {
  const rows = await warehouse.query(
    {
      name: 'hashes of landed bytes',
      sql: `select offset, lower(hex(SHA256(value))) as hash from raw_events
        where topic = {topic:String} and partition = {partition:UInt16} and epoch = {epoch:String} and offset between {first:UInt64} and {last:UInt64}`,
      row: z.object({ offset: z.coerce.bigint(), hash: z.string() }),
    },
    { topic: stream.topic, partition: stream.partition, epoch: stream.epoch, first: String(first), last: String(last) },
  )
  return new Map(rows.map(({ offset, hash }) => [offset, hash]))
}

/** More streams than this of one topic and partition (a request with an id of its own is a stream) become one row. */
const SINGLE_STREAMS = 20

/** Sound streams of a topic with very many become one row, called `*`; whatever is not sound keeps a row of its own. */
function folded(streams: AuditRound['streams']): AuditRound['streams'] {
  const groups = new Map<string, AuditRound['streams'][number][]>()
  for (const stream of streams) {
    const name = JSON.stringify([stream.topic, stream.partition])
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [stream])
    else group.push(stream)
  }
  return [...groups.values()].flatMap((group) => {
    if (group.length <= SINGLE_STREAMS) return group
    const sound = group.filter(isSound)
    const [head] = sound
    if (head === undefined) return group
    const sum = (of: (stream: AuditRound['streams'][number]) => number): number =>
      sound.reduce((total, stream) => total + of(stream), 0)
    const all = {
      ...head,
      epoch: '*',
      batches: sum(({ batches }) => batches),
      rows: sum(({ rows }) => rows),
      brokerChecked: sum(({ brokerChecked }) => brokerChecked),
    }
    return [...group.filter((stream) => !isSound(stream)), all]
  })
}

async function write(
  warehouse: Warehouse,
  streams: AuditRound['streams'],
  startedMs: number,
  ms: number,
): Promise<void> {
  await warehouse.insertRows(
    'audit_log',
    streams.map((stream) => ({
      audited_at: engineInstant(startedMs),
      topic: stream.topic,
      partition: stream.partition,
      epoch: stream.epoch,
      batches: stream.batches,
      rows: stream.rows,
      first_offset: String(stream.first),
      last_offset: String(stream.last),
      gaps: stream.gaps,
      missing: stream.missing,
      doubled: stream.doubled,
      altered: stream.altered,
      unaccounted: stream.unaccounted,
      broker_checked: stream.brokerChecked,
      broker_differing: stream.brokerDiffering,
      ms,
    })),
  )
}
