/** Compares what was landed with the ledger, as multisets, and with what may have been derived from it. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readLedger } from './ledger.ts'

export type Verdict = {
  readonly acknowledged: number
  readonly landed: number
  /** Acknowledged and not landed. */
  readonly lost: number
  /** Rows beyond the first of a position. */
  readonly doubled: number
  /** Landed with other bytes than were sent. */
  readonly altered: number
  /** Landed, never acknowledged, yet sent: the answer was lost on its way. */
  readonly unacknowledged: number
  /** Landed messages without exactly one outcome: an event, a dead letter, or set aside. */
  readonly underived: number
  /** The first few of what is wrong, in words. */
  readonly examples: readonly string[]
}

export const isClean = (verdict: Verdict): boolean =>
  verdict.lost + verdict.doubled + verdict.altered + verdict.underived === 0

const PAGE = 50_000
const row = z.object({ offset: z.string(), sha: z.string() })

export async function compareWithLedger(
  warehouse: Warehouse,
  options: {
    readonly topic: string
    readonly ledger: string
    /** Whether bytes that were never acknowledged are a message that was sent. */
    readonly wasSent: (value: Buffer) => boolean
    readonly checkDerived?: boolean
  },
): Promise<Verdict> {
  const book = await readLedger(options.ledger)
  const examples: string[] = []
  const say = (text: string): void => void (examples.length < 10 && examples.push(text))
  let [acknowledged, landed, lost, doubled, altered, unacknowledged] = [0, 0, 0, 0, 0, 0]
  for (const partition of await partitionsOf(warehouse, options.topic, [...book.keys()])) {
    const page = book.get(partition) ?? new Map<bigint, string>()
    acknowledged += page.size
    const seen = new Set<bigint>()
    for await (const { offset, sha } of rowsOf(warehouse, options.topic, partition)) {
      landed += 1
      const at = `${partition}/${offset}`
      if (seen.has(offset)) {
        doubled += 1
        say(`${at} is landed more than once`)
        continue
      }
      seen.add(offset)
      const expected = page.get(offset)
      const isRight =
        expected === undefined
          ? options.wasSent(await valueOf(warehouse, options.topic, partition, offset))
          : expected === sha
      if (!isRight) {
        altered += 1
        const value = await valueOf(warehouse, options.topic, partition, offset)
        say(`${at} has other bytes than were sent: ${value.subarray(0, 80).toString('utf8')}`)
      } else if (expected === undefined) unacknowledged += 1
    }
    for (const offset of page.keys()) {
      if (seen.has(offset)) continue
      lost += 1
      say(`${partition}/${offset} was acknowledged and is not landed`)
    }
  }
  const underived = options.checkDerived === false ? 0 : await countUnderived(warehouse, options.topic)
  if (underived > 0) say(`${underived} landed messages have no outcome, or more than one`)
  return { acknowledged, landed, lost, doubled, altered, unacknowledged, underived, examples }
}

async function partitionsOf(warehouse: Warehouse, topic: string, known: readonly number[]): Promise<number[]> {
  const rows = await warehouse.query(
    {
      name: 'landed partitions',
      sql: 'select distinct partition from raw_events where topic = {topic:String}',
      row: z.object({ partition: z.number() }),
    },
    { topic },
  )
  return [...new Set([...known, ...rows.map(({ partition }) => partition)])].sort((a, b) => a - b)
}

/** In pages of whole offsets, so that copies of one position are never torn apart. */
async function* rowsOf(
  warehouse: Warehouse,
  topic: string,
  partition: number,
): AsyncGenerator<{ offset: bigint; sha: string }> {
  const query = {
    name: 'landed rows',
    sql: `select offset, lower(hex(SHA256(value))) as sha from raw_events
      where topic = {topic:String} and partition = {partition:UInt16} and offset >= {from:UInt64} and offset < {until:UInt64}
      order by offset`,
    row,
  }
  const [bounds] = await warehouse.query(
    {
      name: 'landed bounds',
      sql: 'select min(offset) as low, max(offset) as high, count() as n from raw_events where topic = {topic:String} and partition = {partition:UInt16}',
      row: z.object({ low: z.string(), high: z.string(), n: z.string() }),
    },
    { topic, partition },
  )
  if (bounds === undefined || bounds.n === '0') return
  for (let from = BigInt(bounds.low); from <= BigInt(bounds.high); from += BigInt(PAGE)) {
    const rows = await warehouse.query(query, {
      topic,
      partition,
      from: String(from),
      until: String(from + BigInt(PAGE)),
    })
    for (const { offset, sha } of rows) yield { offset: BigInt(offset), sha }
  }
}

async function valueOf(warehouse: Warehouse, topic: string, partition: number, offset: bigint): Promise<Buffer> {
  const [found] = await warehouse.query(
    {
      name: 'landed value',
      sql: 'select hex(value) as value from raw_events where topic = {topic:String} and partition = {partition:UInt16} and offset = {offset:UInt64} limit 1',
      row: z.object({ value: z.string() }),
    },
    { topic, partition, offset: String(offset) },
  )
  return Buffer.from(found?.value ?? '', 'hex')
}

/** Every landed message has exactly one outcome of ordinal 0. */
export async function countUnderived(warehouse: Warehouse, topic: string): Promise<number> {
  const [found] = await warehouse.query(
    {
      name: 'messages without one outcome',
      sql: `select count() as n from (
        select partition, epoch, offset, sum(is_raw) as raws, sum(is_outcome) as outcomes from (
          select distinct partition, epoch, offset, 1 as is_raw, 0 as is_outcome from raw_events where topic = {topic:String}
          union all
          select distinct partition, epoch, offset, 0, 1 from events where topic = {topic:String} and ordinal = 0
          union all
          select partition, epoch, offset, 0, 1 from dead_letters final where topic = {topic:String} and ordinal = 0 and is_cured = 0
          union all
          select distinct partition, epoch, offset, 0, 1 from set_aside where topic = {topic:String}
        ) group by partition, epoch, offset having raws != 1 or outcomes != 1)`,
      row: z.object({ n: z.string() }),
    },
    { topic },
  )
  return Number(found?.n ?? 0)
}
