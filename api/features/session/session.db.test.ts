import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../test-app.ts'
import { demoPeople } from '../people/demo.ts'
import { GUESSES_PER_ACCOUNT, GUESSES_PER_ADDRESS } from './throttle.ts'

let clock = Date.parse('2026-03-01T10:00:00Z')
let one: TestApp
beforeAll(async () => {
  one = await openTestApp({ now: () => new Date(clock), env: { API_TRUST_PROXY: '1' } })
})
afterAll(() => one.close())

const right = { email: 'manager@demo.orderlens', password: 'see-everything' }
const signIn = (payload: object, ip = '10.0.0.1') =>
  one.app.inject({ method: 'POST', url: '/api/session', payload, headers: { 'x-forwarded-for': ip } })
const cookieOf = (reply: Awaited<ReturnType<typeof signIn>>) => `${reply.cookies[0]?.name}=${reply.cookies[0]?.value}`

test('a session is a cookie scripts cannot read and other sites cannot send, kept only as a hash', async () => {
  const reply = await signIn({ ...right, email: '  Manager@Demo.Orderlens ' })
  expect(reply.json().person).toMatchObject({ role: 'manager', email: right.email, money_limit: 0 })
  const cookie = reply.cookies[0]
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
  expect(Buffer.from(cookie!.value, 'base64url')).toHaveLength(32)
  expect(JSON.stringify(await one.state.knex('sessions'))).not.toContain(cookie!.value)
  const again = await one.app.inject({ url: '/api/session', headers: { cookie: cookieOf(reply) } })
  expect(again.json()).toEqual(reply.json())
})

test('over https the cookie is Secure and bound to the host', async () => {
  const secure = await openTestApp({ env: { API_PUBLIC_URL: 'https://lens.example' } })
  const reply = await secure.app.inject({ method: 'POST', url: '/api/session', payload: right })
  expect(reply.cookies[0]).toMatchObject({ name: '__Host-orderlens_session', secure: true })
  expect(reply.headers['strict-transport-security']).toContain('max-age=31536000')
  await secure.close()
})

test('a wrong password and an unknown account get the same answer', async () => {
  const wrong = await signIn({ ...right, password: 'nope' }, '10.0.1.1')
  const unknown = await signIn({ email: 'nobody@demo.orderlens', password: 'nope' }, '10.0.1.2')
  expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401])
  expect({ ...wrong.json(), requestId: '' }).toEqual({ ...unknown.json(), requestId: '' })
})

test('sessions end by idleness, by age and by signing out', async () => {
  const cookie = cookieOf(await signIn(right))
  const statusAfter = async (minutes: number, of = cookie) => {
    clock += minutes * 60_000
    return (await one.app.inject({ url: '/api/session', headers: { cookie: of } })).statusCode
  }
  expect(await statusAfter(29)).toBe(200)
  expect(await statusAfter(29)).toBe(200)
  expect(await statusAfter(30)).toBe(401)
  const busy = cookieOf(await signIn(right))
  for (let i = 0; i < 28; i += 1) expect(await statusAfter(25, busy)).toBe(200)
  expect(await statusAfter(25, busy)).toBe(401)
  const reply = await signIn(right)
  const out = await one.app.inject({
    method: 'DELETE',
    url: '/api/session',
    headers: { cookie: cookieOf(reply), 'x-csrf-token': reply.json().csrf_token },
  })
  expect([out.statusCode, out.cookies[0]?.value]).toEqual([204, ''])
  expect(await statusAfter(0, cookieOf(reply))).toBe(401)
})

test('signing in again ends the session before', async () => {
  const first = await signIn(right)
  await one.app.inject({ method: 'POST', url: '/api/session', payload: right, headers: { cookie: cookieOf(first) } })
  expect((await one.app.inject({ url: '/api/session', headers: { cookie: cookieOf(first) } })).statusCode).toBe(401)
})

test('a disabled person is out at the next request', async () => {
  const reply = await signIn({ email: 'agent@demo.orderlens', password: 'solve-any-case' })
  await one.state.knex('people').where({ email: 'agent@demo.orderlens' }).update({ disabled_at: new Date() })
  expect((await one.app.inject({ url: '/api/session', headers: { cookie: cookieOf(reply) } })).statusCode).toBe(401)
  await one.state.knex('people').update({ disabled_at: null })
})

test('guessing one account is stopped early, and its owner elsewhere still gets in', async () => {
  const codes: number[] = []
  for (let i = 0; i < 30; i += 1)
    codes.push((await signIn({ ...right, password: `guess ${i}` }, '10.9.9.9')).statusCode)
  expect(codes.filter((code) => code === 401)).toHaveLength(GUESSES_PER_ACCOUNT)
  const stopped = await signIn(right, '10.9.9.9')
  expect([stopped.statusCode, stopped.json().code]).toEqual([429, 'too_many_requests'])
  expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0)
  expect((await signIn(right, '10.9.9.10')).statusCode).toBe(200)
  clock += 16 * 60_000
  expect((await signIn(right, '10.9.9.9')).statusCode).toBe(200)
})

test('guesses at once are counted one by one', async () => {
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, i) => signIn({ ...right, password: `g${i}` }, '10.8.8.8')),
  )
  expect(replies.filter((reply) => reply.statusCode === 401)).toHaveLength(GUESSES_PER_ACCOUNT)
})

test('one address does not get to try account after account', async () => {
  const codes: number[] = []
  for (let i = 0; i < GUESSES_PER_ADDRESS + 5; i += 1)
    codes.push((await signIn({ email: `a${i}@x.test`, password: 'x' }, '10.7.7.7')).statusCode)
  expect(codes.slice(-5)).toEqual([429, 429, 429, 429, 429])
})

test.each([
  ['no token', {}, 'csrf_refused'],
  ['a token of nobody', { 'x-csrf-token': 'x' }, 'csrf_refused'],
  ['another site', { origin: 'https://evil.test' }, 'foreign_origin'],
  ['another site behind the same host name', { 'sec-fetch-site': 'cross-site' }, 'foreign_origin'],
  ['a sibling subdomain', { 'sec-fetch-site': 'same-site' }, 'foreign_origin'],
  ['an origin that is no address', { origin: 'null' }, 'foreign_origin'],
])('a change with %s is refused', async (_name, headers, code) => {
  const reply = await signIn(right, '10.0.5.5')
  const token = code === 'foreign_origin' ? { 'x-csrf-token': reply.json().csrf_token } : {}
  const out = await one.app.inject({
    method: 'DELETE',
    url: '/api/session',
    headers: { cookie: cookieOf(reply), ...token, ...headers },
  })
  expect([out.statusCode, out.json().code]).toEqual([403, code])
})

test('the token of one session does not serve another', async () => {
  const [a, b] = [await signIn(right, '10.0.6.1'), await signIn(right, '10.0.6.2')]
  const out = await one.app.inject({
    method: 'DELETE',
    url: '/api/session',
    headers: { cookie: cookieOf(a), 'x-csrf-token': b.json().csrf_token },
  })
  expect(out.statusCode).toBe(403)
})

test('signing in from another site is refused too', async () => {
  const reply = await one.app.inject({
    method: 'POST',
    url: '/api/session',
    payload: right,
    headers: { origin: 'https://evil.test' },
  })
  expect(reply.statusCode).toBe(403)
})

test('demo people are told here, and do not exist where an admin is configured', async () => {
  const cards = (await one.app.inject('/api/session/demo')).json()
  expect(cards.map((card: { email: string }) => card.email)).toEqual(demoPeople.map((person) => person.email))
  const own = await openTestApp({ env: { API_ADMIN_EMAIL: 'root@x.test', API_ADMIN_PASSWORD: 'a long enough one' } })
  expect((await own.app.inject('/api/session/demo')).json()).toEqual([])
  await own.close()
})

test('where no issuer is set there is no way to one, and nobody looks for it for ever', async () => {
  const codes: number[] = []
  for (let n = 0; n < 125; n += 1) codes.push((await one.app.inject('/api/session/oidc/start')).statusCode)
  expect([codes[0], codes.at(-1)]).toEqual([404, 429])
  expect((await one.app.inject('/api/session/oidc/callback?code=x&state=y')).statusCode).toBe(404)
  const ways = { provider: null, passwords: 'everybody', mail: 'file' }
  expect((await one.app.inject('/api/session/ways')).json()).toEqual(ways)
})

test('who came and who was refused is in the audit', async () => {
  const verbs = new Set(await one.state.knex('audit').pluck('verb'))
  expect([...verbs]).toEqual(expect.arrayContaining(['session.opened', 'session.refused', 'session.closed']))
})
