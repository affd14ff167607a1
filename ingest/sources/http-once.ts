/**
 * Requests with a batch id are taken once. Each is a stream of its own, landed whole in one batch at the offsets from 0 on,
 * and its rows carry a fingerprint of what was sent: the rows themselves say whether, and with what, an id was landed.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { SourceError } from './errors.ts'
import { type HttpDelivery, type HttpReceipt, type LandHttp, positioned, receiptOf } from './http-delivery.ts'

export type OnceOutcome =
  | { readonly kind: 'landed' | 'replayed'; readonly receipt: HttpReceipt }
  /** The id was landed before with other content. */
  | { readonly kind: 'conflict' }

export type LandedStream = { readonly messages: number; readonly fingerprint: string }
/** What of a stream is landed; null when nothing is. */
export type FindLanded = (topic: string, epoch: string) => Promise<LandedStream | null>

type OnceOptions = { readonly land: LandHttp; readonly findLanded: FindLanded; readonly now: () => number }

export function createOnce({ land, findLanded, now }: OnceOptions) {
  /** Requests with the same id follow one another; the latest of each. */
  const latest = new Map<string, Promise<unknown>>()

  const takeIn = async (delivery: HttpDelivery, epoch: string): Promise<OnceOutcome> => {
    const fingerprint = fingerprintOf(delivery)
    const before = await findLanded(delivery.topic, epoch)
    if (before !== null) return answerFor(delivery, before, fingerprint)
    const key = Buffer.from(fingerprint)
    const messages = positioned(
      delivery.messages.map((message) => ({ ...message, key })),
      0n,
      now(),
    )
    const landed = await land({ topic: delivery.topic, partition: 0, epoch, format: delivery.format, messages })
    if (landed.length > 0) return { kind: 'landed', receipt: receiptOf(delivery, 0n) }
    // Another process landed the same id in between, and what that was is what counts.
    const found = await findLanded(delivery.topic, epoch)
    if (found === null) throw new SourceError('UNREACHABLE', 'the landed rows were not found', { retryable: true })
    return answerFor(delivery, found, fingerprint)
  }

  return {
    accept(delivery: HttpDelivery, batchId: string): Promise<OnceOutcome> {
      const epoch = `batch:${createHash('sha256').update(batchId).digest('hex').slice(0, 40)}`
      const stream = `${delivery.topic}:${epoch}`
      const before = latest.get(stream) ?? Promise.resolve()
      // However the one before ended: what counts is what it landed.
      const own = before.catch(() => undefined).then(() => takeIn(delivery, epoch))
      latest.set(stream, own)
      const leave = (): void => {
        if (latest.get(stream) === own) latest.delete(stream)
      }
      own.then(leave, leave)
      return own
    },
    /** Resolves when nothing is in flight. */
    async idle(): Promise<void> {
      await Promise.allSettled(latest.values())
    },
  }
}

function answerFor(delivery: HttpDelivery, landed: LandedStream, fingerprint: string): OnceOutcome {
  const isSame = landed.fingerprint === fingerprint && landed.messages === delivery.messages.length
  return isSame ? { kind: 'replayed', receipt: receiptOf(delivery, 0n) } : { kind: 'conflict' }
}

/** Lengths go in as well, so that the same bytes cut elsewhere are other content. */
function fingerprintOf({ format, messages }: HttpDelivery): string {
  const hash = createHash('sha256').update(format)
  for (const { value, headers = '' } of messages) {
    hash
      .update(`\n${Buffer.byteLength(headers)}:${value.length}\n`)
      .update(headers)
      .update(value)
  }
  return `sha256:${hash.digest('hex')}`
}

/** Reads by the primary key of `raw_events`. */
export function createFindLanded(warehouse: Warehouse): FindLanded {
  return async (topic, epoch) => {
    const [row] = await warehouse.query(landedStreamQuery, { topic, epoch })
    return row === undefined || row.n === '0' ? null : { messages: Number(row.n), fingerprint: row.fingerprint }
  }
}

const landedStreamQuery = {
  name: 'landed rows of a batch id',
  sql: `select count() as n, any(key) as fingerprint from raw_events
    where topic = {topic:String} and partition = 0 and epoch = {epoch:String}`,
  row: z.object({ n: z.string(), fingerprint: z.string() }),
}
