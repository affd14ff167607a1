import { expect, test, vi } from 'vitest'
import { ApiError } from './api-error.ts'
import { patiently } from './patiently.ts'

type Ask = () => Promise<string>
const preparing: Ask = () => Promise.reject(new ApiError(409, 'preparing', '40 % done'))

test('what is being worked out is asked for again until it is there', async () => {
  const ask = vi
    .fn<Ask>(() => Promise.resolve('there'))
    .mockImplementationOnce(preparing)
    .mockImplementationOnce(preparing)
  expect(await patiently(ask, undefined, 1)).toBe('there')
  expect(ask).toHaveBeenCalledTimes(3)
})

test('any other refusal is told at once, and so is a question nobody waits for any more', async () => {
  const refused = vi.fn<Ask>(() => Promise.reject(new ApiError(400, 'invalid_input', 'in the future')))
  await expect(patiently(refused, undefined, 1)).rejects.toMatchObject({ code: 'invalid_input' })
  expect(refused).toHaveBeenCalledTimes(1)
  const given = new AbortController()
  given.abort()
  const slow = vi.fn<Ask>(preparing)
  await expect(patiently(slow, given.signal, 1)).rejects.toMatchObject({ code: 'preparing' })
  expect(slow).toHaveBeenCalledTimes(1)
})

test('while many ask it is tried a few times, and then told', async () => {
  const busy = vi.fn<Ask>(() => Promise.reject(new ApiError(503, 'too_busy', 'many ask')))
  await expect(patiently(busy, undefined, 1)).rejects.toMatchObject({ code: 'too_busy' })
  expect(busy).toHaveBeenCalledTimes(3)
})
