/**
 * A link for who forgot their password, by mail to the address they sign in with. Whoever asks is answered alike and at once:
 * whether there is such a person is looked up when the answer is out.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Knex } from 'knex'
import { MailError } from '../../mail/mail-error.ts'
import type { Mailer } from '../../mail/mailer.ts'
import type { Address } from '../../mail/message.ts'
import { appendAudit } from '../audit/audit.ts'
import { createThrottle, resets } from '../session/throttle.ts'
import { isExternal } from './external.ts'
import { type Link, makeLink } from './links.ts'
import { type PersonRow, canonicalEmail } from './people.ts'
import { type ResetLanguage, writeResetMail } from './reset-mail.ts'

export type Outgoing = {
  readonly mailer: Mailer
  readonly from: Address
  /** Where the portal is, and never what a request says about that. */
  readonly baseUrl: string
}

type Outcome = 'mailed' | 'unknown' | 'disabled' | 'external' | 'passwords_off' | 'too_often'
type Asked = { readonly email: string; readonly language: ResetLanguage; readonly ip: string }
type Deps = {
  readonly knex: Knex
  readonly now: () => Date
  readonly mail: Outgoing
  /** The only one who may have a password; null = everybody. */
  readonly onlyAccount: string | null
  /** Whom to ask; null = some administrator. */
  readonly contact: string | null
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  /** Before each further attempt at a mail that could not be handed over. */
  readonly waitsMs?: readonly number[]
}

export type Reset = ReturnType<typeof createReset>

export function createReset({ knex, now, mail, onlyAccount, contact, log, waitsMs = [5_000, 60_000] }: Deps) {
  const throttle = createThrottle({ knex, now, limits: resets })
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()

  async function work({ email, language, ip }: Asked): Promise<void> {
    const account = canonicalEmail(email)
    const isOften = (await throttle.count(account)) > resets.perAccountAnywhere
    const made = await knex.transaction(async (trx) => {
      const row = await trx<PersonRow>('people').where({ email: account }).first()
      const outcome = isOften ? 'too_often' : await outcomeFor(trx, row, account)
      const mailId = randomUUID()
      const link = outcome === 'mailed' && row !== undefined ? await makeLink(trx, row.id, now(), mailId) : null
      const subject = row === undefined ? `account/${account}` : `person/${row.id}`
      await appendAudit(trx, {
        at: now(),
        person: null,
        verb: 'password.reset_asked',
        subject,
        detail: { ip, outcome },
      })
      return link === null || row === undefined
        ? null
        : { link, mailId, subject, to: { name: row.name, address: row.email } }
    })
    if (made !== null) await send(made, language)
  }

  async function outcomeFor(trx: Knex, row: PersonRow | undefined, account: string): Promise<Outcome> {
    if (row === undefined) return 'unknown'
    if (row.disabled_at !== null) return 'disabled'
    if (await isExternal(trx, row.id)) return 'external'
    return onlyAccount === null || onlyAccount === account ? 'mailed' : 'passwords_off'
  }

  async function send(
    made: { link: Link; mailId: string; subject: string; to: Address },
    language: ResetLanguage,
  ): Promise<void> {
    const message = writeResetMail({ ...mail, ...made, contact, language, date: now() })
    for (const waitMs of [...waitsMs, null]) {
      try {
        return await mail.mailer.send(made.mailId, message)
      } catch (cause) {
        const again = waitMs !== null && cause instanceof MailError && cause.retryable && !stopping.signal.aborted
        if (!again) {
          log.warn({ code: cause instanceof MailError ? cause.code : 'unknown' }, 'reset: a mail was not sent')
          return note('password.mail_failed', made.subject)
        }
        await sleep(waitMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
      }
    }
  }

  const note = (verb: string, subject: string) =>
    knex.transaction((trx) => appendAudit(trx, { at: now(), person: null, verb, subject }))

  return {
    /** Counts one request. Returns the seconds to wait when it may not be made, else null: alike for every name. */
    take: (email: string, ip: string): Promise<number | null> => throttle.take(canonicalEmail(email), ip),

    /** What there is to do, when the answer is out. */
    begin(asked: Asked): void {
      const doing = work(asked)
        .catch((cause: unknown) => log.warn({ err: cause }, 'reset: a request could not be worked on'))
        .finally(() => underWay.delete(doing))
      underWay.add(doing)
    },

    async settled(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay)
    },

    /** Mails that wait to be tried again are given up. */
    async stop(): Promise<void> {
      stopping.abort()
      await this.settled()
    },
  }
}
