import { expect, it } from 'vitest'
import { limited } from './limit.ts'

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 5))

it('runs no more than its number at a time and all of them in order', async () => {
  const limit = limited(2)
  const started: number[] = []
  let running = 0
  let most = 0
  await Promise.all(
    [1, 2, 3, 4, 5].map((n) =>
      limit(async () => {
        started.push(n)
        most = Math.max(most, (running += 1))
        await pause()
        running -= 1
      }),
    ),
  )
  expect([started, most]).toEqual([[1, 2, 3, 4, 5], 2])
})

it('goes on after a failure and skips what was given up while it waited', async () => {
  const limit = limited(1)
  const given = new AbortController()
  const ran: string[] = []
  const all = Promise.allSettled([
    limit(() => Promise.reject(new Error('no'))),
    limit(() => Promise.resolve(ran.push('given up')), given.signal),
    limit(() => Promise.resolve(ran.push('last'))),
  ])
  given.abort()
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(ran).toEqual(['last'])
})
