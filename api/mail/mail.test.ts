import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { createFileMailer } from './mailer.ts'
import { toEml, type Message } from './message.ts'
import { createSmtpMailer } from './smtp.ts'

const id = '01234567-89ab-cdef-0123-456789abcdef'
const png = Buffer.from('iVBORw0KGgo=', 'base64')
const message = (rest: Partial<Message> = {}): Message => ({
  messageId: `<${id}@orderlens.example.com>`,
  from: { name: 'Orderlens', address: 'reports@example.com' },
  to: { name: '林曼', address: 'lead@example.com' },
  subject: '异常日报 2026-11-22',
  html: '<p>异常 <img src="cid:chart@x" alt="图表"></p>',
  text: '异常 12',
  images: [{ cid: 'chart@x', filename: 'chart.png', content: png }],
  date: new Date('2026-11-22T00:00:00Z'),
  ...rest,
})

type Received = { mail: ParsedMail; rcpt: string[]; raw: string }
const open: SMTPServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise<void>((resolve) => void server.close(() => resolve()))
})

/** A real SMTP server that keeps what it accepts. */
async function listen(options: SMTPServerOptions = {}): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks)
        const rcpt = session.envelope.rcptTo.map((to) => to.address)
        done()
        void simpleParser(raw).then((mail) => received.push({ mail, rcpt, raw: raw.toString() }))
      })
    },
    ...options,
  })
  server.on('error', () => {}) // broken connections are what some tests are about
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  return { url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, received }
}

/** Cuts every connection without a word. */
function hangUp(): void {
  for (const server of open)
    server.connections.forEach((connection: { _socket: { destroy(): void } }) => connection._socket.destroy())
}

test('a mail arrives whole: Chinese subject, text, HTML, picture and its Message-ID', async () => {
  const { url, received } = await listen()
  await createSmtpMailer(url).send(id, message())
  await expect.poll(() => received.length).toBe(1)
  const { mail, rcpt } = received[0] ?? { mail: null, rcpt: [] }
  expect(rcpt).toEqual(['lead@example.com'])
  expect(mail).toMatchObject({ subject: '异常日报 2026-11-22', messageId: `<${id}@orderlens.example.com>` })
  expect(mail?.text?.trim()).toBe('异常 12')
  expect(mail?.attachments[0]).toMatchObject({ cid: 'chart@x', contentType: 'image/png', contentDisposition: 'inline' })
  expect(mail?.attachments[0]?.content.equals(png)).toBe(true)
})

test.each([
  'a@x.example\r\nRCPT TO:<evil@x.example>',
  'a@x.example, evil@x.example',
  '"a b"@x.example',
  'a@x.example>',
  'a',
  '<a@x.example>',
  'a@x.example\u0000',
  'a@',
  '@x.example',
  'evil@x.example;b@x.example',
])('the recipient %j is refused before anything is sent', async (address) => {
  const { url, received } = await listen()
  await expect(createSmtpMailer(url).send(id, message({ to: { name: 'x', address } }))).rejects.toMatchObject({
    code: 'BAD_ADDRESS',
  })
  expect(received).toEqual([])
})

test.each([
  'Report\r\nBcc: evil@example.com',
  'Report\nX-Evil: 1',
  'a\u2028Bcc: evil@example.com',
  `${'长'.repeat(200)}\r\n\r\nbody`,
])('line breaks in the subject %j add no header', async (subject) => {
  const { url, received } = await listen()
  await createSmtpMailer(url).send(
    id,
    message({ subject, to: { name: 'Evil\r\nBcc: evil@example.com', address: 'lead@example.com' } }),
  )
  await expect.poll(() => received.length).toBe(1)
  expect(received[0]?.rcpt).toEqual(['lead@example.com'])
  expect(received[0]?.raw).not.toMatch(/^(bcc|x-evil):/im)
  expect(received[0]?.mail.bcc).toBeUndefined()
})

test('a refusal is certain; 4xx may be tried again, 5xx may not', async () => {
  const refuse = (responseCode: number) =>
    listen({ onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode })) })
  for (const [code, retryable] of [
    [451, true],
    [550, false],
  ] as const) {
    const { url } = await refuse(code)
    await expect(createSmtpMailer(url).send(id, message())).rejects.toMatchObject({ code: 'REFUSED', retryable })
  }
})

test('no server and silence before the message are certain, silence after it is a doubt', async () => {
  await expect(createSmtpMailer('smtp://127.0.0.1:1').send(id, message())).rejects.toMatchObject({
    code: 'UNREACHABLE',
    retryable: true,
  })
  const early = await listen({ onRcptTo: () => hangUp() })
  await expect(createSmtpMailer(early.url).send(id, message())).rejects.toMatchObject({
    code: 'UNREACHABLE',
    retryable: true,
  })
  const { url } = await listen({
    onData(stream) {
      stream.resume()
      stream.on('end', hangUp)
    },
  })
  await expect(createSmtpMailer(url).send(id, message())).rejects.toMatchObject({ code: 'IN_DOUBT', retryable: true })
})

test('the same delivery written twice is one file, and can be read back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orderlens-mail-'))
  const mailer = createFileMailer(join(folder, 'outbox'))
  await mailer.send(id, message())
  await mailer.send(id, message())
  expect(await readdir(join(folder, 'outbox'))).toEqual([`${id}.eml`])
  const mail = await simpleParser((await mailer.read(id)) ?? '')
  expect(mail.subject).toBe('异常日报 2026-11-22')
  expect(await mailer.read(id.replace('0', 'f'))).toBeNull()
  await expect(mailer.read('../../etc/passwd')).rejects.toThrow('UUID')
  await rm(folder, { recursive: true })
})

test('content is never a path or an address to fetch', async () => {
  const eml = await toEml(
    message({ images: [{ cid: 'x', filename: 'x.png', content: png }], text: 'file:///etc/passwd' }),
  )
  expect(eml.toString()).not.toContain('root:')
})

test('settings name what is wrong and keep its value to themselves', () => {
  expect(loadConfig({ SMTP_URL: '' })).toEqual({
    smtpUrl: null,
    from: { name: 'Orderlens', address: 'reports@orderlens.invalid' },
  })
  expect(loadConfig({ MAIL_FROM: '订单 <a@b.example>' }).from).toEqual({ name: '订单', address: 'a@b.example' })
  expect(() => loadConfig({ SMTP_URL: 'http://user:secret@x' })).toThrow(/^(?!.*secret).*SMTP_URL/)
  expect(() => loadConfig({ MAIL_FROM: 'a@b, c@d' })).toThrow('MAIL_FROM')
})
