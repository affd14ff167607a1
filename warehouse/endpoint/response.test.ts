import { expect, test } from 'vitest'
import { failureOf } from './response.ts'

test('a disk without room for the bytes of an insert is told as the engine tells it', () => {
  const cause = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  expect(failureOf(cause)).toMatchObject({ code: 243, name: 'NOT_ENOUGH_SPACE' })
})

test("the engine's number and name are read out of its text, and nothing of another failure is told", () => {
  expect(failureOf(new Error('Code: 252. DB::Exception: Too many parts. (TOO_MANY_PARTS)'))).toMatchObject({
    code: 252,
    name: 'TOO_MANY_PARTS',
    message: 'Too many parts.',
  })
  expect(failureOf(new Error('EACCES: permission denied'))).toMatchObject({
    code: 1001,
    message: 'the endpoint failed',
  })
})
