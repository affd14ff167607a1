/** The partitions this process was assigned, and where each stands. A new assignment is a new set of them. */
import type { PartitionPosition } from './kafka-position.ts'

export type PartitionState = 'running' | 'paused' | 'waiting' | 'stopped'

/** The last landed row of a stream: what the broker must still say about it, if it holds it. */
export type LandedRow = { readonly offset: bigint; readonly valueHash: string }

export type Partition = {
  readonly key: string
  readonly topic: string
  readonly partition: number
  /** Null until it was read from the warehouse, and after every failure, when it is read again. */
  position: PartitionPosition | null
  /** Still to be compared with the broker's record at that offset. */
  fingerprint: LandedRow | null
  isFingerprinted: boolean
  /** Where the stream begins at the broker, when nothing of it is landed. */
  start: bigint | null
  isGapAccepted: boolean
  state: PartitionState
  problem: string
  low: bigint | null
  high: bigint | null
  failures: number
  /** Batches fetched and not landed yet. */
  inHand: number
  /** Counts what makes fetched batches out of date: a seek, a failure. They are read again from the position. */
  reading: number
  isCommitting: boolean
  progressAtMs: number
  /** Looks in a row at which the broker contradicted the position. */
  contradictions: number
  timer: NodeJS.Timeout | null
}

export type Partitions = {
  assign(assignment: Readonly<Record<string, readonly number[]>>): readonly Partition[]
  get(topic: string, partition: number): Partition | undefined
  byKey(key: string): Partition | undefined
  all(): readonly Partition[]
  /** Whether this is still the partition as it was assigned last. */
  isCurrent(partition: Partition): boolean
  clear(): void
  /** One piece of work at a time for a partition, whatever assignment asked for it. */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>
}

export const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`

export function createPartitions(now: () => number = Date.now): Partitions {
  const current = new Map<string, Partition>()
  const turns = new Map<string, Promise<unknown>>()
  const clear = (): void => {
    for (const { timer } of current.values()) if (timer !== null) clearTimeout(timer)
    current.clear()
  }
  return {
    clear,
    assign(assignment) {
      clear()
      for (const [topic, numbers] of Object.entries(assignment)) {
        for (const partition of numbers) {
          const key = partitionKey(topic, partition)
          current.set(key, {
            key,
            topic,
            partition,
            position: null,
            fingerprint: null,
            isFingerprinted: false,
            start: null,
            isGapAccepted: false,
            state: 'running',
            problem: '',
            low: null,
            high: null,
            failures: 0,
            inHand: 0,
            reading: 0,
            isCommitting: false,
            progressAtMs: now(),
            contradictions: 0,
            timer: null,
          })
        }
      }
      return [...current.values()]
    },
    get: (topic, partition) => current.get(partitionKey(topic, partition)),
    byKey: (key) => current.get(key),
    all: () => [...current.values()],
    isCurrent: (partition) => current.get(partition.key) === partition,
    inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
      const before = turns.get(key) ?? Promise.resolve()
      const turn = before.then(work, work)
      const settled = turn.catch(() => undefined)
      turns.set(key, settled)
      void settled.then(() => turns.get(key) === settled && turns.delete(key))
      return turn
    },
  }
}
