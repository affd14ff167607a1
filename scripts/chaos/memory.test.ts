import { describe, expect, it } from 'vitest'
import { lowest, slopeOf } from './memory.ts'

const SECONDS = 7_200
/** A saw: it rises by 90 MB over a time that never divides a stretch, then what is garbage goes. */
const life = (leakedPerMinute: number) =>
  Array.from({ length: SECONDS }, (_, second) => ({
    minutes: second / 60,
    mb: 320 + ((second % 137) / 137) * 90 + (second / 60) * leakedPerMinute,
  }))

describe('growth of memory', () => {
  it('is not the swing of garbage', () => expect(Math.abs(slopeOf(lowest(life(0))) * 10)).toBeLessThan(0.3))

  it('is a leak beneath the swing', () => {
    const found = slopeOf(lowest(life(0.2))) * 10
    expect(found).toBeGreaterThan(1.7)
    expect(found).toBeLessThan(2.3)
  })

  it('is told of the second half: warming up is none', () => {
    const warm = life(0).map((one) => ({ ...one, mb: one.mb - Math.max(0, 40 - one.minutes) * 3 }))
    expect(Math.abs(slopeOf(lowest(warm)) * 10)).toBeLessThan(0.3)
  })
})
