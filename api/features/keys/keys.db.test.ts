import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiKey, MadeKey, NewKeyBody } from '../../contract/keys.ts'
import { aDoorWithOrder, anOrderState, openTestApp, type TestApp } from '../../test-app.ts'
import { isKeyHeld, MOST_KEYS } from './keys.ts'

type Who = Parameters<TestApp['as']>[0]
const everywhere = { channels: 'all', regions: 'all', shops: 'all', anomaly_types: 'all' } as const
const DAY_MS = 86_400_000
let clock = Date.parse('2026-03-01T10:00:00Z')
let one: TestApp
beforeAll(async () => {
  one = await openTestApp({
    now: () => new Date(clock),
    config: { sessionIdleMs: 1e12, sessionMs: 1e12 },
    door: aDoorWithOrder(anOrderState({ order_id: 'o1', region: '浙江' })),
  })
})
afterAll(() => one.close())

const post = async (who: Who, body: Partial<NewKeyBody> | Record<string, unknown>) =>
  one.app.inject({
    method: 'POST',
    url: '/api/keys',
    headers: await one.as(who),
    payload: { name: 'Nightly', permissions: ['orders.read'], ...body },
  })
async function made(who: Who, body: Partial<NewKeyBody> = {}) {
  const reply = await post(who, body)
  expect([reply.statusCode, reply.headers['cache-control']]).toEqual([201, 'no-store'])
  const { key, secret } = reply.json<MadeKey>()
  const bearer = { authorization: `Bearer ${secret}` }
  return { key, secret, bearer, get: (url: string) => one.app.inject({ url, headers: bearer }) }
}
const revoke = async (who: Who, id: string) =>
  one.app.inject({ method: 'DELETE', url: `/api/keys/${id}`, headers: await one.as(who) })
const listed = async (who: Who) =>
  (await one.app.inject({ url: '/api/keys', headers: await one.as(who) })).json<{ keys: ApiKey[] }>().keys
const people = () => one.state.knex('people')

test('a secret is told once and kept as a hash; by it one reads what its maker sees', async () => {
  const { key, secret, get } = await made('manager', { name: 'Nightly numbers' })
  expect(secret).toMatch(/^olk_[0-9a-f]{12}_[\w-]{43}$/)
  expect(secret.startsWith(key.prefix)).toBe(true)
  expect(key).toMatchObject({ name: 'Nightly numbers', scope: everywhere, state: 'active', used_at: null })
  expect(Date.parse(key.expires_at) - clock).toBe(90 * DAY_MS)
  expect((await get('/api/orders/o1')).statusCode).toBe(200)
  const [shown] = await listed('manager')
  expect(shown).toMatchObject({ id: key.id, used_at: new Date(clock).toISOString(), used_from: '127.0.0.1' })
  const kept = JSON.stringify([shown, await one.state.knex('api_keys'), await one.state.knex('audit')])
  expect(kept).toContain('key.made')
  expect(kept).not.toContain(secret.slice(-43))
})

test('a key in use is written back once a minute, not with every request', async () => {
  const { key, get } = await made('manager')
  const usedAt = async () => (await listed('manager')).find(({ id }) => id === key.id)?.used_at
  const first = clock
  await get('/api/boards')
  clock += 59_000
  await get('/api/boards')
  expect(await usedAt()).toBe(new Date(first).toISOString())
  clock += 1_000
  await get('/api/boards')
  expect(await usedAt()).toBe(new Date(clock).toISOString())
})

test.each([
  ['a permission that is for people', 'admin', { permissions: ['rules.change'] }, 400, 'fields_refused'],
  ['a permission its maker has not', 'operator', { permissions: ['orders.export'] }, 403, 'key_too_wide'],
  ['rows its maker does not see', 'agent.zhejiang', { scope: everywhere }, 403, 'key_too_wide'],
  ['more than a year', 'manager', { expires_at: '2027-03-03T10:00:00Z' }, 400, 'key_life'],
  ['an end before now', 'manager', { expires_at: '2026-02-01T00:00:00Z' }, 400, 'key_life'],
] as const)('%s: no key is made', async (_name, who, body, status, reason) => {
  const before = (await listed('admin')).length
  const reply = await post(who, body)
  expect([reply.statusCode, reply.json()]).toEqual([status, expect.objectContaining({ reason })])
  expect(await listed('admin')).toHaveLength(before)
})

test('a person has so many keys and no more, also all at once', async () => {
  const replies = await Promise.all(Array.from({ length: MOST_KEYS + 5 }, () => post('finance', {})))
  expect(replies.filter(({ statusCode }) => statusCode === 201)).toHaveLength(MOST_KEYS)
  const refused = replies.find(({ statusCode }) => statusCode === 409)
  expect(refused?.json()).toMatchObject({ reason: 'too_many_keys', parts: { most: MOST_KEYS } })
})

test('revoked, over or of somebody disabled: it is refused from the next request on', async () => {
  const revoked = await made('lead')
  const over = await made('lead', { expires_at: new Date(clock + DAY_MS).toISOString() })
  const paused = await made('lead')
  for (const { get } of [revoked, over, paused]) expect((await get('/api/boards')).statusCode).toBe(200)
  expect((await revoke('agent', revoked.key.id)).statusCode).toBe(404)
  expect((await revoke('lead', revoked.key.id)).statusCode).toBe(204)
  expect((await revoke('admin', revoked.key.id)).statusCode).toBe(204)
  clock += DAY_MS
  await people().where({ email: 'lead@demo.orderlens' }).update({ disabled_at: new Date() })
  for (const { get } of [revoked, over, paused])
    expect((await get('/api/boards')).json()).toMatchObject({ statusCode: 401, reason: 'key_refused' })
  const states = new Map((await listed('admin')).map(({ id, state }) => [id, state]))
  expect([paused, over, revoked].map(({ key }) => states.get(key.id))).toEqual(['disabled', 'expired', 'revoked'])
  await people().where({ email: 'lead@demo.orderlens' }).update({ disabled_at: null })
})

test('everybody sees their own keys; who manages people sees and revokes all', async () => {
  const { key, get } = await made('manager')
  expect((await listed('agent')).some(({ id }) => id === key.id)).toBe(false)
  expect((await revoke('admin', key.id)).statusCode).toBe(204)
  expect((await get('/api/boards')).statusCode).toBe(401)
  const entries = await one.state
    .knex('audit')
    .where({ subject: `key/${key.id}` })
    .orderBy('seq')
  expect(entries.map(({ verb }) => verb)).toEqual(['key.made', 'key.revoked'])
})

test('what its maker lost is lost to the key: permissions and rows', async () => {
  const wide = await made('manager', { permissions: ['orders.read', 'orders.export'] })
  const narrow = await made('manager', { scope: { channels: 'all', regions: ['浙江', '广东'] } })
  const file = async () =>
    (
      await one.app.inject({
        method: 'POST',
        url: '/api/drill/export',
        headers: wide.bearer,
        payload: { metric: 'orders_placed' },
      })
    ).statusCode
  expect([await file(), (await narrow.get('/api/orders/o1')).statusCode]).toEqual([200, 200])
  const manager = () => people().where({ email: 'manager@demo.orderlens' })
  const { role, scope } = await manager().first()
  await manager().update({ role: 'operator', scope: JSON.stringify({ ...everywhere, regions: ['广东'] }) })
  expect(await file()).toBe(403)
  for (const { get } of [wide, narrow]) expect((await get('/api/orders/o1')).statusCode).toBe(404)
  await manager().update({ role, scope: JSON.stringify(scope) })
  expect([await file(), (await narrow.get('/api/orders/o1')).statusCode]).toEqual([200, 200])
})

test('a key and a session together are refused; what only looks like a key is nobody', async () => {
  const { bearer } = await made('manager')
  const both = await one.app.inject({ url: '/api/boards', headers: { ...(await one.as('manager')), ...bearer } })
  expect(both.json()).toMatchObject({ statusCode: 400, reason: 'two_credentials' })
  const forged = await one.app.inject({ url: '/api/boards', headers: { authorization: `${bearer.authorization}x` } })
  expect(forged.json()).toMatchObject({ statusCode: 401, reason: 'key_refused' })
  const other = await one.app.inject({ url: '/api/boards', headers: { authorization: 'Bearer of-something-else' } })
  expect(other.json()).toMatchObject({ statusCode: 401, code: 'not_signed_in' })
})

test('an action needs its permission by name, and the audit says whose key it was', async () => {
  const act = (bearer: Record<string, string>) =>
    one.app.inject({
      method: 'POST',
      url: '/api/orders/o1/actions',
      headers: { ...bearer, 'idempotency-key': crypto.randomUUID() },
      payload: { kind: 'cancel_order', reason: 'the shop said so' },
    })
  const reading = await made('agent')
  expect((await act(reading.bearer)).json()).toMatchObject({ code: 'action_refused', reason: 'role_may_not' })
  const acting = await made('agent', { name: 'Robot', permissions: ['orders.read', 'orders.cancel'] })
  expect((await act(acting.bearer)).statusCode).toBe(202)
  const entry = await one.state.knex('audit').where({ verb: 'cancel_order.requested' }).first()
  expect([entry.person_id, JSON.parse(entry.detail).key]).toEqual([
    acting.key.person_id,
    { id: acting.key.id, name: 'Robot' },
  ])
})

test('a key has budgets of its own, beside its maker’s', async () => {
  const { bearer } = await made('agent', { permissions: ['orders.export'] })
  const busy = await openTestApp({ state: one.state, now: () => new Date(clock), config: { ratePerMinute: 240 } })
  const file = async (headers: Record<string, string>) =>
    busy.app.inject({ method: 'POST', url: '/api/drill/export', headers, payload: { metric: 'orders_placed' } })
  for (const status of [200, 200, 429]) expect((await file(bearer)).statusCode).toBe(status)
  const refused = await file(bearer)
  expect([refused.json().reason, refused.headers['retry-after']]).toEqual(['exports_spent', '30'])
  expect((await file(await one.as('agent'))).statusCode).toBe(200)
  await busy.app.close()
})

test('in the transaction that acts a key is looked at once more', async () => {
  const { key } = await made('agent')
  const isHeld = () => one.state.knex.transaction((trx) => isKeyHeld(trx, key.id, new Date(clock)))
  expect(await isHeld()).toBe(true)
  await revoke('agent', key.id)
  expect(await isHeld()).toBe(false)
})
