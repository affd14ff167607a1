/**
 * The rules of landing, pure: what of a batch is new, where it would leave a hole, and what an unclear insert left behind.
 * Written apart from any engine so that a model of crashes, repeats and late answers can be run against them.
 */
import type { SourceBatch, SourceMessage } from '../sources/source.ts'

/** The part of a batch that lands as one block; `first` to `last` are the offsets it accounts for. */
export type Slice = { readonly first: bigint; readonly last: bigint; readonly messages: readonly SourceMessage[] }

export type Plan =
  /** All of it is landed, or it accounts for a hole without messages. */
  | { readonly kind: 'nothing'; readonly covered: bigint | null }
  /** The batch begins behind the position: what lies between was never seen. */
  | { readonly kind: 'gap'; readonly expected: bigint }
  | { readonly kind: 'land'; readonly slice: Slice }

/** Where a stream stands: `landed` is told by the rows, `covered` also knows holes seen to be empty since. */
export type Position = { readonly landed: bigint | null; readonly covered: bigint | null }

export function plan(position: Position, batch: SourceBatch): Plan {
  const { landed, covered } = position
  const messages = covered === null ? batch.messages : batch.messages.filter((message) => message.offset > covered)
  const begins = batch.first ?? messages[0]?.offset
  const expected = covered === null ? batch.start : covered + 1n
  if (isBehindAGap(expected, batch)) return { kind: 'gap', expected }
  const ends = batch.last ?? batch.messages.at(-1)?.offset ?? null
  if (messages.length === 0 || begins === undefined)
    return { kind: 'nothing', covered: ends !== null && (covered === null || ends > covered) ? ends : covered }
  // The range goes on where the rows end, so that the ranges of a stream tile; a gap somebody accepted stays visible.
  const first = landed === null || batch.gapAccepted === true ? begins : landed + 1n
  return { kind: 'land', slice: { first, last: ends ?? begins, messages } }
}

/** Only a source that says from where it read can be checked for a hole; the others give offsets as they come. */
function isBehindAGap(expected: bigint | undefined, batch: SourceBatch): expected is bigint {
  return expected !== undefined && batch.first !== undefined && batch.gapAccepted !== true && batch.first > expected
}

/** What to do after an insert whose outcome is not known, and which is surely over: `found` rows of its `sent` are there. */
export function afterUnclear(found: number, sent: number): 'done' | 'insert' | 'complete' {
  if (found === 0) return 'insert'
  return found >= sent ? 'done' : 'complete'
}

export type Limits = { readonly messages: number; readonly bytes: number }

/** Cuts a slice into blocks. Each accounts for the offsets up to its last message, the final one for all the rest. */
export function* cut(slice: Slice, limits: Limits): Generator<Slice> {
  let first = slice.first
  let from = 0
  let bytes = 0
  for (const [index, message] of slice.messages.entries()) {
    bytes += sizeOf(message)
    const next = slice.messages[index + 1]
    if (next === undefined) break
    if (index + 1 - from < limits.messages && bytes + sizeOf(next) <= limits.bytes) continue
    yield { first, last: message.offset, messages: slice.messages.slice(from, index + 1) }
    first = message.offset + 1n
    from = index + 1
    bytes = 0
  }
  yield { first, last: slice.last, messages: slice.messages.slice(from) }
}

export function sizeOf(message: SourceMessage): number {
  return (message.value?.length ?? 0) + (message.key?.length ?? 0) + (message.headers?.length ?? 0)
}
