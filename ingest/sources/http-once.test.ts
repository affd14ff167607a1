/** A model warehouse that may die before or after a batch is durable; whatever happens, an id is landed once. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHttpSource } from './http.ts'
import type { HttpDelivery } from './http-delivery.ts'
import type { SourceBatch } from './source.ts'

const delivery = (texts: readonly string[], name = 'erp'): HttpDelivery => ({
  topic: `http/${name}`,
  format: 'cloudevents',
  messages: texts.map((text) => ({ value: Buffer.from(text) })),
})

type Fate = 'lands' | 'dies before' | 'dies after'

function aWarehouse() {
  const streams = new Map<string, SourceBatch>()
  let fates: Fate[] = []
  const nameOf = (topic: string, epoch: string): string => `${topic} ${epoch}`
  return {
    streams,
    decide: (...next: Fate[]) => void (fates = next),
    values: () => [...streams.values()].map((batch) => batch.messages.map((message) => String(message.value))),
    /** A process of its own over the same rows. */
    source: () =>
      createHttpSource({
        land: async (batch) => {
          await Promise.resolve()
          const fate = fates.shift() ?? 'lands'
          const name = nameOf(batch.topic, batch.epoch)
          // As landing does: what is behind the position is landed already.
          const isNew = !streams.has(name)
          if (fate !== 'dies before' && isNew) streams.set(name, batch)
          if (fate !== 'lands') throw new Error(fate)
          return isNew ? [{ rows: batch.messages.length }] : []
        },
        findLanded: async (topic, epoch) => {
          await Promise.resolve()
          const batch = streams.get(nameOf(topic, epoch))
          return batch === undefined
            ? null
            : { messages: batch.messages.length, fingerprint: String(batch.messages[0]?.key) }
        },
      }),
  }
}

describe('a batch id', () => {
  test('is a stream of its own, from 0 on', async () => {
    const warehouse = aWarehouse()
    const outcome = await warehouse.source().acceptOnce(delivery(['a', 'b']), 'one')
    expect(outcome).toEqual({ kind: 'landed', receipt: { topic: 'http/erp', first: 0n, last: 1n, messages: 2 } })
    const [batch] = warehouse.streams.values()
    expect(batch).toMatchObject({
      topic: 'http/erp',
      partition: 0,
      epoch: expect.stringMatching(/^batch:[0-9a-f]{40}$/),
    })
    expect(batch?.messages.map((message) => message.offset)).toEqual([0n, 1n])
  })

  test('repeated with the same content has the same receipt, also from another process', async () => {
    const warehouse = aWarehouse()
    const first = await warehouse.source().acceptOnce(delivery(['a', 'b']), 'one')
    const again = await warehouse.source().acceptOnce(delivery(['a', 'b']), 'one')
    expect(again).toEqual({ ...first, kind: 'replayed' })
    expect(warehouse.values()).toEqual([['a', 'b']])
  })

  test.each([
    ['other bytes', ['a', 'c']],
    ['fewer', ['a']],
    ['more', ['a', 'b', 'c']],
    ['the same bytes cut elsewhere', ['ab', '']],
    ['another order', ['b', 'a']],
  ])('repeated with %s is a conflict', async (_name, texts) => {
    const warehouse = aWarehouse()
    const source = warehouse.source()
    await source.acceptOnce(delivery(['a', 'b']), 'one')
    expect(await source.acceptOnce(delivery(texts), 'one')).toEqual({ kind: 'conflict' })
    expect(warehouse.values()).toEqual([['a', 'b']])
  })

  test('belongs to its key: another key may use it too', async () => {
    const warehouse = aWarehouse()
    const source = warehouse.source()
    await source.acceptOnce(delivery(['a']), 'one')
    expect(await source.acceptOnce(delivery(['b'], 'wms'), 'one')).toMatchObject({ kind: 'landed' })
  })

  test('repeated while the first is in flight waits for it', async () => {
    const warehouse = aWarehouse()
    const source = warehouse.source()
    const outcomes = await Promise.all([
      source.acceptOnce(delivery(['a']), 'one'),
      source.acceptOnce(delivery(['a']), 'one'),
      source.acceptOnce(delivery(['b']), 'one'),
    ])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['landed', 'replayed', 'conflict'])
    expect(warehouse.values()).toEqual([['a']])
  })

  test('a death after the rows were durable, before the answer: the repeat is a replay', async () => {
    const warehouse = aWarehouse()
    warehouse.decide('dies after')
    await expect(warehouse.source().acceptOnce(delivery(['a']), 'one')).rejects.toMatchObject({ retryable: true })
    expect(await warehouse.source().acceptOnce(delivery(['a']), 'one')).toMatchObject({ kind: 'replayed' })
  })

  test('a death before the rows were durable: the repeat lands, with whatever content it has', async () => {
    const warehouse = aWarehouse()
    warehouse.decide('dies before')
    await expect(warehouse.source().acceptOnce(delivery(['a']), 'one')).rejects.toMatchObject({ retryable: true })
    expect(await warehouse.source().acceptOnce(delivery(['b']), 'one')).toMatchObject({ kind: 'landed' })
  })

  test('without a way to look up, ids are refused rather than ignored', async () => {
    const source = createHttpSource({ land: async () => [] })
    await expect(source.acceptOnce(delivery(['a']), 'one')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

test('any mix of repeats, other contents, deaths and processes: one content for each id, and every yes is about it', async () => {
  const step = fc.record({
    id: fc.constantFrom('1', '2', '3'),
    texts: fc.constantFrom(['a'], ['a', 'b'], ['b']),
    fate: fc.constantFrom<Fate>('lands', 'lands', 'dies before', 'dies after'),
    process: fc.nat({ max: 1 }),
    waits: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const warehouse = aWarehouse()
      const processes = [warehouse.source(), warehouse.source()]
      const answers: Promise<unknown>[] = []
      warehouse.decide(...steps.map(({ fate }) => fate))
      for (const { id, texts, process, waits } of steps) {
        const answer = (processes[process] as (typeof processes)[number]).acceptOnce(delivery(texts), id).then(
          ({ kind }) => {
            const landed = [...warehouse.streams.values()].map((batch) => batch.messages.map((m) => String(m.value)))
            if (kind !== 'conflict') expect(landed).toContainEqual(texts)
          },
          (error: unknown) => expect(error).toMatchObject({ retryable: true }),
        )
        answers.push(answer)
        if (waits) await answer
      }
      await Promise.all(answers)
      expect(warehouse.streams.size).toBeLessThanOrEqual(3)
    }),
    { numRuns: 500 },
  )
})
