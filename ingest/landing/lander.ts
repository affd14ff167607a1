/**
 * Lands batches: one partition, one insert, one part each. Where a stream goes on is read from its rows. An unclear outcome
 * is looked up, never guessed, and there is no path that gives up and drops: a batch lands, or its source keeps it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceBatch, SourceMessage } from '../sources/source.ts'
import { LandingError, PositionGap } from './errors.ts'
import * as rules from './protocol.ts'
import type { Position, Slice } from './protocol.ts'
import { type Block, type RawStore, type Stream, streamKey } from './store.ts'

/** One insert of this size is still one block and one part; live sources send far less at once. */
export const BLOCK = { messages: 200_000, bytes: 48_000_000 }

export type LandedBatch = Stream & {
  readonly batchId: string
  readonly format: string
  readonly first: bigint
  readonly last: bigint
  readonly rows: number
  readonly landedAtMs: number
}

/** Told at each step of a batch's way; tests end the process there. */
export type LandingStep = 'before-insert' | 'inserting' | 'inserted' | 'verified'

export type LanderOptions = {
  readonly now?: () => number
  /** Told about every wait caused by a warehouse that does not take the batch. */
  readonly onRetry?: (attempt: number, cause: unknown) => void
  readonly trace?: (step: LandingStep) => void
  readonly protocol?: Pick<typeof rules, 'plan' | 'afterUnclear'>
  readonly wait?: (attempt: number, signal?: AbortSignal) => Promise<void>
}

export type Lander = {
  /** Lands what of the batch is not landed yet; resolves when it is durable. Batches of one stream land in the order of the calls. */
  land(batch: SourceBatch, signal?: AbortSignal): Promise<LandedBatch[]>
  /** The last offset the stream's rows account for; read from the rows, because another process may have landed since. */
  lastOffset(topic: string, partition: number, epoch: string): Promise<bigint | null>
}

export function createLander(store: RawStore, options: LanderOptions = {}): Lander {
  const { now = Date.now, protocol = rules, wait = backOff, trace = () => undefined } = options
  const positions = new Map<string, Position>()
  const claimed = new Set<string>()
  const turns = new Map<string, Promise<unknown>>()

  /** A caller that gave up may still be landing when the next one begins: of one stream one batch lands at a time. */
  const inTurn = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const mine = (turns.get(key) ?? Promise.resolve()).catch(() => undefined).then(work)
    turns.set(key, mine)
    const leave = (): void => void (turns.get(key) === mine && turns.delete(key))
    mine.then(leave, leave)
    return mine
  }

  /** A request with an id of its own is a stream for once; what is forgotten is read again from the rows. */
  const remember = (stream: Stream, position: Position): void => {
    const key = streamKey(stream)
    positions.delete(key)
    positions.set(key, position)
    const [oldest] = positions.keys()
    if (positions.size <= MOST_STREAMS || oldest === undefined) return
    positions.delete(oldest)
    claimed.delete(oldest)
  }

  const readPosition = async (stream: Stream): Promise<Position> => {
    const landed = await store.position(stream)
    const position = { landed, covered: landed }
    remember(stream, position)
    return position
  }

  const forget = (stream: Stream): void => {
    positions.delete(streamKey(stream))
    claimed.delete(streamKey(stream))
  }

  const positionOf = async (stream: Stream): Promise<Position> => {
    const key = streamKey(stream)
    const known = positions.get(key)
    if (known !== undefined && claimed.has(key)) return known
    await store.claim(stream)
    claimed.add(key)
    return readPosition(stream)
  }

  const landSlice = async (batch: SourceBatch, slice: Slice, signal?: AbortSignal): Promise<LandedBatch> => {
    const block = store.prepare(batch, slice, now())
    await insertVerified(block, signal)
    remember(batch, { landed: slice.last, covered: slice.last })
    const { topic, partition, epoch, format } = batch
    const { batchId, landedAtMs } = block.header
    const { first, last, messages } = slice
    return { topic, partition, epoch, format, batchId, first, last, rows: messages.length, landedAtMs }
  }

  /** Inserts until the rows are there. After a failure the rows are counted first: all there = done, none = insert again. */
  const insertVerified = async (block: Block, signal?: AbortSignal): Promise<void> => {
    let only: readonly SourceMessage[] | undefined
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (attempt > 1) {
          await store.settle(block.header)
          const verdict = protocol.afterUnclear(await store.count(block.header), block.messages.length)
          if (verdict === 'done') return trace('verified')
          only = verdict === 'complete' ? await missingOf(block) : undefined
        }
        trace('before-insert')
        const inserting = store.insert(block, attempt, only, signal)
        trace('inserting')
        await inserting
        return trace('inserted')
      } catch (cause) {
        const isPermanent = (cause as { retryable?: boolean }).retryable === false
        if (isPermanent || cause instanceof LandingError) throw cause
        options.onRetry?.(attempt, cause)
        await wait(attempt, signal)
        if (signal?.aborted === true)
          throw new LandingError('STOPPED', 'stopped while the warehouse did not take the batch', { cause })
      }
    }
  }

  const missingOf = async (block: Block): Promise<SourceMessage[]> => {
    const present = await store.present(block.header)
    return block.messages.filter((message) => !present.has(message.offset))
  }

  return {
    async lastOffset(topic, partition, epoch) {
      return (await readPosition({ topic, partition, epoch })).landed
    },
    land: (batch, signal) =>
      inTurn(streamKey(batch), async () => {
        const stream = `${batch.topic}/${batch.partition}`
        try {
          const todo = protocol.plan(await positionOf(batch), batch)
          if (todo.kind === 'gap') throw new PositionGap(stream, todo.expected, batch.first ?? 0n)
          if (todo.kind === 'nothing') {
            const landed = positions.get(streamKey(batch))?.landed ?? null
            remember(batch, { landed, covered: todo.covered })
            return []
          }
          const landed: LandedBatch[] = []
          for (const slice of rules.cut(todo.slice, BLOCK)) landed.push(await landSlice(batch, slice, signal))
          return landed
        } catch (cause) {
          // What of it landed is not known here: the rows are asked before the stream goes on.
          forget(batch)
          throw cause
        }
      }),
  }
}

/** Streams whose position is kept at hand. */
const MOST_STREAMS = 10_000

const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 30_000

async function backOff(attempt: number, signal?: AbortSignal): Promise<void> {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 8))
  await sleep(most * (0.5 + Math.random() / 2), undefined, { ...(signal && { signal }) }).catch(() => undefined)
}
