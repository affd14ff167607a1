import { expect, test } from 'vitest'
import { findProblem } from './input-guard.ts'

const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown

test.each([
  ['plain values', { a: ['x', 1, null, { b: true }] }, null],
  ['NUL in a value', { a: ['x\0'] }, 'text may not contain the NUL character'],
  ['NUL in a key', { 'a\0': 1 }, 'text may not contain the NUL character'],
  ['bytes as they are', Buffer.from('a\0b'), null],
  ['32 levels', nested(32), null],
  ['33 levels', nested(33), 'nested deeper than 32 levels'],
  ['a bracket bomb', nested(5_000), 'nested deeper than 32 levels'],
] as const)('%s', (_name, input, problem) => {
  expect(findProblem(input)).toBe(problem)
})
