import { expect, test } from 'vitest'
import { createInProcessQueue } from './in-process.ts'

test('jobs run oldest first, a waiting id only once, and a failing one stops nothing', async () => {
  const done: string[] = []
  const failed: string[] = []
  const queue = createInProcessQueue({ onFailure: (id) => failed.push(id) })
  for (const id of ['a', 'bad', 'b', 'a']) await queue.enqueue(id)
  queue.process(async (id) => {
    await Promise.resolve()
    if (id === 'bad') throw new Error('bad')
    done.push(id)
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect([done, failed]).toEqual([['a', 'b'], ['bad']])
  await queue.close()
})

test('closing waits for what runs and starts nothing new', async () => {
  const done: string[] = []
  const queue = createInProcessQueue({ onFailure: () => {} })
  queue.process(async (id) => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    done.push(id)
  })
  await queue.enqueue('a')
  await queue.enqueue('b')
  await queue.close()
  expect(done).toEqual(['a'])
})
