import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { judge, watchPressure } from './pressure.ts'

test.each([
  [{ lagMs: 150, residentBytes: 900 }, 'none'],
  [{ lagMs: 250, residentBytes: 0 }, 'high'],
  [{ lagMs: 0, residentBytes: 1_001 }, 'high'],
  [{ lagMs: 450, residentBytes: 0 }, 'severe'],
  [{ lagMs: 0, residentBytes: 1_200 }, 'severe'],
] as const)('%o is %s', (look, pressure) => {
  expect(judge(look, { lagMs: 200, residentBytes: 1_000 })).toBe(pressure)
})

test('a loop that is held up shows, and shows no more when it runs freely', async () => {
  const watch = watchPressure({ lagMs: 50, residentBytes: Number.POSITIVE_INFINITY })
  for (let n = 0; n < 8; n += 1) {
    const until = Date.now() + 250
    while (Date.now() < until);
    await sleep(1)
  }
  expect(watch.now()).not.toBe('none')
  for (let n = 0; n < 40 && watch.now() !== 'none'; n += 1) await sleep(100)
  expect(watch.now()).toBe('none')
  watch.stop()
})
