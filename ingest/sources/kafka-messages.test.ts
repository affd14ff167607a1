import { describe, expect, test } from 'vitest'
import type { EachBatchPayload, IHeaders } from './kafka-client.ts'
import { headersText, piecesOf } from './kafka-messages.ts'

const LIMITS = { messages: 2, bytes: 1_000_000 }

function batchOf(offsets: readonly number[], last: number, headers: Readonly<Record<number, IHeaders>> = {}) {
  const messages = offsets.map((offset) => ({
    offset: String(offset),
    key: null,
    value: Buffer.from(`v${offset}`),
    timestamp: '1',
    attributes: 0,
    headers: headers[offset] ?? {},
  }))
  // safe because only these members are read
  return { messages, lastOffset: () => String(last) } as unknown as EachBatchPayload['batch']
}

const cut = (...args: Parameters<typeof piecesOf>) => [...piecesOf(...args)]
const ranges = (pieces: ReturnType<typeof cut>) => pieces.map(({ first, last }) => [Number(first), Number(last)])

describe('cutting a batch', () => {
  test('ranges tile from the position to the end of the batch, over holes and control records', () => {
    expect(ranges(cut(batchOf([3, 4, 7, 8, 11], 14), 2n, 'cloudevents', LIMITS))).toEqual([
      [2, 4],
      [5, 8],
      [9, 14],
    ])
  })

  test('what is landed already is left out', () => {
    const pieces = cut(batchOf([3, 4, 5], 5), 5n, 'cloudevents', LIMITS)
    expect(pieces.flatMap(({ messages }) => messages.map(({ offset }) => offset))).toEqual([5n])
    expect(cut(batchOf([3, 4, 5], 5), 6n, 'cloudevents', LIMITS)).toEqual([])
  })

  test('a stretch without messages is accounted for', () => {
    expect(cut(batchOf([], 9), 4n, 'cloudevents', LIMITS)).toEqual([
      { format: 'cloudevents', first: 4n, last: 9n, messages: [] },
    ])
  })

  test('a message above the limit is a piece of its own', () => {
    expect(ranges(cut(batchOf([0, 1, 2], 2), 0n, 'x', { messages: 9, bytes: 1 }))).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
  })

  test('CloudEvents in binary mode are pieces of their own format, unless the topic has one', () => {
    const mixed = batchOf([0, 1], 1, { 1: { ce_specversion: Buffer.from('1.0'), ce_id: 'a' } })
    expect(cut(mixed, 0n, 'cloudevents', LIMITS).map(({ format }) => format)).toEqual([
      'cloudevents',
      'cloudevents.binary',
    ])
    expect(cut(mixed, 0n, 'shopify', LIMITS).map(({ format }) => format)).toEqual(['shopify'])
  })
})

test('headers are one JSON object of text', () => {
  expect(headersText({})).toBeUndefined()
  expect(headersText(undefined)).toBeUndefined()
  expect(JSON.parse(headersText({ a: Buffer.from('订单'), b: ['1', Buffer.from('2')] }) ?? '')).toEqual({
    a: '订单',
    b: '1, 2',
  })
})
