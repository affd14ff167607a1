import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { errorCodes } from './contract/errors.ts'
import { openTestApp, type TestApp } from './test-app.ts'

let one: TestApp
const routes: { method: string; url: string; policy: unknown }[] = []

beforeAll(async () => {
  one = await openTestApp({
    features: [
      async (app) => {
        app.addHook(
          'onRoute',
          (route) => void routes.push({ method: String(route.method), url: route.url, policy: route.config?.policy }),
        )
        app.get('/api/broken', { config: { policy: 'public' } }, async () => {
          throw new Error('select * from people where secret')
        })
        app.get('/api/busy', { config: { policy: 'public' } }, async () => {
          throw Object.assign(new Error('row data'), { code: 'OVERLOADED' })
        })
      },
    ],
  })
})
afterAll(() => one.close())

test('health is open to all, metrics to admins and holders of the token', async () => {
  expect((await one.app.inject('/livez')).json()).toEqual({ status: 'ok' })
  expect((await one.app.inject('/readyz')).statusCode).toBe(200)
  expect((await one.app.inject('/metrics')).statusCode).toBe(401)
  expect((await one.app.inject({ url: '/metrics', headers: await one.as('agent') })).statusCode).toBe(403)
  expect((await one.app.inject({ url: '/metrics', headers: await one.as('admin') })).body).toContain(
    'orderlens_http_request_seconds_bucket',
  )
})

test('a route without a policy keeps the app from starting', async () => {
  const forgetful = openTestApp({ features: [(app) => void app.get('/api/open', async () => 'x')] })
  await expect(forgetful).rejects.toThrow('GET /api/open declares no policy')
})

test('every answer that refuses has the one shape, and what broke inside stays inside', async () => {
  const broken = await one.app.inject('/api/broken')
  expect(broken.json()).toEqual({
    statusCode: 500,
    code: 'internal',
    error: 'Internal Server Error',
    message: expect.not.stringContaining('select'),
    requestId: z.uuid().parse(broken.json().requestId),
  })
  expect((await one.app.inject('/api/busy')).json()).toMatchObject({
    statusCode: 503,
    code: 'unavailable',
    message: expect.not.stringContaining('row data'),
  })
  expect((await one.app.inject('/api/nowhere')).json()).toMatchObject({ statusCode: 404, code: 'not_found' })
  for (const [code, status] of Object.entries(errorCodes))
    expect([code, status]).toEqual([expect.stringMatching(/^[a-z_]+$/), expect.any(Number)])
})

test('pages may load nothing from elsewhere and run nothing inline', async () => {
  const { headers } = await one.app.inject('/livez')
  expect(headers['content-security-policy']).not.toContain('unsafe')
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'same-origin',
  })
  expect(headers['access-control-allow-origin']).toBeUndefined()
})

test.each([
  ['not JSON', '{', 'application/json', 400, 'invalid_input'],
  ['no body', '', 'application/json', 400, 'invalid_input'],
  ['a form', 'email=a', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
  ['text', '{}', 'text/plain', 415, 'unsupported_media_type'],
  ['a wrong type', '{"email":1,"password":[]}', 'application/json', 400, 'invalid_input'],
  ['an extra field', '{"email":"a@b.cd","password":"x","role":"admin"}', 'application/json', 400, 'invalid_input'],
  [
    'a poisoned prototype',
    '{"email":"a@b.cd","password":"x","__proto__":{"role":"admin"}}',
    'application/json',
    400,
    'invalid_input',
  ],
  ['a body above 1 MB', `{"email":"${'a'.repeat(1_100_000)}"}`, 'application/json', 413, 'body_too_large'],
])('%s is refused with a 4xx', async (_name, payload, type, status, code) => {
  const reply = await one.app.inject({
    method: 'POST',
    url: '/api/session',
    payload,
    headers: { 'content-type': type },
  })
  expect(reply.json()).toMatchObject({ statusCode: status, code })
})

test('pages stay as they are while the list grows', async () => {
  const headers = await one.as('admin')
  const ask = async (query: string) => (await one.app.inject({ url: `/api/audit?${query}`, headers })).json()
  const signIn = () =>
    one.app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { email: 'manager@demo.orderlens', password: 'see-everything' },
    })
  for (let n = 0; n < 5; n += 1) await signIn()
  const whole = (await ask('limit=500')).entries
  const told = []
  let page = await ask('limit=2')
  for (;;) {
    told.push(...page.entries)
    if (page.next_cursor === null) break
    await signIn()
    page = await ask(`limit=2&cursor=${page.next_cursor}`)
  }
  expect(whole.length).toBeGreaterThan(4)
  expect(told).toEqual(whole)
  expect(await ask(`order_id=o1&cursor=${(await ask('limit=1')).next_cursor}`)).toMatchObject({ statusCode: 404 })
})

test('what the caller has already is not sent again; refusals and changes have no tag', async () => {
  const headers = await one.as('manager')
  const ask = (more: Record<string, string> = {}) =>
    one.app.inject({ url: '/api/metrics', headers: { ...headers, ...more } })
  const first = await ask()
  const tag = String(first.headers.etag)
  expect([first.statusCode, tag]).toEqual([200, expect.stringMatching(/^"[\w-]{27}"$/)])
  for (const named of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await ask({ 'if-none-match': named })
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', tag])
  }
  expect((await ask({ 'if-none-match': '"other"' })).body).toBe(first.body)
  const refused = await one.app.inject({ url: '/api/metrics', headers: { 'if-none-match': '*' } })
  expect([refused.statusCode, refused.headers.etag]).toEqual([401, undefined])
  const posted = await one.app.inject({
    method: 'POST',
    url: '/api/metrics/query',
    headers: { ...headers, 'if-none-match': '*' },
    payload: { requests: [{ metric: 'orders_placed' }] },
  })
  expect([posted.statusCode, posted.headers.etag]).toEqual([200, undefined])
})
