/** Refuses, before any schema looks, what no field of ours can hold: text with NUL, and nesting nobody needs. */
import { ApiError } from '../errors.ts'
import type { App } from '../feature.ts'

const MAX_DEPTH = 32

export function registerInputGuard(app: App): void {
  app.addHook('preValidation', async (request) => {
    for (const part of [request.params, request.query, request.body]) {
      const problem = findProblem(part)
      if (problem !== null) throw new ApiError('invalid_input', problem)
    }
  })
}

/** Iterative: a body of a megabyte of brackets must not exhaust the stack. */
export function findProblem(input: unknown): string | null {
  const waiting: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const { value, depth } = one
    if (typeof value === 'string' && value.includes('\0')) return 'text may not contain the NUL character'
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) continue
    if (depth >= MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`
    for (const [key, inner] of Object.entries(value))
      waiting.push({ value: key, depth }, { value: inner, depth: depth + 1 })
  }
  return null
}
