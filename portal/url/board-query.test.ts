import { describe, expect, it } from 'vitest'
import { readBoardQuery, readKnownAt, resolveWindow, writeBoardQuery } from './board-query.ts'

const dimensions = ['channel', 'region']

describe('board state in the URL', () => {
  it('survives the way there and back', () => {
    const state = {
      window: { preset: 'custom', from: '2018-01-01', to: '2018-01-31' } as const,
      where: [{ dimension: 'channel', op: 'in' as const, values: ['tmall', 'a&b=c'] }],
      time_basis: 'business' as const,
    }
    expect(readBoardQuery(writeBoardQuery(state, dimensions, {}) as never, dimensions, '7d')).toEqual(state)
  })
  it('keeps parameters it does not own and drops filters that were removed', () => {
    const query = writeBoardQuery({ window: { preset: '24h' }, where: [], time_basis: 'calendar' }, dimensions, {
      drill: '{}',
      channel: 'x',
      from: 'y',
    })
    expect(query).toEqual({ drill: '{}', window: '24h' })
  })
  it('is of the past where it names an instant with its offset, and of the present otherwise', () => {
    const state = {
      window: { preset: '7d' } as const,
      where: [],
      time_basis: 'calendar' as const,
      known_at: '2026-11-20T00:00:00.000Z',
    }
    expect(readBoardQuery(writeBoardQuery(state, dimensions, {}) as never, dimensions, '7d')).toEqual(state)
    expect(readKnownAt({ known_at: '2026-11-20T08:00:00+08:00' })).toBe('2026-11-20T00:00:00.000Z')
    for (const known_at of ['2026-11-20', '2026-11-20T08:00:00', 'yesterday', '', null])
      expect(readKnownAt({ known_at })).toBeUndefined()
  })
  it('falls back on what it cannot read', () => {
    expect(
      readBoardQuery({ window: '1y', from: 'nonsense', to: '2018-01-01', channel: [null] }, dimensions, '30d'),
    ).toEqual({ window: { preset: '30d' }, where: [], time_basis: 'calendar' })
  })
})

describe('windows as instants', () => {
  const now = Date.parse('2026-11-22T17:30:12.345Z')
  it('counts whole days of the zone and today', () => {
    expect(resolveWindow({ preset: '7d' }, now, 'Asia/Shanghai')).toEqual({
      from: '2026-11-16T16:00:00.000Z',
      to: '2026-11-22T17:30:12.000Z',
    })
  })
  it('counts whole hours and this one', () => {
    expect(resolveWindow({ preset: '24h' }, now, 'UTC').from).toBe('2026-11-21T18:00:00.000Z')
  })
  it('includes both days of a custom window', () => {
    expect(resolveWindow({ preset: 'custom', from: '2018-01-01', to: '2018-01-31' }, now, 'Asia/Shanghai')).toEqual({
      from: '2017-12-31T16:00:00.000Z',
      to: '2018-01-31T16:00:00.000Z',
    })
  })
  it('takes exact instants as they are', () => {
    expect(
      resolveWindow({ preset: 'custom', from: '2018-01-01T05:00:00Z', to: '2018-01-02T05:00:00Z' }, now, 'UTC').to,
    ).toBe('2018-01-02T05:00:00.000Z')
  })
})
