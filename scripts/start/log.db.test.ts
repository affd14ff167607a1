/** What the API writes into its log: none of what was sent, and nothing that a terminal or a reader of lines takes for more. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLIENT, type TestIssuer, comeBack, cookiesOf, leave, openIssuer, signInThere } from '#api/oidc/test-issuer.ts'
import { aMailbox, openTestApp, type TestApp } from '#api/test-app.ts'
import { createLog } from './log.ts'

const lines: string[] = []
let one: TestApp
let issuer: TestIssuer
const mailbox = aMailbox()
beforeAll(async () => {
  issuer = await openIssuer()
  const log = createLog('trace', { write: (line) => void lines.push(line) })
  one = await openTestApp({
    log,
    env: issuer.env,
    mail: mailbox,
    features: [
      (app) => {
        app.get('/api/refused-row', { config: { policy: 'public' } }, async () =>
          one.state.knex('people').insert({ id: crypto.randomUUID(), email: 'canary-row@x.test', name: 'canary-name' }),
        )
        app.get('/api/twice', { config: { policy: 'public' } }, async () => {
          const [first] = await one.state.knex('people').limit(1)
          await one.state.knex('people').insert({ ...first, id: crypto.randomUUID(), password_hash: 'canary-hash' })
        })
      },
    ],
  })
})
afterAll(async () => {
  await one.close()
  await issuer.close()
})

test('no password, cookie, token, search or value of a statement is in the log', async () => {
  const headers = await one.as('manager')
  const post = (url: string, payload: object, more: Record<string, string> = {}) =>
    one.app.inject({ method: 'POST', url, payload, headers: { ...headers, ...more } })
  await post('/api/session', { email: 'canary-mail@x.test', password: 'canary-password' })
  await post('/api/session', { email: 1, password: ['canary-password'] })
  await post('/api/session/password', { token: 'c'.repeat(43), password: 'canary-password' })
  await post('/api/orders/o1/reveal', { topic: 't', partition: 0, offset: '1', reason: 'canary-reason' })
  await post('/api/drill', { metric: 'm', where: [{ dimension: 'buyer', values: ['canary-value'] }] })
  await post('/api/drill', { metric: 'canary metric' }, { authorization: 'Bearer canary-bearer' })
  const key = await one.keyOf('manager', { name: 'canary-machine' })
  await one.app.inject({ url: '/api/search?q=canary-buyer', headers: key })
  await one.app.inject({ url: '/api/people', headers: key })
  await one.app.inject({ url: '/api/queue', headers: { authorization: 'Bearer olk_canary' } })
  await one.app.inject({ url: '/api/queue', headers: { ...headers, ...key } })
  await one.app.inject({ url: '/api/search?q=canary-buyer', headers: { ...headers, 'x-api-key': 'canary-key' } })
  await one.app.inject({ url: '/api/search?nothing=canary-buyer', headers })
  expect((await one.app.inject('/api/refused-row')).statusCode).toBe(500)
  expect((await one.app.inject('/api/twice')).statusCode).toBe(500)
  const written = lines.join('')
  expect(lines.length).toBeGreaterThan(20)
  expect(written).toContain('insert into')
  for (const secret of [
    'canary',
    'c'.repeat(43),
    headers['x-csrf-token'],
    headers['cookie']?.split('=')[1],
    key.authorization.slice(-43),
  ])
    expect(lines.filter((line) => line.includes(secret!))).toEqual([])
})

test('nothing of signing in elsewhere or of a mailed link is in the log', async () => {
  const tokens: string[] = []
  issuer.tokens.whole = (token) => {
    tokens.push(token)
    return token
  }
  issuer.people.set('canary-sub', { email: 'canary-mail@x.test', groups: ['lens-agents'], shop: '*' })
  lines.length = 0
  const left = await leave(one.app)
  const back = await signInThere(String(left.headers.location), 'canary-sub')
  const stranger = await leave(one.app)
  const [kept] = await one.state.knex('sign_ins_asked')
  // Once refused, with what came, and once let in.
  const refused = await comeBack(one.app, back, cookiesOf(stranger))
  const inside = await comeBack(one.app, back, cookiesOf(left))
  expect([refused.headers.location, inside.headers.location]).toEqual(['/sign-in?problem=failed', '/'])
  const mail = { email: 'manager@demo.orderlens' }
  await one.app.inject({ method: 'POST', url: '/api/session/reset', payload: mail })
  await expect.poll(() => mailbox.sent.length).toBe(1)
  const { code, state } = Object.fromEntries(back.searchParams)
  const link = /#([\w-]{43})/.exec(mailbox.sent[0]?.text ?? '')?.[1]
  const secrets = [code, state, kept.nonce, kept.verifier, CLIENT.secret, link, 'canary', ...tokens]
  expect(tokens).toHaveLength(1)
  expect(lines.some((line) => line.includes('not accepted'))).toBe(true)
  for (const secret of [...secrets, cookiesOf(left).split('=')[1], cookiesOf(inside).split('=')[1]])
    expect([secret, lines.filter((line) => line.includes(secret ?? ''))]).toEqual([expect.stringMatching(/.{6}/), []])
})

test('whatever stands in an address, an entry is one line of JSON without control characters', async () => {
  lines.length = 0
  for (const text of ['%0d%0aGET /forged', '%1b[31mred', '%e2%80%ae', '%00', '"},{"level":60', '%c2%9b2J', '\\'])
    await one.app.inject({ url: `/api/boards/${text}`, headers: await one.as('manager') })
  expect(lines.length).toBeGreaterThan(7)
  for (const line of lines) {
    expect(line.endsWith('\n')).toBe(true)
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), time: expect.any(Number) })
  }
})
