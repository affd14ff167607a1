/** Forgotten passwords: what is answered, what is mailed and to whom, and what that changes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Invited, ManagedPerson } from '../../contract/people.ts'
import { MailError } from '../../mail/mail-error.ts'
import type { Message } from '../../mail/message.ts'
import { aMailbox, openTestApp, type TestApp } from '../../test-app.ts'
import { resets } from '../session/throttle.ts'
import { createReset } from './reset.ts'

let clock = Date.parse('2026-03-01T10:00:00Z')
const now = () => new Date(clock)
const mailbox = aMailbox()
/** Statements, and where among them the answer went out. */
const course: string[] = []
let one: TestApp
beforeAll(async () => {
  one = await openTestApp({
    now,
    mail: mailbox,
    env: { API_TRUST_PROXY: '1' },
    config: { sessionIdleMs: 864e5, sessionMs: 864e5 },
  })
  one.app.addHook('onSend', async () => void course.push('answered'))
  one.state.knex.on('query', ({ sql }: { sql: string }) => void course.push(sql))
})
afterAll(() => one.close())

let addresses = 0
const anywhere = () => `10.5.${(addresses += 1) >> 8}.${addresses & 255}`
const ask = async (email: string, { ip = anywhere(), language = 'en', host = 'localhost' } = {}) =>
  one.app.inject({
    method: 'POST',
    url: '/api/session/reset',
    payload: { email, language },
    headers: { 'x-forwarded-for': ip, host },
  })
const post = (url: string, payload: object, headers = {}) => one.app.inject({ method: 'POST', url, payload, headers })
const asAdmin = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) =>
  one.app.inject({ method, url, headers: await one.as('admin'), ...(payload && { payload }) })
const entriesOf = async (verb: string, subject: string) =>
  (await one.state.knex('audit').where({ verb, subject }).orderBy('seq')).map(
    ({ detail }) => JSON.parse(detail) as Record<string, unknown>,
  )
const mailsTo = (address: string) => mailbox.sent.filter(({ to }) => to.address === address)
const tokenIn = ({ text }: Message) => /\/password#([\w-]{43})$/m.exec(text)?.[1] ?? ''

let count = 0
/** Somebody with a password. */
async function somebody(): Promise<{ id: string; email: string }> {
  count += 1
  const email = `reset.${count}@shop.example`
  const { person, link } = (await asAdmin('POST', '/api/people', { email, name: 'Mei', role: 'agent' })).json<Invited>()
  const token = link.path.split('#')[1]
  expect((await post('/api/session/password', { token, password: 'the first of them' })).statusCode).toBe(204)
  return { id: person.id, email }
}

test('a link comes by mail, sets a password once, and ends all sessions', async () => {
  const { id, email } = await somebody()
  const session = await post('/api/session', { email, password: 'the first of them' })
  const cookie = { cookie: `${session.cookies[0]?.name}=${session.cookies[0]?.value}` }
  const reply = await ask(' Reset.1@SHOP.example ', { host: 'evil.test' })
  expect([reply.statusCode, reply.body]).toEqual([204, ''])
  await expect.poll(() => mailsTo(email).length).toBe(1)
  const token = tokenIn(mailsTo(email)[0]!)
  // Nothing is changed by asking.
  expect((await one.app.inject({ url: '/api/session', headers: cookie })).statusCode).toBe(200)
  expect((await post('/api/session/password', { token, password: 'the second one' })).statusCode).toBe(204)
  expect((await one.app.inject({ url: '/api/session', headers: cookie })).statusCode).toBe(401)
  expect((await post('/api/session', { email, password: 'the first of them' })).statusCode).toBe(401)
  expect((await post('/api/session', { email, password: 'the second one' })).statusCode).toBe(200)
  expect((await post('/api/session/password', { token, password: 'a third one' })).json()).toMatchObject({
    reason: 'link_void',
  })
  expect(await entriesOf('password.reset_asked', `person/${id}`)).toMatchObject([{ outcome: 'mailed' }])
  expect(JSON.stringify(await one.state.knex('audit'))).not.toContain(token)
  expect(JSON.stringify(await one.state.knex('password_links'))).not.toContain(token)
})

test('the mail is the link and whom to ask, in the language of the reader', async () => {
  const { email } = await somebody()
  await ask(email)
  await ask(email, { language: 'zh' })
  await expect.poll(() => mailsTo(email).length).toBe(2)
  const [en, zh] = mailsTo(email)
  expect(en).toMatchObject({
    subject: 'Orderlens: set a new password',
    to: { name: 'Mei', address: email },
    images: [],
  })
  const link = `https://lens.example/password#${tokenIn(en!)}`
  expect(en?.text).toBe(
    [
      `Somebody, probably you, asked to set a new password for ${email} at https://lens.example.`,
      'Open this link to set it. It works once, for an hour; older links are void.',
      link,
      'If it was not you, do nothing: your password stays as it is.',
      'Questions? Ask an administrator of this installation.',
      '',
    ]
      .join('\n\n')
      .replace(/\n\n$/, '\n'),
  )
  expect([...(en?.html.matchAll(/(?:href|src)="([^"]+)"/g) ?? [])].map(([, to]) => to)).toEqual([link])
  expect(zh?.subject).toBe('Orderlens：设置新密码')
  expect(zh?.text).toContain('链接一小时内有效，只能使用一次')
  expect(zh?.html).toContain('<html lang="zh-CN">')
  // The older one is void.
  const set = (message: Message) =>
    post('/api/session/password', { token: tokenIn(message), password: 'long enough, surely' })
  expect((await set(en!)).statusCode).toBe(404)
  expect((await set(zh!)).statusCode).toBe(204)
})

test('whoever it is, the same is done before the same answer, and nobody else is written to', async () => {
  const [known, disabled, external] = [await somebody(), await somebody(), await somebody()]
  await asAdmin('PATCH', `/api/people/${disabled.id}`, { disabled: true })
  const elsewhere = { issuer: 'https://sso.example/', subject: 'mei', person_id: external.id, made_at: now() }
  await one.state.knex('identities').insert(elsewhere)
  const unknown = 'nobody@shop.example'
  const before = mailbox.sent.length
  const seen: unknown[] = []
  for (const email of [known.email, unknown, disabled.email, external.email, 'x'.repeat(254)]) {
    course.length = 0
    const { statusCode, headers, body } = await ask(email)
    const { date: _, ...rest } = headers
    // The work has begun, and begun after the answer.
    await expect.poll(() => course.some((sql) => sql.includes('into "audit"'))).toBe(true)
    seen.push({ statusCode, body, rest, done: course.slice(0, course.indexOf('answered')) })
  }
  expect(seen).toEqual(seen.map(() => seen[0]))
  expect(JSON.stringify(seen[0])).not.toContain('"people\\"')
  await expect.poll(() => mailbox.sent.length).toBe(before + 1)
  const outcomes = [`account/${unknown}`, `person/${disabled.id}`, `person/${external.id}`]
  for (const [n, outcome] of ['unknown', 'disabled', 'external'].entries())
    expect(await entriesOf('password.reset_asked', outcomes[n]!)).toMatchObject([{ outcome }])
})

test('asking again and again is stopped, alike for who is here and who is not, and one person gets few mails', async () => {
  const { id, email } = await somebody()
  const codes = async (of: string, ip: string) => {
    const found = []
    for (let n = 0; n < resets.perAccount + 1; n += 1) found.push((await ask(of, { ip })).statusCode)
    return found
  }
  expect(await codes(email, '10.6.0.1')).toEqual([204, 204, 204, 429])
  expect(await codes('no.one@shop.example', '10.6.0.2')).toEqual([204, 204, 204, 429])
  const stopped = await ask(email, { ip: '10.6.0.1' })
  expect(stopped.json()).toMatchObject({ reason: 'sign_in_throttled' })
  expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0)
  // From anywhere else the answer is as ever.
  for (let n = 0; n < 5; n += 1) expect((await ask(email)).statusCode).toBe(204)
  await expect.poll(async () => (await entriesOf('password.reset_asked', `person/${id}`)).length).toBe(8)
  const outcomes = (await entriesOf('password.reset_asked', `person/${id}`)).map(({ outcome }) => outcome)
  expect(outcomes.filter((outcome) => outcome === 'mailed')).toHaveLength(resets.perAccountAnywhere)
  expect(mailsTo(email)).toHaveLength(resets.perAccountAnywhere)
  // Whoever asks for others does not keep them from signing in, and not for ever from asking.
  expect(
    (await post('/api/session', { email, password: 'the first of them' }, { 'x-forwarded-for': '10.6.0.1' }))
      .statusCode,
  ).toBe(200)
  const many = []
  for (let n = 0; n <= resets.perAddress; n += 1) many.push((await ask(`a${n}@x.test`, { ip: '10.6.0.3' })).statusCode)
  expect(many.slice(-2)).toEqual([204, 429])
  clock += resets.windowMs + 1
  expect((await ask(email, { ip: '10.6.0.1' })).statusCode).toBe(204)
  await expect.poll(() => mailsTo(email).length).toBe(resets.perAccountAnywhere + 1)
})

test('without a mail server an admin opens the mail, and that is written down', async () => {
  const { id, email } = await somebody()
  expect((await asAdmin('GET', `/api/people/${id}/mail`)).statusCode).toBe(404)
  await ask(email)
  await expect.poll(() => mailsTo(email).length).toBe(1)
  const { people } = (await asAdmin('GET', '/api/people')).json<{ people: ManagedPerson[] }>()
  expect(people.filter((person) => person.id === id)).toMatchObject([{ mail_waiting: true }])
  const mail = await asAdmin('GET', `/api/people/${id}/mail`)
  expect([mail.headers['content-type'], mail.headers['cache-control']]).toEqual(['message/rfc822', 'no-store'])
  expect(mail.body).toContain(email)
  expect(await entriesOf('person.mail_opened', `person/${id}`)).toHaveLength(1)
  // A link that is handed over makes the one in the mail void.
  await asAdmin('POST', `/api/people/${id}/link`)
  expect((await asAdmin('GET', `/api/people/${id}/mail`)).statusCode).toBe(404)
})

test.each([
  ['tried again, when the mail server was away', true, 3],
  ['not tried again, when it was refused', false, 1],
])('a mail is %s, and that it failed is in the audit', async (_, retryable, attempts) => {
  const { id, email } = await somebody()
  let tried = 0
  const send = async () => {
    tried += 1
    throw new MailError('REFUSED', 'canary', { retryable })
  }
  const said: unknown[] = []
  const log = { warn: (...given: unknown[]) => void said.push(given) } as never
  const deps = { knex: one.state.knex, now, mail: aMailbox({ send }), onlyAccount: null, contact: null, log }
  const reset = createReset({ ...deps, waitsMs: [0, 0] })
  reset.begin({ email, language: 'en', ip: '10.9.0.1' })
  await reset.settled()
  expect([tried, await entriesOf('password.mail_failed', `person/${id}`)]).toEqual([attempts, [{}]])
  expect(said).toEqual([[{ code: 'REFUSED' }, 'reset: a mail was not sent']])
})

test('where passwords are for the admin alone, nobody else gets a link', async () => {
  const { id, email } = await somebody()
  const mail = aMailbox()
  const deps = { knex: one.state.knex, now, mail, contact: null, log: { warn: () => undefined } as never }
  const reset = createReset({ ...deps, onlyAccount: 'admin@demo.orderlens' })
  for (const each of [email, 'admin@demo.orderlens']) reset.begin({ email: each, language: 'en', ip: '10.9.0.1' })
  await reset.settled()
  expect(mail.sent.map(({ to }) => to.address)).toEqual(['admin@demo.orderlens'])
  expect(await entriesOf('password.reset_asked', `person/${id}`)).toMatchObject([{ outcome: 'passwords_off' }])
})
