import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ApiError } from './api-error.ts'
import { json, onSignedOut, setCsrfToken } from './http.ts'

const answered = (status: number, body: unknown): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), { status })
const answer = (response: Response | Error) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(() => (response instanceof Error ? Promise.reject(response) : Promise.resolve(response))),
  )
const failing = (path: string): Promise<ApiError> =>
  json(path).then(
    () => {
      throw new Error('should have failed')
    },
    (cause: unknown) => cause as ApiError,
  )

afterEach(() => vi.unstubAllGlobals())

describe('calls', () => {
  it('carries the CSRF token on changes only', async () => {
    setCsrfToken('t-1')
    answer(answered(200, {}))
    await json('/api/x')
    answer(answered(200, {}))
    const first = vi.mocked(fetch)
    await json('/api/x', { method: 'POST', body: { a: 1 }, headers: { 'idempotency-key': 'k' } })
    const [, sent] = first.mock.calls[0]!
    expect(sent).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-csrf-token': 't-1', 'content-type': 'application/json', 'idempotency-key': 'k' },
    })
  })

  it('sends no content type without a body', async () => {
    answer(answered(204, undefined))
    await json('/api/x', { method: 'DELETE' })
    expect(vi.mocked(fetch).mock.calls[0]![1]!.headers).not.toHaveProperty('content-type')
  })

  it('reads the API’s error shape with its reason', async () => {
    answer(
      answered(409, {
        statusCode: 409,
        code: 'action_refused',
        error: 'Conflict',
        message: 'no',
        requestId: 'r-1',
        reason: 'above_limit',
      }),
    )
    expect(await failing('/api/x')).toMatchObject({
      status: 409,
      code: 'action_refused',
      requestId: 'r-1',
      reason: 'above_limit',
      retryable: false,
    })
  })

  it('makes an error of an answer in another shape, and of none', async () => {
    answer(new Response('<html>', { status: 502 }))
    expect(await failing('/api/x')).toMatchObject({ status: 502, code: 'unavailable', retryable: true })
    answer(new TypeError('failed to fetch'))
    expect(await failing('/api/x')).toMatchObject({ status: 0, code: 'offline', retryable: true })
  })

  it('tells when the session is gone, but not for the question who we are', async () => {
    const gone = vi.fn<() => void>()
    onSignedOut(gone)
    answer(answered(401, { code: 'not_signed_in', message: '' }))
    await failing('/api/session')
    expect(gone).not.toHaveBeenCalled()
    answer(answered(401, { code: 'not_signed_in', message: '' }))
    await failing('/api/boards/overview')
    expect(gone).toHaveBeenCalledOnce()
  })
})
