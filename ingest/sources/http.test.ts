import { expect, test } from 'vitest'
import { createHttpSource } from './http.ts'
import type { SourceBatch } from './source.ts'

const delivery = (name: string, ...texts: string[]) => ({
  topic: `http/${name}`,
  format: 'cloudevents',
  messages: texts.map((text) => ({ value: Buffer.from(text) })),
})
const shop = (...texts: string[]) => delivery('shop', ...texts)

function aLanding() {
  const batches: SourceBatch[] = []
  let open = (): void => undefined
  let gate: Promise<void> = Promise.resolve()
  return {
    batches,
    land: async (batch: SourceBatch) => {
      batches.push(batch)
      await gate
      return [{ rows: batch.messages.length }]
    },
    hold: () => void (gate = new Promise<void>((resolve) => (open = resolve))),
    release: () => open(),
    values: () => batches.map((batch) => batch.messages.map((message) => String(message.value))),
  }
}

test('messages land under the name of their key, in a stream of this process', async () => {
  const { land, batches } = aLanding()
  const source = createHttpSource({ land, epoch: 'e', now: () => 5 })
  expect(await source.accept(shop('a', 'b'))).toEqual({ topic: 'http/shop', first: 0n, last: 1n, messages: 2 })
  expect(await source.accept(shop('c'))).toMatchObject({ first: 2n, last: 2n })
  expect(batches[0]).toMatchObject({ topic: 'http/shop', partition: 0, epoch: 'e', format: 'cloudevents' })
  expect(batches[0]?.messages[0]).toEqual({ offset: 0n, key: null, value: Buffer.from('a'), brokerAtMs: 5 })
})

test('key and headers land beside the bytes', async () => {
  const { land, batches } = aLanding()
  const message = { value: Buffer.from('x'), key: Buffer.from('main'), headers: '{"x-topic":"orders/create"}' }
  await createHttpSource({ land }).accept({ topic: 'webhook/main', format: 'shopify', messages: [message] })
  expect(batches[0]).toMatchObject({ topic: 'webhook/main', format: 'shopify', messages: [message] })
})

test('requests that come while one lands share the next batch, and each gets its own receipt', async () => {
  const landing = aLanding()
  landing.hold()
  const source = createHttpSource(landing)
  const receipts = [source.accept(shop('a')), source.accept(shop('b', 'c')), source.accept(shop('d'))]
  landing.release()
  expect((await Promise.all(receipts)).map(({ first, last }) => [first, last])).toEqual([
    [0n, 0n],
    [1n, 2n],
    [3n, 3n],
  ])
  expect(landing.values()).toEqual([['a'], ['b', 'c', 'd']])
})

test('a batch has one format; positions go on across formats', async () => {
  const landing = aLanding()
  landing.hold()
  const source = createHttpSource(landing)
  const binary = { ...shop('c'), format: 'cloudevents.binary' }
  const receipts = [shop('a'), shop('b'), binary, shop('d')].map((one) => source.accept(one))
  landing.release()
  expect((await Promise.all(receipts)).map(({ first }) => first)).toEqual([0n, 1n, 2n, 3n])
  expect(landing.batches.map((batch) => batch.format)).toEqual([
    'cloudevents',
    'cloudevents',
    'cloudevents.binary',
    'cloudevents',
  ])
})

test('a failed attempt is told to its senders and its offsets are never used again', async () => {
  const landing = aLanding()
  let fail = true
  const source = createHttpSource({
    land: async (batch) => {
      if (fail) throw new Error('away')
      return landing.land(batch)
    },
  })
  await expect(source.accept(shop('a', 'b'))).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: true })
  fail = false
  await source.accept(shop('a', 'b'))
  expect(landing.batches.flatMap((batch) => batch.messages.map((message) => Number(message.offset)))).toEqual([2, 3])
})

test('a sender is told to come again when the warehouse takes long; what had not begun is not landed then', async () => {
  const landing = aLanding()
  landing.hold()
  const source = createHttpSource({ ...landing, patienceMs: 20 })
  const [begun, waiting] = await Promise.allSettled([source.accept(shop('a')), source.accept(shop('b'))])
  expect([begun, waiting].map((one) => one.status)).toEqual(['rejected', 'rejected'])
  landing.release()
  landing.hold()
  landing.release()
  await source.accept(shop('c'))
  expect(landing.values()).toEqual([['a'], ['c']])
})

test('what waits for the warehouse is limited, and the room is free again afterwards', async () => {
  const landing = aLanding()
  landing.hold()
  const source = createHttpSource(landing)
  const large = () => ({ ...shop(), messages: [{ value: Buffer.alloc(40 * 1024 * 1024) }] })
  const first = source.accept(large())
  await expect(source.accept(large())).rejects.toMatchObject({ code: 'UNREACHABLE' })
  landing.release()
  await first
  await source.accept(large())
})

test('a name that could be mistaken for another topic is refused', async () => {
  const source = createHttpSource(aLanding())
  for (const topic of ['http/../import', 'import', 'other/x', 'http/'])
    await expect(source.accept({ ...shop('a'), topic })).rejects.toMatchObject({ code: 'CONFIG' })
})

test('after stop nothing is taken, and a warehouse that is away is not waited for', async () => {
  const source = createHttpSource({
    land: (_batch, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('stopped')))),
    stopMs: 20,
  })
  const waiting = source.accept(shop('a')).catch((error: unknown) => error)
  await source.stop()
  expect(await waiting).toMatchObject({ code: 'UNREACHABLE', retryable: true })
  await expect(source.accept(shop('a'))).rejects.toMatchObject({ code: 'UNREACHABLE' })
})

test('two processes never give two messages the same position', async () => {
  const { land, batches } = aLanding()
  for (const source of [createHttpSource({ land }), createHttpSource({ land })]) await source.accept(shop('a'))
  expect(new Set(batches.map((batch) => batch.epoch)).size).toBe(2)
})
