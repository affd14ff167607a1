import { beforeEach, describe, expect, it } from 'vitest'
import type { Action } from '#api/contract/actions.ts'
import { accepted, actionOf, forget, intend, isSettled, recall, recallAll } from './intention.ts'

const now = new Date('2026-11-22T12:00:00Z')
const body = { kind: 'refund_payment' as const, payment_id: 'pay-3', amount: 25_890, reason: 'Duplicate payment' }
const action: Action = {
  id: 'a-1',
  kind: 'refund_payment',
  order_id: 'o-1',
  payment_id: 'pay-3',
  amount: 25_890,
  currency: 'CNY',
  reason: '',
  state: 'queued',
  requested_by: 'p-1',
  requested_by_name: '',
  requested_at: now.toISOString(),
  settled_at: null,
  detail: '',
}

describe('one key per intention', () => {
  let kept: Map<string, string>
  let place: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>
  beforeEach(() => {
    kept = new Map()
    place = {
      key: (i) => [...kept.keys()][i] ?? null,
      get length() {
        return kept.size
      },
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    }
  })

  it('is the same when pressed twice and after a reload, whatever was typed since', () => {
    const first = intend(place, 'o-1', body, now)
    expect(intend(place, 'o-1', { ...body, reason: 'other words' }, new Date())).toEqual(first)
    expect(recall(place, 'o-1', 'refund_payment', 'pay-3')).toEqual(first)
  })

  it('differs between payments, orders and kinds', () => {
    const keys = [
      intend(place, 'o-1', body, now),
      intend(place, 'o-2', body, now),
      intend(place, 'o-1', { ...body, payment_id: 'pay-4' }, now),
      intend(place, 'o-1', { kind: 'cancel_order', reason: 'x' }, now),
    ].map(({ key }) => key)
    expect(new Set(keys).size).toBe(4)
  })

  it('is found again by its order alone', () => {
    const mine = [intend(place, 'o-1', body, now), intend(place, 'o-1', { kind: 'cancel_order', reason: 'x' }, now)]
    intend(place, 'o-10', body, now)
    expect(recallAll(place, 'o-1')).toEqual(mine)
  })

  it('ends when it is settled', () => {
    const first = intend(place, 'o-1', body, now)
    forget(place, first)
    expect(intend(place, 'o-1', body, now).key).not.toBe(first.key)
  })

  it('finds its action by id, or by what it asked when the answer was lost', () => {
    const first = intend(place, 'o-1', body, now)
    expect(actionOf(first, [action], 'p-1')).toBe(action)
    expect(actionOf(first, [{ ...action, requested_at: '2026-11-22T11:00:00Z' }], 'p-1')).toBeUndefined()
    expect(actionOf(first, [{ ...action, requested_by: 'p-2' }], 'p-1')).toBeUndefined()
    expect(actionOf(accepted(place, first, 'a-9'), [action], 'p-1')).toBeUndefined()
  })

  it('is settled only by a known outcome', () => {
    expect([isSettled({ ...action, state: 'in_doubt' }), isSettled({ ...action, state: 'succeeded' })]).toEqual([
      false,
      true,
    ])
  })
})
