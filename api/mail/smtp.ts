/**
 * Hands one message over by SMTP, one connection each. It speaks to the connection itself and not to a transport,
 * because only the connection can tell whether the message was already on its way when things went wrong.
 */
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { MailError } from './mail-error.ts'
import type { Mailer } from './mailer.ts'
import { checkAddress, toEml, type Message } from './message.ts'

const timeouts = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000, dnsTimeout: 20_000 }

export function createSmtpMailer(smtpUrl: string): Mailer {
  const url = new URL(smtpUrl)
  const secure = url.protocol === 'smtps:'
  const settings = {
    host: url.hostname,
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    requireTLS: url.searchParams.get('tls') === 'required',
    ...timeouts,
  }
  const credentials =
    url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  return {
    kind: 'smtp',
    async send(_deliveryId, message) {
      const connection = new SMTPConnection(settings)
      try {
        await open(connection, credentials)
        await handOver(connection, message)
        connection.quit()
      } catch (error) {
        connection.close()
        throw error
      }
    },
    read: async () => null,
    close() {},
  }
}

type Credentials = { user: string; pass: string }

async function open(connection: SMTPConnection, credentials: Credentials | null): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.on('error', (cause) => reject(refusedOr('UNREACHABLE', cause)))
    connection.connect((cause) => (cause ? reject(refusedOr('UNREACHABLE', cause)) : resolve()))
  })
  if (!credentials) return
  await new Promise<void>((resolve, reject) => {
    connection.on('error', (cause) => reject(refusedOr('UNREACHABLE', cause)))
    connection.login(credentials, (cause) => (cause ? reject(refusedOr('UNREACHABLE', cause)) : resolve()))
  })
}

async function handOver(connection: SMTPConnection, message: Message): Promise<void> {
  const eml = await toEml(message)
  const envelope = { from: checkAddress(message.from).address, to: [checkAddress(message.to).address] }
  let onItsWay = false
  // Read only once the server has said yes to DATA.
  const body = Readable.from(
    (function* () {
      onItsWay = true
      yield eml
    })(),
  )
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: unknown) => reject(refusedOr(onItsWay ? 'IN_DOUBT' : 'UNREACHABLE', cause))
    connection.on('error', fail)
    connection.send(envelope, body, (cause) => (cause ? fail(cause) : resolve()))
  })
}

const sentences = {
  UNREACHABLE: 'the mail server did not answer',
  IN_DOUBT: 'the connection to the mail server was lost while the message was on its way',
} as const

/** An answer of the server is certain, whatever it says; silence is certain only before the message was on its way. */
function refusedOr(code: 'UNREACHABLE' | 'IN_DOUBT', cause: unknown): MailError {
  const { command, responseCode } = (cause ?? {}) as { command?: string; responseCode?: number }
  if (responseCode === undefined) return new MailError(code, sentences[code], { retryable: true, cause })
  return new MailError('REFUSED', `the mail server answered ${responseCode} to ${command ?? 'the message'}`, {
    retryable: responseCode < 500,
    cause,
  })
}
