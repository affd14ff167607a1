import { expect, test } from 'vitest'
import { createHttpSource } from './http.ts'
import type { SourceBatch } from './source.ts'

const messages = (...texts: string[]) => texts.map((text) => Buffer.from(text))

function aLanding() {
  const batches: SourceBatch[] = []
  let release: (() => void) | null = null
  return {
    batches,
    hold: () => {
      let open = (): void => undefined
      const gate = new Promise<void>((resolve) => (open = resolve))
      release = open
      return gate
    },
    release: () => release?.(),
    offsets: () => batches.flatMap((batch) => batch.messages.map((message) => Number(message.offset))),
  }
}

test('messages land under the name of their key, in a stream of this process', async () => {
  const landing = aLanding()
  const source = createHttpSource({
    land: async (batch) => void landing.batches.push(batch),
    epoch: 'e',
    now: () => 5,
  })
  expect(await source.accept('shop', messages('a', 'b'))).toEqual({
    topic: 'http/shop',
    first: 0n,
    last: 1n,
    messages: 2,
  })
  expect(await source.accept('shop', messages('c'))).toMatchObject({ first: 2n, last: 2n })
  expect(landing.batches[0]).toMatchObject({ topic: 'http/shop', partition: 0, epoch: 'e', format: 'cloudevents' })
  expect(landing.batches[0]?.messages[0]).toEqual({ offset: 0n, key: null, value: Buffer.from('a'), brokerAtMs: 5 })
})

test('requests that come while one lands share the next batch, and each gets its own receipt', async () => {
  const landing = aLanding()
  const gate = landing.hold()
  const source = createHttpSource({
    land: async (batch) => {
      landing.batches.push(batch)
      await gate
    },
  })
  const receipts = [
    source.accept('shop', messages('a')),
    source.accept('shop', messages('b', 'c')),
    source.accept('shop', messages('d')),
  ]
  landing.release()
  expect((await Promise.all(receipts)).map(({ first, last }) => [first, last])).toEqual([
    [0n, 0n],
    [1n, 2n],
    [3n, 3n],
  ])
  expect(landing.batches.length).toBe(2)
})

test('a failed attempt is told to its senders and its offsets are never used again', async () => {
  const landing = aLanding()
  let fail = true
  const source = createHttpSource({
    land: async (batch) => {
      if (fail) throw new Error('away')
      landing.batches.push(batch)
    },
  })
  await expect(source.accept('shop', messages('a', 'b'))).rejects.toMatchObject({
    code: 'UNREACHABLE',
    retryable: true,
  })
  fail = false
  await source.accept('shop', messages('a', 'b'))
  expect(landing.offsets()).toEqual([2, 3])
})

test('a key name that could be mistaken for another topic is refused', async () => {
  const source = createHttpSource({ land: async () => undefined })
  await expect(source.accept('../import', messages('a'))).rejects.toMatchObject({ code: 'CONFIG' })
})

test('after stop nothing is taken', async () => {
  const source = createHttpSource({ land: async () => undefined })
  await source.stop()
  await expect(source.accept('shop', messages('a'))).rejects.toMatchObject({ code: 'UNREACHABLE' })
})

test('two processes never give two messages the same position', async () => {
  const epochs = new Set<string>()
  const land = async (batch: SourceBatch) => void epochs.add(batch.epoch)
  for (const source of [createHttpSource({ land }), createHttpSource({ land })])
    await source.accept('shop', messages('a'))
  expect(epochs.size).toBe(2)
})
