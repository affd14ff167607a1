import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createBullQueue } from './bull.ts'

// `npm run test:services` starts Redis and says where it is.
const redisUrl = process.env['REDIS_URL']

test.skipIf(!redisUrl)('ids travel through Redis, and a failing one stops nothing', async () => {
  const done: string[] = []
  const failed: string[] = []
  const queue = createBullQueue({
    redisUrl: redisUrl ?? '',
    name: `test-${randomUUID()}`,
    onFailure: (id) => failed.push(id),
    onError: () => {},
  })
  queue.process(async (id) => {
    await Promise.resolve()
    if (id === 'bad') throw new Error('bad')
    done.push(id)
  })
  for (const id of ['a', 'bad', 'b']) await queue.enqueue(id)
  await expect.poll(() => [done, failed], { timeout: 10_000 }).toEqual([['a', 'b'], ['bad']])
  await queue.close()
})
