import { afterEach, expect, expectTypeOf, it, vi } from 'vitest'
import { type Answer, addressOf, call, fetchFile } from './call.ts'

const answer = (body: unknown) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status: 200 }))),
  )
const sent = () => vi.mocked(fetch).mock.calls.at(-1)
afterEach(() => vi.unstubAllGlobals())

it('fills the address and leaves out what has no value', async () => {
  answer({})
  await call('get', '/api/orders/{order_id}', { path: { order_id: 'A/1 ü' }, query: { known_at: undefined } })
  expect(sent()?.[0]).toBe('/api/orders/A%2F1%20%C3%BC')
  await call('get', '/api/queue', { query: { view: 'open', type: '', limit: 5 } })
  expect(sent()?.[0]).toBe('/api/queue?view=open&limit=5')
  expect(addressOf('/api/deliveries/{id}/eml', { path: { id: 'a' } })).toBe('/api/deliveries/a/eml')
})

it('sends body and headers, and gives up with its signal', async () => {
  answer({})
  const { signal } = new AbortController()
  const body = { kind: 'cancel_order', reason: 'r' } as const
  await call('post', '/api/orders/{order_id}/actions', {
    path: { order_id: 'o' },
    headers: { 'idempotency-key': 'k' },
    body,
    signal,
  })
  expect(sent()?.[1]).toMatchObject({
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'idempotency-key': 'k' },
    signal,
  })
  await fetchFile('post', '/api/drill/export', 'text/csv', { body: { metric: 'm' } })
  expect(sent()?.[1]?.headers).toMatchObject({ accept: 'text/csv' })
})

it('knows its routes: what none of them has does not pass the type check', () => {
  expectTypeOf<Answer<'get', '/api/search'>['results'][number]['order_id']>().toEqualTypeOf<string>()
  expectTypeOf<Answer<'delete', '/api/session'>>().toEqualTypeOf<void>()
  const never = (): unknown[] => [
    // @ts-expect-error -- no such address
    call('get', '/api/orders'),
    // @ts-expect-error -- no such verb there
    call('delete', '/api/queue'),
    // @ts-expect-error -- an address with a place needs it filled
    call('get', '/api/boards/{slug}'),
    // @ts-expect-error -- no such condition
    call('get', '/api/queue', { query: { colour: 'red' } }),
    // @ts-expect-error -- no such view
    call('get', '/api/queue', { query: { view: 'red' } }),
    // @ts-expect-error -- the body has more to it
    call('post', '/api/session', { body: { email: 'a@b.cd' } }),
    // @ts-expect-error -- the key is required
    call('post', '/api/reports/{id}/send', { path: { id: 'a' } }),
  ]
  expect(never).toBeTypeOf('function')
})
