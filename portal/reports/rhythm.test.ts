import { describe, expect, it } from 'vitest'
import { hasFiveFields, readRecipients, rhythmOf, rhythms } from './rhythm.ts'

describe('rhythm', () => {
  it('finds the name of a known expression', () =>
    expect([rhythmOf('0 8 * * *'), rhythmOf(' 0 9 * * 1-5 '), rhythmOf('5 8 * * *')]).toEqual([
      'daily8',
      'weekdays9',
      'custom',
    ]))
  it('has five fields in each', () => expect(Object.values(rhythms).every(hasFiveFields)).toBe(true))
  it('refuses other numbers of fields', () =>
    expect([hasFiveFields('* * * *'), hasFiveFields('0 0 8 * * *'), hasFiveFields('')]).toEqual([false, false, false]))
})

describe('recipients', () => {
  it('splits what was pasted', () =>
    expect(readRecipients(['A@x.cn, b@x.cn；b@x.cn'])).toEqual({ recipients: ['a@x.cn', 'b@x.cn'], wrong: null }))
  it('names the first that is no address', () => expect(readRecipients(['a@x.cn', 'nobody']).wrong).toBe('nobody'))
})
