import { describe, expect, test } from 'vitest'
import { judge, slice } from './kafka-position.ts'

const at = (next: bigint, soughtTo: bigint | null = null) => ({ next, soughtTo })
const broker = { low: 0n, high: 100n }

describe('judging a fetched batch', () => {
  test('a batch asked from the position or before it is taken', () => {
    expect(judge(at(10n), 10n, broker)).toEqual({ kind: 'take' })
    expect(judge(at(10n), 3n, broker)).toEqual({ kind: 'take' })
  })

  test('a batch from behind the position is not taken: the client seeks back', () => {
    expect(judge(at(10n), 40n, broker)).toEqual({ kind: 'seek', offset: 10n })
  })

  test('a hole that is still there after seeking back holds no messages', () => {
    expect(judge(at(10n, 10n), 12n, broker)).toEqual({ kind: 'take' })
    expect(judge(at(11n, 10n), 12n, broker)).toEqual({ kind: 'seek', offset: 11n })
  })

  test('messages the broker deleted before they were read are named', () => {
    expect(judge(at(10n), 50n, { low: 50n, high: 100n })).toEqual({ kind: 'lost', first: 10n, last: 49n })
  })

  test('a topic that ends before the position was created anew', () => {
    expect(judge(at(10n), 0n, { low: 0n, high: 4n })).toEqual({ kind: 'replaced', end: 4n })
  })
})

describe('slicing', () => {
  const message = (size: number) => ({ key: null, value: Buffer.alloc(size) })

  test('limits of count and bytes are kept and no message is left out', () => {
    const slices = slice([5, 5, 5, 20, 1, 1].map(message), { messages: 2, bytes: 10 })
    expect(slices.map((one) => one.map((m) => m.value.length))).toEqual([[5, 5], [5], [20], [1, 1]])
  })

  test('no messages, no slices', () => {
    expect(slice([], { messages: 2, bytes: 10 })).toEqual([])
  })
})
