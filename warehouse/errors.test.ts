import { expect, test } from 'vitest'
import { toWarehouseError } from './errors.ts'

const engineError = (code: number, message: string): Error => Object.assign(new Error(message), { code: String(code) })

test('a disk that is full may have room later, whatever number the engine gives it', () => {
  const error = toWarehouseError(
    'an insert',
    engineError(75, 'Cannot write to file /x/data.bin, errno: 28, strerror: No space left on device.'),
  )
  expect(error).toMatchObject({ retryable: true, engineCode: 75 })
})

test('overload passes, a wrong statement does not', () => {
  expect(toWarehouseError('an insert', engineError(252, 'Too many parts')).retryable).toBe(true)
  expect(toWarehouseError('a query', engineError(47, 'Unknown identifier')).retryable).toBe(false)
  expect(toWarehouseError('a query', new Error('socket hang up')).retryable).toBe(true)
})

test('a question that takes too much is told by what it took; the memory of all together is nobody’s own', () => {
  const codeOf = (code: number, message = '') => toWarehouseError('a query', engineError(code, message)).code
  expect([158, 159, 241, 394, 396].map((code) => codeOf(code))).toEqual([
    'TOO_MANY_ROWS',
    'TIMEOUT',
    'TOO_MUCH_MEMORY',
    'CANCELLED',
    'RESULT_TOO_LARGE',
  ])
  expect(codeOf(241, '(total) memory limit exceeded: would use 3 GiB')).toBe('OVERLOADED')
})
