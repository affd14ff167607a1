/**
 * The landing protocol against a model of everything that happens to it: repeats, overlaps, jumps, sparse offsets, crashes
 * before and after the commit, answers that get lost, inserts that commit late, and a former writer that wakes up again.
 * Whatever the history, each message is there once. Then each guard is taken away in turn, and the model must notice.
 */
import { expect, test } from 'vitest'
import type { SourceBatch, SourceMessage } from '../sources/source.ts'
import { LandingError, PositionGap } from './errors.ts'
import { type Lander, type LanderOptions, createLander } from './lander.ts'
import * as rules from './protocol.ts'
import type { Block, RawStore } from './store.ts'

const HISTORIES = 100_000
const MUTANT_HISTORIES = 20_000

type Random = { next(): number; below(n: number): number; chance(p: number): boolean }

function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return { next, below: (n) => Math.floor(next() * n), chance: (p) => next() < p }
}

class Crash extends Error {}

type Row = { readonly offset: bigint; readonly first: bigint; readonly last: bigint; readonly batchId: string }

/** What is taken away from the protocol or its store. */
type Mutation = Partial<
  Record<'claim' | 'fence' | 'settle' | 'position', boolean> & { protocol: LanderOptions['protocol'] }
>

/** A warehouse that may fail in every way a real one does. */
class ModelWarehouse {
  rows: Row[] = []
  writer = ''
  late: { readonly rows: readonly Row[]; readonly batchId: string; readonly writer: string }[] = []
  isCalm = false
  readonly random: Random
  readonly mutation: Mutation

  constructor(random: Random, mutation: Mutation) {
    this.random = random
    this.mutation = mutation
  }

  /** Inserts that nobody waited for commit at some time. */
  commitLate(batchId?: string): void {
    const due = this.late.filter((one) => batchId === undefined || one.batchId === batchId)
    this.late = this.late.filter((one) => !due.includes(one))
    for (const one of due) if (this.random.chance(0.7)) this.rows.push(...one.rows)
  }

  store(writer: string): RawStore {
    const { random, mutation } = this
    return {
      prepare: (batch, slice, landedAtMs): Block => {
        const batchId = `${slice.first}-${slice.last}:${slice.messages.length}`
        const { topic, partition, epoch, format } = batch
        const range = { rangeFirst: slice.first, rangeLast: slice.last, rangeN: slice.messages.length }
        const header = { topic, partition, epoch, format, batchId, landedAtMs, ...range }
        return { header, messages: slice.messages, encoded: null }
      },
      claim: async () => {
        if (mutation.claim !== true) this.writer = writer
        // The claim waits until inserts that began before it are over.
        if (mutation.settle !== true) this.commitLate()
      },
      position: async () => {
        if (this.rows.length === 0 || mutation.position === true) return null
        return this.rows.reduce((most, { last }) => (last > most ? last : most), 0n)
      },
      insert: async ({ header, messages }, _attempt, only) => {
        if (mutation.fence !== true && mutation.claim !== true && this.writer !== writer)
          throw new LandingError('FENCED', 'another process writes this stream')
        const rows = (only ?? messages).map(({ offset }) => ({
          offset,
          first: header.rangeFirst,
          last: header.rangeLast,
          batchId: header.batchId,
        }))
        if (this.isCalm) {
          this.rows.push(...rows)
          return
        }
        if (random.chance(0.1)) this.commitLate()
        const fate = random.next()
        if (fate < 0.1) throw new Crash('before the commit')
        if (fate < 0.2) throw Object.assign(new Error('refused'), { retryable: true })
        if (fate < 0.3) {
          this.late.push({ rows, batchId: header.batchId, writer })
          throw random.chance(0.3) ? new Crash('while inserting') : new Error('timed out')
        }
        this.rows.push(...rows)
        if (fate < 0.4) throw new Crash('after the commit')
        if (fate < 0.5) throw new Error('connection reset')
      },
      settle: async (header) => {
        if (mutation.settle !== true) this.commitLate(header.batchId)
      },
      present: async (header) =>
        new Set(this.rows.filter(({ batchId }) => batchId === header.batchId).map(({ offset }) => offset)),
      count: async (header) =>
        new Set(this.rows.filter(({ batchId }) => batchId === header.batchId).map(({ offset }) => offset)).size,
    }
  }
}

/** A log with holes: control records and what compaction took away. */
function logOf(random: Random): { offsets: bigint[]; end: bigint } {
  const offsets: bigint[] = []
  let offset = BigInt(random.below(3))
  for (let n = 2 + random.below(14); n > 0; n -= 1) {
    offsets.push(offset)
    offset += random.chance(0.25) ? BigInt(2 + random.below(3)) : 1n
  }
  return { offsets, end: offset }
}

const message = (offset: bigint): SourceMessage => ({ offset, key: null, value: null, brokerAtMs: 0 })

type Reader = { lander: Lander; name: string; cursor: bigint; fetched: SourceBatch | null }

/** Runs one history; returns what is wrong in the end, or null. */
async function run(seed: number, mutation: Mutation): Promise<string | null> {
  const random = randomFrom(seed)
  const warehouse = new ModelWarehouse(random, mutation)
  const log = logOf(random)
  const begin = log.offsets[0] ?? 0n
  let readers = 0
  const start = async (): Promise<Reader> => {
    readers += 1
    const name = `reader-${readers}`
    const lander = createLander(warehouse.store(name), {
      now: () => 0,
      wait: async () => undefined,
      ...(mutation.protocol && { protocol: mutation.protocol }),
    })
    const last = await lander.lastOffset('t', 0, 'e')
    return { lander, name, cursor: last === null ? begin : last + 1n, fetched: null }
  }
  const fetch = (reader: Reader): SourceBatch | null => {
    if (reader.cursor >= log.end) return null
    const until = reader.cursor + BigInt(1 + random.below(6))
    const last = until < log.end ? until : log.end - 1n
    const messages = log.offsets.filter((offset) => offset >= reader.cursor && offset <= last).map(message)
    return {
      topic: 't',
      partition: 0,
      epoch: 'e',
      format: 'cloudevents',
      start: begin,
      first: reader.cursor,
      last,
      messages,
    }
  }
  const deliver = async (reader: Reader, batch: SourceBatch): Promise<Reader> => {
    try {
      await reader.lander.land(batch)
      if (batch.last !== undefined) reader.cursor = batch.last + 1n
      return reader
    } catch (cause) {
      if (cause instanceof Crash) return start()
      if (cause instanceof PositionGap) reader.cursor = cause.expected
      return reader
    }
  }

  let reader = await start()
  let zombie: Reader | null = null
  for (let step = 0; step < 30 && reader.cursor < log.end; step += 1) {
    const nemesis = random.next()
    if (nemesis < 0.1) reader.cursor = begin + BigInt(random.below(Number(reader.cursor - begin) + 1))
    else if (nemesis < 0.15) reader.cursor += BigInt(1 + random.below(3))
    else if (nemesis < 0.2) reader = await start()
    else if (nemesis < 0.3) {
      // Another member gets the partition while the former one still holds a batch in its hands.
      zombie = reader
      zombie.fetched = fetch(zombie)
      reader = await start()
    } else if (nemesis < 0.4 && zombie?.fetched) {
      const batch = zombie.fetched
      zombie.fetched = null
      await zombie.lander.land(batch).catch(() => undefined)
    }
    const batch = fetch(reader)
    if (batch !== null) reader = await deliver(reader, batch)
  }

  warehouse.commitLate()
  warehouse.isCalm = true
  reader = await start()
  for (let step = 0; step < 100; step += 1) {
    const batch = fetch(reader)
    if (batch === null) break
    reader = await deliver(reader, batch)
  }
  return verdictOf(warehouse.rows, log.offsets)
}

function verdictOf(rows: readonly Row[], offsets: readonly bigint[]): string | null {
  const landed = rows.map(({ offset }) => offset).sort((a, b) => (a < b ? -1 : Number(a > b)))
  const wanted = [...offsets]
  if (landed.join() !== wanted.join()) return `landed ${landed.join()} of ${wanted.join()}`
  const ranges = [...new Map(rows.map((row) => [row.batchId, row])).values()].sort((a, b) => Number(a.first - b.first))
  for (const [n, range] of ranges.entries()) {
    const before = ranges[n - 1]
    if (before !== undefined && range.first !== before.last + 1n)
      return `ranges do not tile: ${before.first}-${before.last}, ${range.first}-${range.last}`
  }
  return null
}

async function firstFailure(histories: number, mutation: Mutation): Promise<string | null> {
  for (let seed = 1; seed <= histories; seed += 1) {
    const wrong = await run(seed, mutation)
    if (wrong !== null) return `history ${seed}: ${wrong}`
  }
  return null
}

test(
  `${HISTORIES.toLocaleString('en')} histories: nothing lost, nothing doubled, ranges tile`,
  { timeout: 300_000 },
  async () => {
    expect(await firstFailure(HISTORIES, {})).toBeNull()
  },
)

const mutants: [string, Mutation][] = [
  [
    'messages up to the position are not dropped',
    { protocol: { ...rules, plan: (_position, batch) => rules.plan({ landed: null, covered: null }, batch) } },
  ],
  [
    'a batch behind a gap is taken',
    { protocol: { ...rules, plan: (position, batch) => rules.plan(position, { ...batch, gapAccepted: true }) } },
  ],
  ['an unclear insert is simply repeated', { protocol: { ...rules, afterUnclear: () => 'insert' } }],
  ['an unclear insert is taken for done', { protocol: { ...rules, afterUnclear: () => 'done' } }],
  ['nobody waits for an insert that may still commit', { settle: true }],
  ['a former writer is not fenced', { fence: true }],
  ['a stream is not claimed', { claim: true }],
  ['the position is not read from the rows', { position: true }],
]

test.each(mutants)('without a guard the model fails: %s', { timeout: 120_000 }, async (_name, mutation) => {
  expect(await firstFailure(MUTANT_HISTORIES, mutation)).not.toBeNull()
})
