import { describe, expect, test } from 'vitest'
import { compareRecord, judge } from './kafka-position.ts'

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

describe('comparing the broker with the last landed row', () => {
  const landed = { offset: 41n, valueHash: 'aa' }
  const batch = { fetchedFrom: 41n, last: 60n, low: 0n, soughtTo: 41n, hashAt: () => 'aa' }

  test('the same bytes are the same stream, others are not', () => {
    expect(compareRecord(landed, batch)).toBe('same')
    expect(compareRecord(landed, { ...batch, fetchedFrom: 7n })).toBe('same')
    expect(compareRecord(landed, { ...batch, hashAt: () => 'bb' })).toBe('different')
  })

  test('a record that is compacted or deleted says nothing', () => {
    expect(compareRecord(landed, { ...batch, hashAt: () => null })).toBe('gone')
    expect(compareRecord(landed, { ...batch, low: 42n })).toBe('gone')
    expect(compareRecord(landed, { ...batch, fetchedFrom: 45n })).toBe('gone')
  })

  test('a batch that does not reach the record is not enough', () => {
    expect(compareRecord(landed, { ...batch, fetchedFrom: 42n, soughtTo: null })).toBe('look')
    expect(compareRecord(landed, { ...batch, fetchedFrom: 0n, last: 30n, hashAt: () => null })).toBe('look')
  })
})
