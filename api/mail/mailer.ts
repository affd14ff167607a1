/** Where e-mails go. A mailer hands over one message and says for certain, or says that it does not know. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import { MailError } from './mail-error.ts'
import { toEml, toMail, type Message } from './message.ts'

export type Mailer = {
  readonly kind: 'file' | 'smtp'
  /** `deliveryId` names the file; the same delivery written twice is one file. */
  send(deliveryId: string, message: Message): Promise<void>
  /** The bytes of what was sent, where this mailer keeps them. */
  read(deliveryId: string): Promise<Buffer | null>
  close(): void
}

/** Writes `.eml` files: the mailer of an installation without a mail server. */
export function createFileMailer(directory: string): Mailer {
  const fileOf = (deliveryId: string) => {
    if (!/^[0-9a-f-]{36}$/.test(deliveryId)) throw new MailError('REFUSED', 'a delivery is named by a UUID')
    return join(directory, `${deliveryId}.eml`)
  }
  return {
    kind: 'file',
    async send(deliveryId, message) {
      const eml = await toEml(message)
      const file = fileOf(deliveryId)
      try {
        await mkdir(directory, { recursive: true })
        await writeFile(`${file}.part`, eml)
        await rename(`${file}.part`, file)
      } catch (cause) {
        throw new MailError('UNREACHABLE', 'the mail folder could not be written to', { retryable: true, cause })
      }
    },
    async read(deliveryId) {
      try {
        return await readFile(fileOf(deliveryId))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    close() {},
  }
}

const timeouts = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000, dnsTimeout: 20_000 }

export function createSmtpMailer(smtpUrl: string): Mailer {
  const url = new URL(smtpUrl)
  const user = decodeURIComponent(url.username)
  const transport = nodemailer.createTransport({
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)),
    secure: url.protocol === 'smtps:',
    ...(user ? { auth: { user, pass: decodeURIComponent(url.password) } } : {}),
    ...(url.searchParams.get('tls') === 'required' ? { requireTLS: true } : {}),
    ...timeouts,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    kind: 'smtp',
    async send(_deliveryId, message) {
      const mail = toMail(message)
      try {
        await transport.sendMail(mail)
      } catch (cause) {
        throw smtpError(cause)
      }
    },
    read: async () => null,
    close: () => transport.close(),
  }
}

type SmtpFailure = { command?: string; responseCode?: number }

/** An answer is certain; silence is certain only before the message itself was on its way. */
function smtpError(cause: unknown): MailError {
  const { command, responseCode } = (cause ?? {}) as SmtpFailure
  if (responseCode !== undefined) {
    return new MailError('REFUSED', `the mail server answered ${responseCode} to ${command ?? 'the message'}`, {
      retryable: responseCode < 500,
      cause,
    })
  }
  const began =
    !['CONN', 'STARTTLS', 'EHLO', 'HELO', 'LHLO', 'MAIL FROM', 'RCPT TO'].includes(command ?? '') &&
    !command?.startsWith('AUTH')
  if (began)
    return new MailError('IN_DOUBT', 'the connection to the mail server was lost while the message was on its way', {
      retryable: true,
      cause,
    })
  return new MailError('UNREACHABLE', `the mail server did not answer (${command ?? 'CONN'})`, {
    retryable: true,
    cause,
  })
}
