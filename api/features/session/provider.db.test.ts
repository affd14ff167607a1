/** Signing in by OpenID Connect, against a real issuer. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ManagedPerson } from '../../contract/people.ts'
import {
  LENS,
  PUBLIC_CLIENT,
  type Reply,
  type TestIssuer,
  comeBack,
  cookiesOf,
  encode,
  leave,
  openIssuer,
  signInBy,
  signInThere,
} from '../../oidc/test-issuer.ts'
import { aMailbox, openTestApp, type TestApp } from '../../test-app.ts'

let ahead = 0
const now = () => new Date(Date.now() + ahead)
let issuer: TestIssuer
let one: TestApp
beforeAll(async () => {
  issuer = await openIssuer()
  one = await openTestApp({ env: issuer.env, now })
})
afterAll(async () => {
  await one.close()
  await issuer.close()
})
afterEach(() => {
  issuer.tokens = {}
  issuer.isAway = false
  ahead = 0
})

let count = 0
/** Somebody new at the issuer. */
function someone(claims: object = {}): string {
  count += 1
  const login = `somebody-${count}`
  const usual = { email: `${login}@shop.example`, email_verified: true, name: 'Some Body', groups: ['lens-agents'] }
  issuer.people.set(login, { ...usual, shop: '*', ...claims })
  return login
}
const problemOf = (reply: Reply) => {
  const { pathname, searchParams } = new URL(String(reply.headers.location), LENS)
  return [reply.statusCode, pathname, searchParams.get('problem')]
}
const refusedAs = (problem: string) => [302, '/sign-in', problem]
const session = (reply: Reply) => one.app.inject({ url: '/api/session', headers: { cookie: cookiesOf(reply) } })
const personAt = async (login: string) =>
  one.state.knex('people as p').join('identities as i', 'i.person_id', 'p.id').where('i.subject', login).first('p.*')
const change = async (id: string, payload: object) =>
  one.app.inject({ method: 'PATCH', url: `/api/people/${id}`, headers: await one.as('admin'), payload })
const entries = async (verb: string) => (await one.state.knex('audit').where({ verb })).map(({ detail }) => detail)

test('somebody new comes back from the issuer signed in, with role and rows by their claims, where they wanted to be', async () => {
  const login = someone({ groups: ['others', 'lens-managers'], shop: ['tmall-flagship'] })
  const left = await leave(one.app, '/queue?view=escalated')
  const asked = new URL(String(left.headers.location))
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    client_id: 'orderlens',
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    redirect_uri: `${LENS}/api/session/oidc/callback`,
  })
  expect(String(left.headers['set-cookie'])).toMatch(
    /^__Host-orderlens_return=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  const [kept] = await one.state.knex('sign_ins_asked')
  expect(JSON.stringify(kept)).not.toContain(left.cookies[0]?.value)
  const back = await comeBack(one.app, await signInThere(asked.href, login), cookiesOf(left))
  expect([back.statusCode, back.headers.location]).toEqual([302, '/queue?view=escalated'])
  const set = [back.headers['set-cookie']].flat()
  expect(set).toEqual([
    expect.stringMatching(/^__Host-orderlens_return=; .*Path=\/.*HttpOnly; Secure; SameSite=Lax$/),
    expect.stringMatching(/^__Host-orderlens_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
  ])
  const scope = { channels: 'all', regions: 'all', shops: ['tmall-flagship'], anomaly_types: 'all' }
  expect((await session(back)).json().person).toMatchObject({
    role: 'manager',
    scope,
    money_limit: 0,
    name: 'Some Body',
    email: `${login}@shop.example`,
  })
  expect(await one.state.knex('sign_ins_asked')).toEqual([])
  const people = await one.app.inject({ url: '/api/people', headers: await one.as('admin') })
  const made = people.json<{ people: ManagedPerson[] }>().people.find(({ email }) => email.startsWith(login))
  expect(made).toMatchObject({ has_password: false, provider: { issuer: `${issuer.address}/`, subject: login } })
  expect(await entries('person.added')).toContainEqual(expect.stringContaining(login))
  expect(await entries('session.opened')).toContainEqual(expect.stringContaining(login))
})

test('what was used, is another browser’s, or came too late leads nowhere', async () => {
  const login = someone()
  const left = await leave(one.app)
  const back = await signInThere(String(left.headers.location), login)
  const stranger = await leave(one.app)
  expect(problemOf(await comeBack(one.app, back, ''))).toEqual(refusedAs('lapsed'))
  expect(problemOf(await comeBack(one.app, back, '__Host-orderlens_return=x'))).toEqual(refusedAs('lapsed'))
  // Another browser has another state; and the code is spent for nobody by that.
  expect(problemOf(await comeBack(one.app, back, cookiesOf(stranger)))).toEqual(refusedAs('failed'))
  expect((await comeBack(one.app, back, cookiesOf(left))).headers.location).toBe('/')
  expect(problemOf(await comeBack(one.app, back, cookiesOf(left)))).toEqual(refusedAs('lapsed'))
  // The same code with a state that is good.
  const again = await leave(one.app)
  const { searchParams } = new URL(String(again.headers.location))
  const replayed = new URL(back)
  replayed.searchParams.set('state', searchParams.get('state') ?? '')
  expect(problemOf(await comeBack(one.app, replayed, cookiesOf(again)))).toEqual(refusedAs('failed'))
  const late = await leave(one.app)
  const after = await signInThere(String(late.headers.location), login)
  ahead = 600_001
  expect(problemOf(await comeBack(one.app, after, cookiesOf(late)))).toEqual(refusedAs('lapsed'))
})

const tokens: [string, TestIssuer['tokens']][] = [
  ['has another nonce', { claims: (claims) => ({ ...claims, nonce: 'of somebody else' }) }],
  ['has no nonce', { claims: ({ nonce: _, ...claims }) => claims }],
  ['is of another issuer', { claims: (claims) => ({ ...claims, iss: 'https://evil.test' }) }],
  ['is for another client', { claims: (claims) => ({ ...claims, aud: 'somebody else' }) }],
  ['expired', { claims: (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1_000) - 60 }) }],
  ['is signed by nobody', { whole: (token) => `${encode({ alg: 'none' })}.${token.split('.')[1]}.` }],
  [
    'was changed by somebody',
    { whole: (token) => token.replace(/\..+\./, `.${encode({ ...payloadOf(token), groups: ['lens-admins'] })}.`) },
  ],
]
const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

test.each(tokens)('a token that %s lets nobody in', async (_, altered) => {
  const login = someone()
  issuer.tokens = altered
  const back = await signInBy(one.app, login)
  expect(problemOf(back)).toEqual(refusedAs('failed'))
  expect([back.cookies.filter(({ value }) => value !== ''), await personAt(login)]).toEqual([[], undefined])
  issuer.tokens = {}
  expect((await signInBy(one.app, login)).headers.location).toBe('/')
})

test('an answer in the name of another issuer is refused, and what an issuer writes is not shown', async () => {
  const left = await leave(one.app, '/rules')
  const back = await signInThere(String(left.headers.location), someone())
  back.searchParams.set('iss', 'https://evil.test')
  expect(problemOf(await comeBack(one.app, back, cookiesOf(left)))).toEqual(refusedAs('failed'))
  const refusing = await leave(one.app, '/rules')
  const { searchParams } = new URL(String(refusing.headers.location))
  const no = new URLSearchParams({
    error: 'access_denied',
    error_description: '<b>call 555</b>',
    state: searchParams.get('state') ?? '',
    iss: issuer.address,
  })
  const denied = await comeBack(one.app, { search: `?${no}` }, cookiesOf(refusing))
  expect(denied.headers.location).toBe('/sign-in?problem=denied&next=%2Frules')
  expect(denied.body).not.toContain('555')
})

test.each(['//evil.test', 'https://evil.test/', '/\\evil.test', '/api/session'])(
  'nobody is led elsewhere by %s',
  async (next) => {
    expect((await signInBy(one.app, someone(), next)).headers.location).toBe('/')
  },
)

test('who has no role here, or no address that is theirs, is told so', async () => {
  const wrong: [string, object][] = [
    ['no_role', { groups: ['lens-admin', 'others'] }],
    ['no_role', { groups: undefined }],
    ['no_email', { email: undefined }],
    ['no_email', { email_verified: false }],
    ['no_email', { email: 'a@x.example, b@x.example' }],
  ]
  for (const [problem, claims] of wrong) {
    const login = someone(claims)
    expect(problemOf(await signInBy(one.app, login))).toEqual(refusedAs(problem))
    expect(await personAt(login)).toBeUndefined()
    expect(await entries('session.refused')).toContainEqual(expect.stringMatching(`${problem}.*${login}`))
  }
})

test('role and rows are what the issuer says each time, and a change ends the sessions before', async () => {
  const login = someone({ groups: ['lens-managers'] })
  const first = await signInBy(one.app, login)
  const second = await signInBy(one.app, login)
  expect([(await session(first)).statusCode, (await session(second)).statusCode]).toEqual([200, 200])
  issuer.people.set(login, { ...issuer.people.get(login), groups: ['lens-agents'], shop: 'jd' })
  const third = await signInBy(one.app, login)
  expect([(await session(first)).statusCode, (await session(second)).statusCode]).toEqual([401, 401])
  expect((await session(third)).json().person).toMatchObject({ role: 'agent', scope: { shops: ['jd'] } })
  // What the issuer says nothing of is an admin's to say, and stays.
  const { id } = await personAt(login)
  const regions = { channels: 'all', regions: ['浙江'], shops: 'all', anomaly_types: 'all' }
  expect((await change(id, { scope: regions, money_limit: 500 })).statusCode).toBe(200)
  expect((await change(id, { role: 'admin' })).json()).toMatchObject({ statusCode: 409, reason: 'person_external' })
  expect((await session(await signInBy(one.app, login))).json().person).toMatchObject({
    role: 'agent',
    money_limit: 500,
    scope: { regions: ['浙江'], shops: ['jd'] },
  })
  issuer.people.set(login, { ...issuer.people.get(login), groups: [] })
  expect(problemOf(await signInBy(one.app, login))).toEqual(refusedAs('no_role'))
})

test('coming back ends the session one left with', async () => {
  const before = await signInBy(one.app, someone())
  const left = await leave(one.app, undefined, cookiesOf(before))
  const after = await comeBack(one.app, await signInThere(String(left.headers.location), someone()), cookiesOf(left))
  expect([(await session(before)).statusCode, (await session(after)).statusCode]).toEqual([401, 200])
})

test('who is disabled stays out', async () => {
  const login = someone()
  await signInBy(one.app, login)
  const { id } = await personAt(login)
  await change(id, { disabled: true })
  expect(problemOf(await signInBy(one.app, login))).toEqual(refusedAs('disabled'))
  expect(await one.state.knex('sessions').where({ person_id: id })).toEqual([])
})

test('an equal address is no equal person: an account becomes somebody’s there when an admin says so', async () => {
  const login = someone({ email: 'Lead@Demo.Orderlens', groups: ['lens-admins'] })
  expect(problemOf(await signInBy(one.app, login))).toEqual(refusedAs('account_exists'))
  const here = () => one.state.knex('people').where({ email: 'lead@demo.orderlens' }).first()
  const { id } = await here()
  expect(await here()).toMatchObject({ role: 'lead', password_hash: expect.stringContaining('argon2') })
  expect(await entries('session.refused')).toContainEqual(expect.stringMatching(`account_exists.*${login}`))
  const own = await one.state.knex('people').where({ email: 'admin@demo.orderlens' }).first('id')
  expect((await change(own.id, { subject: login })).json()).toMatchObject({ reason: 'not_oneself' })
  expect((await change(id, { subject: login })).json()).toMatchObject({
    provider: { subject: login },
    has_password: false,
  })
  expect((await change(own.id, { subject: login })).statusCode).toBe(403)
  const agent = await one.state.knex('people').where({ email: 'agent@demo.orderlens' }).first('id')
  expect((await change(agent.id, { subject: login })).json()).toMatchObject({ reason: 'identity_taken' })
  const password = { email: 'lead@demo.orderlens', password: 'answer-for-them' }
  expect((await one.app.inject({ method: 'POST', url: '/api/session', payload: password })).statusCode).toBe(401)
  const link = await one.app.inject({ method: 'POST', url: `/api/people/${id}/link`, headers: await one.as('admin') })
  expect(link.json()).toMatchObject({ statusCode: 409, reason: 'person_external' })
  const person = (await session(await signInBy(one.app, login))).json().person
  expect(person).toMatchObject({ id, role: 'admin', email: 'lead@demo.orderlens' })
})

test('an issuer that is away keeps nobody from a password, and is asked again', async () => {
  const other = await openTestApp({ env: issuer.env, now, state: one.state })
  issuer.isAway = true
  expect((await leave(other.app, '/rules')).headers.location).toBe('/sign-in?problem=unreachable&next=%2Frules')
  expect(problemOf(await other.app.inject('/api/session/oidc/out'))).toEqual(refusedAs('no_sign_out'))
  const password = { email: 'manager@demo.orderlens', password: 'see-everything' }
  expect((await other.app.inject({ method: 'POST', url: '/api/session', payload: password })).statusCode).toBe(200)
  issuer.isAway = false
  const left = await leave(other.app)
  const back = await signInThere(String(left.headers.location), someone())
  issuer.isAway = true
  expect(problemOf(await comeBack(other.app, back, cookiesOf(left)))).toEqual(refusedAs('unreachable'))
  const out = await other.app.inject('/api/session/oidc/out')
  const { pathname, searchParams } = new URL(String(out.headers.location))
  expect([pathname, searchParams.get('post_logout_redirect_uri')]).toEqual(['/session/end', `${LENS}/sign-in`])
  // What it said of itself an hour ago is better than nothing.
  ahead = 3_600_001
  expect((await leave(other.app)).headers.location).toContain(`${issuer.address}/auth?`)
  await other.app.close()
})

test('a client without a secret proves itself by PKCE; where passwords are for the admin alone, they are', async () => {
  const { OIDC_CLIENT_SECRET: _, ...env } = issuer.env
  const admin = { API_ADMIN_EMAIL: 'admin@demo.orderlens', API_ADMIN_PASSWORD: 'not looked at: there is one' }
  const other = await openTestApp({
    env: { ...env, ...admin, OIDC_CLIENT_ID: PUBLIC_CLIENT, OIDC_PASSWORDS: 'admin', OIDC_NAME: 'Shop SSO' },
    state: one.state,
    mail: aMailbox({ kind: 'smtp' }),
  })
  const post = (url: string, payload: object, headers = {}) =>
    other.app.inject({ method: 'POST', url, payload, headers })
  expect((await signInBy(other.app, someone())).headers.location).toBe('/')
  expect((await other.app.inject('/api/session/ways')).json()).toEqual({
    provider: { name: 'Shop SSO' },
    passwords: 'admin',
    mail: 'smtp',
  })
  const right = { email: 'manager@demo.orderlens', password: 'see-everything' }
  expect((await post('/api/session', right)).json()).toMatchObject({ code: 'sign_in_failed' })
  const only = await post('/api/session', { email: 'Admin@demo.orderlens', password: 'keep-it-running' })
  expect(only.statusCode).toBe(200)
  const headers = { cookie: cookiesOf(only), 'x-csrf-token': only.json().csrf_token }
  const added = await post('/api/people', { email: 'new@shop.example', name: 'New', role: 'agent' }, headers)
  expect(added.json()).toMatchObject({ statusCode: 409, reason: 'passwords_off' })
  await other.app.close()
})
