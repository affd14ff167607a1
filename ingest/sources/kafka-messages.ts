/** What a fetched Kafka batch is to the landing: messages with headers as text, cut into pieces of one format. */
import type { EachBatchPayload, IHeaders } from './kafka-client.ts'
import type { SourceMessage } from './source.ts'

type Batch = EachBatchPayload['batch']

/** All headers as one JSON object of text; several of one name are joined as HTTP does. Undefined when there are none. */
export function headersText(headers: IHeaders | undefined): string | undefined {
  if (!hasAny(headers)) return undefined
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return []
    const values = Array.isArray(value) ? value : [value]
    return [[name, values.map((one) => one.toString()).join(', ')] as const]
  })
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries))
}

/** Most messages have none, and the client gives each of them an empty object. */
function hasAny(headers: IHeaders | undefined): headers is IHeaders {
  for (const _name in headers) return true
  return false
}

/** CloudEvents in Kafka's binary mode: attributes travel in headers, the value is the data (Kafka binding 1.0.2, §3.2). */
export const BINARY_FORMAT = 'cloudevents.binary'
const isBinary = (headers: IHeaders | undefined): boolean => headers?.['ce_specversion'] !== undefined

export type Piece = {
  readonly format: string
  readonly first: bigint
  readonly last: bigint
  readonly messages: readonly SourceMessage[]
}

export type PieceLimits = { readonly messages: number; readonly bytes: number }

/**
 * The messages from `next` on, in pieces that the landing takes as one block each. Their ranges tile from `next` to the
 * batch's last offset, holes included. A message above the limit is a piece of its own; without messages there is one
 * empty piece, so that an empty stretch is accounted for too.
 */
export function* piecesOf(batch: Batch, next: bigint, format: string, limits: PieceLimits): Generator<Piece> {
  const last = BigInt(batch.lastOffset())
  if (last < next) return
  let first = next
  let current: { format: string; messages: SourceMessage[] } | null = null
  let bytes = 0
  for (const message of batch.messages) {
    const offset = BigInt(message.offset)
    if (offset < next) continue
    const headers = headersText(message.headers)
    const own = format === 'cloudevents' && isBinary(message.headers) ? BINARY_FORMAT : format
    const size = sizeOf(message)
    const before = current?.messages.at(-1)?.offset
    const isFull =
      current !== null &&
      (current.messages.length >= limits.messages || bytes + size > limits.bytes || current.format !== own)
    if (isFull && current !== null && before !== undefined) {
      yield { ...current, first, last: before }
      first = before + 1n
      current = null
    }
    if (current === null) {
      current = { format: own, messages: [] }
      bytes = 0
    }
    bytes += size
    current.messages.push({
      offset,
      key: message.key,
      value: message.value,
      ...(headers !== undefined && { headers }),
      brokerAtMs: Number(message.timestamp),
    })
  }
  yield { ...(current ?? { format, messages: [] }), first, last }
}

/** About what a batch holds in memory. */
export const bytesOf = (batch: Batch): number => batch.messages.reduce((sum, message) => sum + sizeOf(message), 0)

const OVERHEAD_BYTES = 200

function sizeOf(message: { readonly key: Buffer | null; readonly value: Buffer | null }): number {
  return OVERHEAD_BYTES + (message.key?.length ?? 0) + (message.value?.length ?? 0)
}
