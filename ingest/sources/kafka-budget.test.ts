import { expect, test } from 'vitest'
import { createBudget } from './kafka-budget.ts'

function aBudget() {
  const paused = new Set<string>()
  const budget = createBudget(100, {
    pause: (key) => void paused.add(key),
    resume: (key) => void paused.delete(key),
  })
  return { budget, paused }
}

test('above three quarters the fullest partitions pause, and no more than needed', () => {
  const { budget, paused } = aBudget()
  budget.hold('a', 50)
  budget.hold('b', 20)
  expect([...paused]).toEqual([])
  budget.hold('c', 10)
  expect([...paused]).toEqual(['a'])
})

test('they resume together once less than two fifths are held', () => {
  const { budget, paused } = aBudget()
  budget.hold('a', 80)
  budget.hold('b', 30)
  budget.release('a', 40)
  expect(budget.held()).toBe(70)
  expect(paused.has('a')).toBe(true)
  budget.release('a', 40)
  expect(paused.size).toBe(0)
})

test('all that was held and released is nothing', () => {
  const { budget } = aBudget()
  for (const bytes of [60, 30, 10]) budget.hold('a', bytes)
  for (const bytes of [10, 60, 30]) budget.release('a', bytes)
  expect(budget.held()).toBe(0)
})
