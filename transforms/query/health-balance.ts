/**
 * Whether everything that landed became something: landed = events (ordinal 0) + dead letters (ordinal 0, not cured) + set
 * aside + what still waits.
 *
 * What is exact: landed (the engine counts the topic column of a table without updates), dead letters and set aside (merged
 * reads of small tables), listed (each batch once). What is an estimate: events, counted without merging, so that a message
 * derived twice counts twice until the engine merges its parts. The exact check reads events merged; it takes seconds at
 * ten million events and runs on request.
 *
 * The three readings are taken at three moments while messages keep coming, so they are not compared for equality. They are
 * read in the order opposite to the flow: listed, then outcomes, then landed. Whatever came between can only make the later
 * reading larger, so listed ≤ outcomes ≤ landed holds at any load, and a breach of it is a fault and not a coincidence.
 */
import { z } from 'zod'
import type { NamedQuery, Warehouse } from '#warehouse/warehouse.ts'
import { countCell } from './health-cells.ts'

export type TopicBalance = {
  topic: string
  landed: number
  events: number
  dead_letters: number
  set_aside: number
  /** Landed without an outcome so far. */
  waiting: number
  /** Records of files that others refer to; they become nothing by themselves. */
  reference: number
  /** Declared derived, and without an outcome: a loss. */
  missing: number
  /** More outcomes than messages: a message that counts twice. */
  surplus: number
}
export type Balance = Omit<TopicBalance, 'topic'> & {
  /** False where events were counted without merging. */
  exact: boolean
  balanced: boolean
  at: string
  topics: TopicBalance[]
}

const listed = {
  name: 'messages declared derived, by topic',
  sql: `select topic, sum(range_n) as n from (
      select topic, range_n, batch_id from landed_batches where format != 'replay' and range_n > 0 limit 1 by batch_id)
    group by topic`,
  row: z.object({ topic: z.string(), n: countCell }),
}

const outcomes = (events: string) => ({
  name: 'outcomes of messages, by topic',
  sql: `select topic, sum(e) as events, sum(d) as dead_letters, sum(s) as set_aside from (
      select topic, count() as e, 0 as d, 0 as s from ${events} where ordinal = 0 group by topic
      union all
      select topic, 0, count(), 0 from dead_letters final where ordinal = 0 and is_cured = 0 group by topic
      union all
      select topic, 0, 0, count() from set_aside final group by topic)
    group by topic`,
  row: z.object({ topic: z.string(), events: countCell, dead_letters: countCell, set_aside: countCell }),
})

const landed = {
  name: 'landed messages, by topic',
  sql: 'select topic, count() as n from raw_events group by topic order by topic',
  row: z.object({ topic: z.string(), n: countCell }),
}

export type BalanceReads = {
  /** Milliseconds at ten million messages. */
  balance(): Promise<Balance>
  /** Seconds at ten million messages. */
  balanceExactly(): Promise<Balance>
}

export function createBalanceReads(warehouse: Warehouse, now: () => Date): BalanceReads {
  const read = <Row>(query: NamedQuery<Row>): Promise<Row[]> => warehouse.query(query)
  const weigh = async (events: 'events' | 'events final'): Promise<Balance> => {
    const declared = new Map((await read(listed)).map(({ topic, n }) => [topic, n]))
    const became = new Map((await read(outcomes(events))).map((row) => [row.topic, row]))
    const topics = (await read(landed)).map(({ topic, n }) =>
      weighTopic(topic, n, declared.get(topic) ?? 0, became.get(topic)),
    )
    return {
      ...total(topics),
      exact: events === 'events final',
      balanced: !topics.some(isOdd),
      at: now().toISOString(),
      topics,
    }
  }
  return { balance: () => weigh('events'), balanceExactly: () => weigh('events final') }
}

/** Something is amiss with this topic. */
export function isOdd({ missing, surplus }: TopicBalance): boolean {
  return missing > 0 || surplus > 0
}

type Outcomes = { readonly events: number; readonly dead_letters: number; readonly set_aside: number }

function weighTopic(
  topic: string,
  count: number,
  declared: number,
  { events, dead_letters, set_aside }: Outcomes = { events: 0, dead_letters: 0, set_aside: 0 },
): TopicBalance {
  const known = events + dead_letters + set_aside
  const counts = { topic, landed: count, events, dead_letters, set_aside }
  // Of a set of files some only lend their columns to the others; no message of theirs ever becomes anything.
  if (known === 0 && topic.startsWith('import/'))
    return { ...counts, waiting: Math.max(0, count - declared), reference: declared, missing: 0, surplus: 0 }
  const missing = Math.max(0, declared - known)
  return {
    ...counts,
    waiting: Math.max(0, count - known - missing),
    reference: 0,
    missing,
    surplus: Math.max(0, known - count),
  }
}

function total(topics: readonly TopicBalance[]): Omit<TopicBalance, 'topic'> {
  const sum = { landed: 0, events: 0, dead_letters: 0, set_aside: 0, waiting: 0, reference: 0, missing: 0, surplus: 0 }
  for (const topic of topics) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += topic[name]
  return sum
}
