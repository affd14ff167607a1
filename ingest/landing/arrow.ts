/** Encodes messages as one Arrow IPC stream without turning any of them into text or an object. */
import { createHash } from 'node:crypto'
import {
  Binary,
  Dictionary,
  Field,
  Int32,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  makeData,
  vectorFromArray,
} from 'apache-arrow'
import type { Data, DataType } from 'apache-arrow'
import type { SourceMessage } from '../sources/source.ts'

export const rawColumns = [
  'topic',
  'partition',
  'offset',
  'epoch',
  'batch_id',
  'range_first',
  'range_last',
  'range_n',
  'format',
  'broker_at',
  'landed_at',
  'key',
  'headers',
  'value',
] as const

/** The types of `rawColumns`, for an insert that names its structure. */
export const rawStructure =
  "topic String, partition UInt16, offset UInt64, epoch String, batch_id String, range_first UInt64, range_last UInt64, range_n UInt32, format String, broker_at DateTime64(3, 'UTC'), landed_at DateTime64(3, 'UTC'), key String, headers String, value String"

/** What every row of a block has in common. */
export type BatchHeader = {
  readonly topic: string
  readonly partition: number
  readonly epoch: string
  readonly batchId: string
  readonly rangeFirst: bigint
  readonly rangeLast: bigint
  readonly rangeN: number
  readonly format: string
  readonly landedAtMs: number
}

/** A block's messages, laid out once as columns: hashed for the batch's identity, then encoded. */
export type Packed = { readonly offset: Data; readonly key: Data; readonly headers: Data; readonly value: Data }

export function pack(messages: readonly SourceMessage[]): Packed {
  const offsets = new BigUint64Array(messages.length)
  for (const [index, message] of messages.entries()) offsets[index] = message.offset
  return {
    offset: makeData({ type: new Uint64(), length: messages.length, data: offsets }),
    key: bytes(messages, (message) => message.key),
    headers: bytes(messages, (message) => (message.headers === undefined ? null : Buffer.from(message.headers))),
    value: bytes(messages, (message) => message.value),
  }
}

/** Identity of what the messages say, with their positions. */
export function contentHash(packed: Packed): string {
  const hash = createHash('sha256').update(packed.offset.values as BigUint64Array)
  for (const part of [packed.key, packed.headers, packed.value])
    hash.update(part.valueOffsets).update(part.values as Uint8Array)
  return hash.digest('hex').slice(0, 16)
}

/** One record batch of `raw_events` rows: the columns of `rawColumns`, in that order. */
export function encodeRawEvents(
  header: BatchHeader,
  messages: readonly SourceMessage[],
  packed = pack(messages),
): Uint8Array {
  const n = messages.length
  const columns: [string, Data][] = [
    ['topic', constantText(header.topic, n)],
    ['partition', makeData({ type: new Uint16(), length: n, data: new Uint16Array(n).fill(header.partition) })],
    ['offset', packed.offset],
    ['epoch', constantText(header.epoch, n)],
    ['batch_id', constantText(header.batchId, n)],
    ['range_first', constantUint64(header.rangeFirst, n)],
    ['range_last', constantUint64(header.rangeLast, n)],
    ['range_n', makeData({ type: new Uint32(), length: n, data: new Uint32Array(n).fill(header.rangeN) })],
    ['format', constantText(header.format, n)],
    ['broker_at', milliseconds(n, (index) => messages[index]?.brokerAtMs ?? 0)],
    ['landed_at', milliseconds(n, () => header.landedAtMs)],
    ['key', packed.key],
    ['headers', packed.headers],
    ['value', packed.value],
  ]
  const fields = columns.map(([name, data]) => new Field(name, data.type as DataType, false))
  const children = columns.map(([, data]) => data)
  const batch = new RecordBatch(
    new Schema(fields),
    makeData({ type: new Struct(fields), length: n, nullCount: 0, children }),
  )
  const writer = new RecordBatchStreamWriter()
  writer.write(batch)
  writer.finish()
  return writer.toUint8Array(true)
}

function constantText(value: string, length: number): Data {
  const dictionary = vectorFromArray([value], new Utf8())
  return makeData({
    type: new Dictionary(new Utf8(), new Int32()),
    length,
    nullCount: 0,
    data: new Int32Array(length),
    dictionary,
  })
}

const constantUint64 = (value: bigint, length: number): Data =>
  makeData({ type: new Uint64(), length, data: new BigUint64Array(length).fill(value) })

/** Written as two halves each: a BigInt for every row costs as much as all the rest of the encoding. */
function milliseconds(length: number, at: (index: number) => number): Data {
  const halves = new Int32Array(2 * length)
  for (let index = 0; index < length; index += 1) {
    const ms = Math.trunc(at(index))
    halves[2 * index] = ms | 0
    halves[2 * index + 1] = Math.floor(ms / 2 ** 32)
  }
  return makeData({
    type: new TimestampMillisecond(),
    length,
    nullCount: 0,
    data: new BigInt64Array(halves.buffer),
  })
}

function bytes(messages: readonly SourceMessage[], part: (message: SourceMessage) => Buffer | null): Data {
  const parts = messages.map(part)
  const valueOffsets = new Int32Array(messages.length + 1)
  let total = 0
  for (let index = 0; index < parts.length; index += 1) {
    total += parts[index]?.length ?? 0
    valueOffsets[index + 1] = total
  }
  const data = Buffer.allocUnsafeSlow(total)
  for (let index = 0; index < parts.length; index += 1) parts[index]?.copy(data, valueOffsets[index])
  return makeData({ type: new Binary(), length: messages.length, nullCount: 0, valueOffsets, data })
}
