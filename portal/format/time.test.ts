import { describe, expect, it } from 'vitest'
import { exactMoment, moment, relative } from './time.ts'

const now = Date.parse('2026-11-22T12:00:00Z')

describe('instants in the reader’s form', () => {
  it('leaves the current year away and follows the zone', () => {
    expect(moment('2026-11-22T17:30:00Z', { language: 'en', zone: 'Asia/Shanghai' }, now)).toBe('23 Nov, 01:30')
    expect(moment('2018-08-29T17:30:00Z', { language: 'en', zone: 'UTC' }, now)).toBe('29 Aug 2018, 17:30')
    expect(moment('2026-11-22T17:30:00Z', { language: 'zh', zone: 'Asia/Shanghai' }, now)).toBe('11月23日 01:30')
  })
  it('names the zone when it is exact', () =>
    expect(exactMoment('2026-11-22T17:30:05Z', { language: 'en', zone: 'UTC' })).toMatch(/17:30:05 UTC/))
  it('shows a missing or broken instant as a gap', () =>
    expect([moment(null, { language: 'en', zone: 'UTC' }), moment('x', { language: 'en', zone: 'UTC' })]).toEqual([
      '–',
      '–',
    ]))
  it('speaks relatively in both languages', () => {
    expect(relative('2026-11-22T11:55:00Z', 'en', now)).toBe('5 min ago')
    expect(relative('2026-11-22T14:00:00Z', 'zh', now)).toBe('2小时后')
  })
})
