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
  if (broker.high < position.next) return { kind: 'replaced', end: broker.high }
  if (broker.low > position.next) return { kind: 'lost', first: position.next, last: broker.low - 1n }
  if (fetchedFrom <= position.next) return { kind: 'take' }
  // The client was at the position and moved on by itself over records that are not messages.
  if (position.soughtTo === position.next) return { kind: 'take' }
  return { kind: 'seek', offset: position.next }
}

export type Limits = { readonly messages: number; readonly bytes: number }

/** Cuts a fetched batch into pieces the landing takes as one block each. A single message above the limit is its own piece. */
export function slice<M extends { readonly key: Buffer | null; readonly value: Buffer | null }>(
  messages: readonly M[],
  limits: Limits,
): M[][] {
  const slices: M[][] = []
  let current: M[] = []
  let bytes = 0
  for (const message of messages) {
    const size = (message.key?.length ?? 0) + (message.value?.length ?? 0)
    if (current.length > 0 && (current.length >= limits.messages || bytes + size > limits.bytes)) {
      slices.push(current)
      current = []
      bytes = 0
    }
    current.push(message)
    bytes += size
  }
  if (current.length > 0) slices.push(current)
  return slices
}
