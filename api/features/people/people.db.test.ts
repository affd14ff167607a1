import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Invited, ManagedPerson } from '../../contract/people.ts'
import { openTestApp, type TestApp } from '../../test-app.ts'

let clock = Date.parse('2026-03-01T10:00:00Z')
let one: TestApp
beforeAll(async () => {
  one = await openTestApp({ now: () => new Date(clock), config: { sessionIdleMs: 864e5, sessionMs: 864e5 } })
})
afterAll(() => one.close())

const ask = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) =>
  one.app.inject({ method, url, headers: await one.as('admin'), ...(payload && { payload }) })
const setPassword = (token: string, password: string) =>
  one.app.inject({ method: 'POST', url: '/api/session/password', payload: { token, password } })
const signIn = (email: string, password: string) =>
  one.app.inject({ method: 'POST', url: '/api/session', payload: { email, password } })
const tokenOf = ({ link }: Invited): string => link.path.split('#')[1] ?? ''
const verbs = async () =>
  (await ask('GET', '/api/audit?limit=500')).json<{ entries: { verb: string; detail: object }[] }>().entries

let count = 0
async function invited(body: object = {}): Promise<Invited & { email: string }> {
  count += 1
  const email = `Person.${count}@shop.example`
  const reply = await ask('POST', '/api/people', { email, name: 'New', role: 'agent', ...body })
  expect([reply.statusCode, reply.headers['cache-control']]).toEqual([201, 'no-store'])
  return { ...reply.json<Invited>(), email }
}

test('somebody is added, sets a password by the link, once, and signs in with what they may do', async () => {
  const scope = { channels: 'all', regions: ['浙江'], shops: ['tmall-flagship'], anomaly_types: ['not_shipped'] }
  const made = await invited({ scope, money_limit: 100, money_limit_day: 500 })
  expect(made.person).toMatchObject({ email: made.email.toLowerCase(), has_password: false, disabled_at: null, scope })
  expect((await signIn(made.email, '-')).statusCode).toBe(401)
  const set = await setPassword(tokenOf(made), 'a sentence that is long')
  expect(set.statusCode).toBe(204)
  const again = await setPassword(tokenOf(made), 'another long sentence')
  expect(again.json()).toMatchObject({ statusCode: 404, reason: 'link_void' })
  const session = await signIn(made.email, 'a sentence that is long')
  expect(session.json().person).toMatchObject({ role: 'agent', scope, money_limit: 100, money_limit_day: 500 })
  const written = JSON.stringify(await verbs())
  for (const verb of ['person.added', 'password.set']) expect(written).toContain(verb)
  for (const secret of [tokenOf(made), 'a sentence that is long']) expect(written).not.toContain(secret)
  expect(JSON.stringify(await one.state.knex('password_links').select())).not.toContain(tokenOf(made))
})

test('a link is good for an hour, and only the latest is', async () => {
  const made = await invited()
  const later = (await ask('POST', `/api/people/${made.person.id}/link`)).json<Invited>()
  expect((await setPassword(tokenOf(made), 'long enough, surely')).statusCode).toBe(404)
  clock += 3_600_000
  expect((await setPassword(tokenOf(later), 'long enough, surely')).statusCode).toBe(404)
  expect((await setPassword('x'.repeat(43), 'long enough, surely')).statusCode).toBe(404)
})

test.each(['short', 'x'.repeat(129)])('the password %j is refused, and the link stays good', async (weak) => {
  const made = await invited()
  expect((await setPassword(tokenOf(made), weak)).statusCode).toBe(400)
  expect((await setPassword(tokenOf(made), '门前大桥下游过一群鸭')).statusCode).toBe(204)
})

test('a change of what somebody may do holds at once: their sessions end', async () => {
  const made = await invited()
  await setPassword(tokenOf(made), 'a sentence that is long')
  const session = await signIn(made.email, 'a sentence that is long')
  const cookie = session.cookies[0]
  const headers = { cookie: `${cookie?.name}=${cookie?.value}` }
  expect((await one.app.inject({ url: '/api/session', headers })).statusCode).toBe(200)
  const changed = await ask('PATCH', `/api/people/${made.person.id}`, {
    role: 'manager',
    scope: { channels: [], regions: 'all' },
  })
  expect(changed.json<ManagedPerson>()).toMatchObject({
    role: 'manager',
    name: 'New',
    scope: { channels: [], shops: 'all' },
  })
  expect((await one.app.inject({ url: '/api/session', headers })).statusCode).toBe(401)
  await ask('PATCH', `/api/people/${made.person.id}`, { disabled: true })
  expect((await signIn(made.email, 'a sentence that is long')).statusCode).toBe(401)
  expect((await ask('POST', `/api/people/${made.person.id}/link`)).json()).toMatchObject({ reason: 'person_disabled' })
  await ask('PATCH', `/api/people/${made.person.id}`, { disabled: false })
  expect((await signIn(made.email, 'a sentence that is long')).statusCode).toBe(200)
})

test('nobody is added twice, changes their own role or is changed by fields that are no fields', async () => {
  const made = await invited()
  const twice = await ask('POST', '/api/people', { email: made.email.toUpperCase(), name: 'X', role: 'agent' })
  expect(twice.json()).toMatchObject({ statusCode: 409, reason: 'person_exists' })
  const { people } = (await ask('GET', '/api/people')).json<{ people: ManagedPerson[] }>()
  const admin = people.find(({ email }) => email === 'admin@demo.orderlens')
  for (const change of [{ role: 'agent' }, { disabled: true }])
    expect((await ask('PATCH', `/api/people/${admin?.id}`, change)).json()).toMatchObject({ reason: 'not_oneself' })
  for (const wrong of [
    { role: 'owner' },
    { money_limit: -1 },
    { is_demo: true },
    { password_hash: 'x' },
    { email: 'a@b.cd' },
  ])
    expect((await ask('PATCH', `/api/people/${made.person.id}`, wrong)).statusCode).toBe(400)
  expect((await ask('PATCH', '/api/people/00000000-0000-4000-8000-000000000000', { name: 'x' })).statusCode).toBe(404)
})
