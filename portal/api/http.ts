import { ApiError, errorOf } from './api-error.ts'

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

let csrfToken = ''
let signedOut: () => void = () => undefined

/** The token that every changing request carries; comes with the session. */
export function setCsrfToken(token: string): void {
  csrfToken = token
}

/** Called when the server no longer knows the session. */
export function onSignedOut(callback: () => void): void {
  signedOut = callback
}

/** One HTTP call; resolves with the response when it is 2xx and rejects with an ApiError otherwise. */
export async function send(path: string, call: Call = {}): Promise<Response> {
  const method = call.method ?? 'GET'
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers }
  if (call.body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET') headers['x-csrf-token'] = csrfToken
  const response = await fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, 'offline', 'No answer from the server')
  })
  if (response.ok) return response
  const error = errorOf(response.status, await response.json().catch(() => null))
  if (error.status === 401 && !path.startsWith('/api/session')) signedOut()
  throw error
}

/** A call whose answer is JSON of a contract's shape. */
export async function json<T>(path: string, call: Call = {}): Promise<T> {
  const response = await send(path, call)
  return (response.status === 204 ? undefined : await response.json()) as T
}
