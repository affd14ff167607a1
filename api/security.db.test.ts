/** What holds for every route alike: headers, cookies, addresses of others' orders, bodies with more in them than asked for. */
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { demoPeople } from './features/people/demo.ts'
import type * as Passwords from './features/people/password.ts'
import { isPassword } from './features/people/password.ts'
import { aDoorWithOrder, anOrderState, openTestApp, type TestApp } from './test-app.ts'
import { type Described, describedIn, valid } from './test-requests.ts'

// The real thing, with its calls counted.
vi.mock('./features/people/password.ts', async (importOriginal) => {
  const own = await importOriginal<typeof Passwords>()
  return { ...own, isPassword: vi.fn<typeof own.isPassword>(own.isPassword) }
})

const OWN = 'https://lens.example'
let one: TestApp
let operations: Described[]
let headersOf: Record<string, Record<string, string>>

beforeAll(async () => {
  one = await openTestApp({
    env: { API_PUBLIC_URL: OWN, API_TRUST_PROXY: '1' },
    door: aDoorWithOrder(anOrderState({ order_id: 'foreign', region: '广东' })),
  })
  await one.app.ready()
  operations = describedIn(one.app.swagger())
  headersOf = { admin: await one.as('admin'), zhejiang: await one.as('agent.zhejiang'), agent: await one.as('agent') }
})
afterAll(() => one.close())
beforeEach(() => vi.mocked(isPassword).mockClear())

const endless = '/api/live'
const right = demoPeople[0]!
const send = (method: string, url: string, payload?: string | object, headers: Record<string, string> = {}) =>
  one.app.inject({ method: method as 'GET', url, headers, ...(payload !== undefined && { payload }) })

test('every route answers with the same protection, and to no other site', async () => {
  const wrong: unknown[] = []
  for (const { method, url } of one.app.policies) {
    if (url === endless || (method === 'DELETE' && url === '/api/session')) continue
    const reply = await send(
      method,
      url.replaceAll(/:\w+/g, 'x'),
      method === 'GET' || method === 'HEAD' ? undefined : {},
      {
        ...headersOf['admin'],
        origin: 'https://evil.test',
      },
    )
    const { headers, cookies } = reply
    const held = {
      csp: headers['content-security-policy'],
      sniff: headers['x-content-type-options'],
      frame: headers['x-frame-options'],
      referrer: headers['referrer-policy'],
      opener: headers['cross-origin-opener-policy'],
      hsts: headers['strict-transport-security'],
    }
    const isHeld =
      !/unsafe|\*/.test(String(held.csp)) &&
      JSON.stringify({ ...held, csp: '' }) ===
        JSON.stringify({
          csp: '',
          sniff: 'nosniff',
          frame: 'DENY',
          referrer: 'same-origin',
          opener: 'same-origin',
          hsts: 'max-age=31536000; includeSubDomains',
        })
    const isKept = url.startsWith('/api/') ? headers['cache-control'] === 'no-store' : true
    const isOpen = Object.keys(headers).some((name) => name.startsWith('access-control-'))
    const isLoose = cookies.some(
      (cookie) =>
        !(cookie.name.startsWith('__Host-') && cookie.secure && cookie.httpOnly && cookie.sameSite === 'Strict') ||
        cookie.path !== '/' ||
        cookie.domain !== undefined,
    )
    if (!isHeld || !isKept || isOpen || isLoose || headers['x-powered-by'] !== undefined)
      wrong.push({ method, url, status: reply.statusCode, held, cache: headers['cache-control'], cookies })
  }
  expect(wrong).toEqual([])
})

test('a preflight of another site is answered with nothing', async () => {
  for (const url of new Set(one.app.policies.map((route) => route.url.replaceAll(/:\w+/g, 'x')))) {
    const reply = await send('OPTIONS', url, undefined, {
      origin: 'https://evil.test',
      'access-control-request-method': 'POST',
    })
    expect([url, reply.statusCode, Object.keys(reply.headers).filter((name) => name.startsWith('access-'))]).toEqual([
      url,
      404,
      [],
    ])
  }
})

test('signing in sends the one cookie, bound to this host', async () => {
  const { email, password } = right
  const reply = await send('POST', '/api/session', { email, password })
  expect(String(reply.headers['set-cookie'])).toMatch(
    /^__Host-orderlens_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
})

test('an account that is not there, or has no password yet, costs the same work as one that has', async () => {
  const from = { 'x-forwarded-for': '10.1.0.1' }
  const invited = { email: 'invited@shop.example', name: 'New', role: 'agent' }
  expect((await send('POST', '/api/people', invited, headersOf['admin'])).statusCode).toBe(201)
  for (const email of [right.email, 'nobody@shop.example', 'x@y', 'a'.repeat(254), invited.email]) {
    vi.mocked(isPassword).mockClear()
    await send('POST', '/api/session', { email, password: 'a guess' }, from)
    const [[hash] = []] = vi.mocked(isPassword).mock.calls
    expect([email, hash]).toEqual([email, expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)])
  }
})

test('of 200 guesses at most 20 reach the password, and its owner still gets in', async () => {
  const { email, password } = right
  for (let guess = 0; guess < 200; guess += 1)
    await send('POST', '/api/session', { email, password: `guess ${guess}` }, { 'x-forwarded-for': '10.2.0.1' })
  const reached = vi.mocked(isPassword).mock.calls.length
  expect(reached).toBeGreaterThan(0)
  expect(reached).toBeLessThanOrEqual(20)
  const owner = await send('POST', '/api/session', { email, password }, { 'x-forwarded-for': '10.2.0.2' })
  expect(owner.statusCode).toBe(200)
})

/** What a route asks for beside the order's number, so that it gets as far as looking for the order. */
const bodies: Readonly<Record<string, object>> = {
  '/api/orders/:order_id/reveal': { topic: 't', partition: 0, offset: '1', reason: 'the customer asked' },
  '/api/orders/:order_id/actions': { kind: 'cancel_order', reason: 'the customer asked' },
}

test('on every route with an order in its address, one of another scope is one that does not exist', async () => {
  const routes = one.app.policies.filter(({ url, method }) => url.includes(':order_id') && method !== 'HEAD')
  expect(routes.length).toBeGreaterThan(3)
  for (const { method, url } of routes) {
    const isRead = method === 'GET'
    // A new route that takes a body is named in the list above.
    if (!isRead) expect(Object.keys(bodies)).toContain(url)
    const ask = async (order: string, who: string) => {
      const reply = await send(method, url.replace(':order_id', order), isRead ? undefined : bodies[url], {
        ...headersOf[who],
        'idempotency-key': crypto.randomUUID(),
      })
      return [reply.statusCode, { ...reply.json<object>(), requestId: '' }] as const
    }
    const [status, body] = await ask('foreign', 'zhejiang')
    expect([url, status]).toEqual([url, 404])
    expect(body).toEqual((await ask('never', 'zhejiang'))[1])
    // Whoever may see it is answered, so the refusal above was about the scope; there is no message here to reveal.
    if (!url.endsWith('/reveal')) expect((await ask('foreign', 'agent'))[0]).not.toBe(404)
  }
})

const withBody = () => operations.filter(({ body }) => body !== null && Object.keys(body).length > 0)
const addressOf = (path: string) => path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000')

test('no route takes a field that it did not ask for', async () => {
  const taken: string[] = []
  let tried = 0
  for (const { method, path, body } of withBody()) {
    const [made] = fc.sample(valid(body!), { numRuns: 1, seed: 7 })
    if (typeof made !== 'object' || made === null || Array.isArray(made)) continue
    for (const extra of ['role', 'state', 'approved_by', 'version', 'scope', 'is_demo', 'password_hash', 'owner_id']) {
      if (JSON.stringify(body).includes(`"${extra}"`)) continue
      const reply = await send(method, addressOf(path), { ...made, [extra]: 'admin' }, headersOf['admin'])
      tried += 1
      if (reply.statusCode !== 400) taken.push(`${method} ${path} took ${extra}: ${reply.statusCode}`)
    }
  }
  expect(taken).toEqual([])
  expect(tried).toBeGreaterThan(60)
})

test('no body reaches a prototype', async () => {
  const poisons = [
    '{"__proto__":{"poisoned":true}}',
    '{"constructor":{"prototype":{"poisoned":true}}}',
    '{"a":{"__proto__":{"poisoned":true}}}',
    '[{"__proto__":{"poisoned":true}}]',
    '{"__proto__":null}',
    '{"\\u005f_proto__":{"poisoned":true}}',
  ]
  for (const { method, path } of withBody())
    for (const poison of poisons) {
      const reply = await send(method, addressOf(path), poison, {
        ...headersOf['admin'],
        'content-type': 'application/json',
      })
      expect([path, poison, reply.statusCode]).toEqual([path, poison, 400])
    }
  for (const name of ['__proto__[poisoned]', 'constructor[prototype][poisoned]', '__proto__.poisoned'])
    await send('GET', `/api/queue?${encodeURIComponent(name)}=1`, undefined, headersOf['admin'])
  expect(({} as { poisoned?: unknown }).poisoned).toBeUndefined()
})

test('a parameter given twice, or of another kind, is refused', async () => {
  for (const { method, path, params } of operations) {
    if (method !== 'GET' || path === endless) continue
    for (const { in: where, name, schema } of params) {
      if (where !== 'query') continue
      const ask = async (query: string) =>
        (await send('GET', `${addressOf(path)}?${query}`, undefined, headersOf['admin'])).statusCode
      // Some may be given several times, and say so.
      if (!JSON.stringify(schema).includes('"array"'))
        expect([path, name, await ask(`${name}=1&${name}=1`)]).toEqual([path, name, 400])
      if (schema['type'] !== 'integer') continue
      for (const odd of ['1e999', 'NaN', '1.5', 'x', '-1', '9'.repeat(40), 'true'])
        expect([path, name, odd, await ask(`${name}=${odd}`)]).toEqual([path, name, odd, 400])
    }
  }
})

const contentTypes = [
  'application/json',
  'APPLICATION/JSON',
  'application/json;charset=utf-8',
  'application/json ; charset=utf-8',
  'application/json\t; charset=utf-8',
  'application/json; charset=utf-16',
  'application/json;',
  'application/json,text/plain',
  'application/json x',
  'application/jsonx',
  'application/json+x',
  'application/x+json',
  'application/cloudevents+json',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/plain; application/json',
  'text/json',
  'text/html',
  'json',
  '*/*',
  'application/*',
  '/',
  'x'.repeat(500),
]

test.each(contentTypes)('the body of content-type %j is checked or refused', async (type) => {
  const { email, password } = right
  const payload = JSON.stringify({ email, password, role: 'admin' })
  const reply = await send('POST', '/api/session', payload, { 'content-type': type, 'x-forwarded-for': '10.3.0.1' })
  expect([400, 415]).toContain(reply.statusCode)
  expect(isPassword).not.toHaveBeenCalled()
})

test('bombs of JSON are refused while others are served', async () => {
  const deep = 500_000
  const bombs = [
    '['.repeat(deep),
    '['.repeat(deep) + ']'.repeat(deep),
    '{"a":'.repeat(deep / 4) + '1' + '}'.repeat(deep / 4),
    `{"email":${'[1],'.repeat(deep / 4)}`,
    `{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join(',')}}`,
    `{"email":${'9'.repeat(deep)},"password":"x"}`,
    `{"email":"${'\\u0000'.repeat(100_000)}","password":"x"}`,
  ]
  for (const bomb of bombs) {
    const [reply, alive] = await Promise.all([
      send('POST', '/api/session', bomb, { 'content-type': 'application/json' }),
      send('GET', '/livez'),
    ])
    expect([reply.statusCode, alive.statusCode]).toEqual([400, 200])
  }
})

test('over a real connection: what is ambiguous, huge or never ends is refused', async () => {
  await one.app.listen({ host: '127.0.0.1', port: 0 })
  const address = one.app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const raw = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
      socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
      socket.on('data', (chunk) => {
        text += chunk.toString()
        socket.end()
      })
      socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
      socket.on('error', reject)
    })
  const post = (head: string, body: string) => `POST /api/session HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${body}`
  expect(await raw('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain('200')
  for (const hostile of [
    post('Content-Length: 2\r\nTransfer-Encoding: chunked', '0\r\n\r\n'),
    post('Content-Length: 2\r\nContent-Length: 3', '{}'),
    post('Content-Length: -1', '{}'),
    post('Transfer-Encoding: chunked, identity', '0\r\n\r\n'),
    post('Transfer-Encoding : chunked', '0\r\n\r\n'),
    'GET /livez HTTP/1.1\r\nHost: x\r\nX: a\r\n b\0\r\n\r\n',
    'GET /livez HTTP/1.1\r\n\r\n',
    'GARBAGE\r\n\r\n',
  ])
    expect([hostile, await raw(hostile)]).toEqual([hostile, expect.stringMatching(/^HTTP\/1\.1 400 /)])
  expect(await raw(`GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`)).toContain('431')
  // A request that is sent a byte at a time has an end, and so has its head.
  expect(one.app.server.requestTimeout).toBeGreaterThan(0)
  expect(one.app.server.headersTimeout).toBeGreaterThan(0)
  expect(one.app.server.headersTimeout).toBeLessThanOrEqual(60_000)
})
