import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scoreOf, startOfHour, weeksBefore } from './spike.ts'

const limits = { floor: 5, threshold: 3 }

test('a count as usual has no score, one far above it is a spike', () => {
  expect(scoreOf(20, [18, 20, 22, 20], limits)).toMatchObject({ expected: 20, score: 0, is_spike: false })
  expect(scoreOf(40, [18, 20, 22, 20], limits)).toMatchObject({ is_spike: true })
})

test('one odd week among those before does not hide a spike', () => {
  expect(scoreOf(40, [18, 400, 22, 20, 19], limits).is_spike).toBe(true)
})

test('what always varies a lot is no spike when it does', () => {
  expect(scoreOf(40, [5, 60, 20, 45, 12, 33], limits).is_spike).toBe(false)
})

test('below the floor nothing is a spike, however rare', () => {
  expect(scoreOf(4, [0, 0, 0, 0], limits)).toMatchObject({ score: 4, is_spike: false })
  expect(scoreOf(5, [0, 0, 0, 0], limits)).toMatchObject({ score: 5, is_spike: true })
})

test('more of the same is never less of a spike', () => {
  const counts = fc.array(fc.nat(200), { minLength: 4, maxLength: 12 })
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), counts, (a, b, before) => {
      const [low, high] = [scoreOf(Math.min(a, b), before, limits), scoreOf(Math.max(a, b), before, limits)]
      return low.score <= high.score && (!low.is_spike || high.is_spike)
    }),
  )
})

test('the same hour a week before is the same on the wall, also over a change of clocks', () => {
  const after = Date.parse('2026-03-30T07:00:00Z')
  expect(new Date(weeksBefore(after, 1, 'Europe/Berlin')).toISOString()).toBe('2026-03-23T08:00:00.000Z')
  expect(new Date(weeksBefore(after, 1, 'Asia/Shanghai')).toISOString()).toBe('2026-03-23T07:00:00.000Z')
  expect(new Date(weeksBefore(after, 1, 'UTC')).toISOString()).toBe('2026-03-23T07:00:00.000Z')
  expect(new Date(weeksBefore(Date.parse('2026-11-02T15:30:00Z'), 2, 'America/New_York')).toISOString()).toBe(
    '2026-10-19T14:30:00.000Z',
  )
})

test('hours are those of the zone, also where it is half an hour off', () => {
  const at = Date.parse('2026-03-30T07:10:00Z')
  expect(new Date(startOfHour(at, 'Asia/Kolkata')).toISOString()).toBe('2026-03-30T06:30:00.000Z')
  expect(new Date(startOfHour(at, 'Europe/Berlin')).toISOString()).toBe('2026-03-30T07:00:00.000Z')
})
