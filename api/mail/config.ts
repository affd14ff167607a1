/** Settings of outgoing mail. Read once by a main file. */
import { z } from 'zod'
import { checkAddress, type Address } from './message.ts'

export const mailEnvSchema = z.object({
  /** `smtp://user:password@host:587` or `smtps://…`; add `?tls=required` to insist on STARTTLS. Empty = mails become files. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** Sender of reports, `name <address>` or an address; its domain also names the messages. */
  MAIL_FROM: z.string().max(320).default('Orderlens <reports@orderlens.invalid>'),
})

export type MailConfig = { readonly smtpUrl: string | null; readonly from: Address }

export class MailConfigError extends Error {
  readonly code = 'CONFIG'
  readonly retryable = false
}

/** Throws one error that lists every bad variable by name, never its value. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): MailConfig {
  const parsed = mailEnvSchema.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
  )
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)
    throw new MailConfigError(`cannot read the mail settings: ${bad.join('; ')}`)
  }
  return Object.freeze({ smtpUrl: parsed.data.SMTP_URL ?? null, from: parseFrom(parsed.data.MAIL_FROM) })
}

function parseFrom(text: string): Address {
  const named = /^([^<>]*)<([^<>]+)>$/.exec(text.trim())
  try {
    return checkAddress(
      named ? { name: named[1]?.trim() ?? '', address: named[2] ?? '' } : { name: 'Orderlens', address: text.trim() },
    )
  } catch (cause) {
    throw new MailConfigError("cannot read the mail settings: MAIL_FROM: expected 'name <address>' or an address", {
      cause,
    })
  }
}
