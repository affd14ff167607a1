import { effectScope, nextTick, ref } from 'vue'
import { expect, it } from 'vitest'
import { useResource } from './resource.ts'

/** A loader whose answers the test gives by hand. */
function byHand() {
  const calls: { answer: (value: string) => void; fail: (error: Error) => void; signal: AbortSignal }[] = []
  const load = (signal: AbortSignal): Promise<string> =>
    new Promise((answer, fail) => calls.push({ answer, fail, signal }))
  return { calls, load }
}
const settle = async (): Promise<void> => {
  await nextTick()
  await new Promise((done) => setTimeout(done, 0))
}

it('drops a late answer when an input has changed', async () => {
  const { calls, load } = byHand()
  const input = ref(1)
  const found = effectScope().run(() => useResource(load, [input]))
  input.value = 2
  await nextTick()
  expect(calls[0]?.signal.aborted).toBe(true)
  calls[1]?.answer('new')
  calls[0]?.answer('old')
  await settle()
  expect(found?.data.value).toBe('new')
})

it('lets a slow answer arrive although the pulse goes on, then asks once more', async () => {
  const { calls, load } = byHand()
  const beat = ref(0)
  const found = effectScope().run(() => useResource(load, [], [beat]))
  for (let i = 0; i < 3; i += 1) {
    beat.value += 1
    await nextTick()
  }
  expect(calls).toHaveLength(1)
  calls[0]?.answer('first')
  await settle()
  expect([found?.data.value, calls.length]).toEqual(['first', 2])
})

it('keeps the last value beside the error', async () => {
  const { calls, load } = byHand()
  const found = effectScope().run(() => useResource(load))
  calls[0]?.answer('value')
  await settle()
  void found?.refresh()
  calls[1]?.fail(new Error('no'))
  await settle()
  expect([found?.data.value, found?.error.value?.message]).toEqual(['value', 'no'])
})
