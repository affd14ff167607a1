/** Decides what a fetched batch is to a partition's position. The warehouse says where to go on; Kafka's own commits are hints. */

export type PartitionPosition = {
  /** The first offset not landed yet. */
  next: bigint
  /** The offset last sought back to, so that a hole which is still there afterwards is known to be empty. */
  soughtTo: bigint | null
}

export type Verdict =
  | { readonly kind: 'take' }
  | { readonly kind: 'seek'; readonly offset: bigint }
  | { readonly kind: 'lost'; readonly first: bigint; readonly last: bigint }
  | { readonly kind: 'replaced'; readonly end: bigint }

/** What the broker still holds: `low` is the first offset, `high` the one after the last. */
export type Watermarks = { readonly low: bigint; readonly high: bigint }

/**
 * A batch is taken when it was asked from the position or before it: whatever offsets are missing inside are compacted
 * away or control records. A batch asked from behind it means that the client jumped, so messages in between may wait.
 */
export function judge(position: PartitionPosition, fetchedFrom: bigint, broker: Watermarks): Verdict {
  const contradiction = contradicts(position.next, broker)
  if (contradiction !== null) return contradiction
  if (fetchedFrom <= position.next) return { kind: 'take' }
  // The client was at the position and moved on by itself over records that are not messages.
  if (position.soughtTo === position.next) return { kind: 'take' }
  return { kind: 'seek', offset: position.next }
}

/** What the broker holds cannot be the stream whose next offset this is. */
export function contradicts(next: bigint, broker: Watermarks): Extract<Verdict, { kind: 'lost' | 'replaced' }> | null {
  if (broker.high < next) return { kind: 'replaced', end: broker.high }
  if (broker.low > next) return { kind: 'lost', first: next, last: broker.low - 1n }
  return null
}

export type Comparison = 'same' | 'different' | 'gone' | 'look'

/**
 * Whether the broker's record at the offset of the last landed row is that row. `look` = this batch does not show it and
 * the client has to read from there; `gone` = the broker no longer has it, so nothing can be said.
 */
export function compareRecord(
  landed: { readonly offset: bigint; readonly valueHash: string },
  batch: {
    readonly fetchedFrom: bigint
    readonly last: bigint
    readonly low: bigint
    readonly soughtTo: bigint | null
    readonly hashAt: (offset: bigint) => string | null
  },
): Comparison {
  if (batch.low > landed.offset) return 'gone'
  // Sought and still behind it: the records from there on are not messages any more.
  if (batch.fetchedFrom > landed.offset) return batch.soughtTo === landed.offset ? 'gone' : 'look'
  const found = batch.hashAt(landed.offset)
  if (found !== null) return found === landed.valueHash ? 'same' : 'different'
  return batch.last >= landed.offset ? 'gone' : 'look'
}
