/** Adding and changing people. Every change is written down with it, and ends the person's sessions. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { ManagedPerson, newPersonSchema, personChangeSchema } from '../../contract/people.ts'
import type { Person } from '../../contract/session.ts'
import { ApiError, notFound } from '../../errors.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { isExternal, linkIdentity } from './external.ts'
import { type Link, makeLink, takeLink } from './links.ts'
import { requireGoodPassword } from './password-rules.ts'
import { hashPassword } from './password.ts'
import { NO_PASSWORD, type PersonRow, canonicalEmail, toPerson } from './people.ts'

type NewPerson = z.output<typeof newPersonSchema>
type Change = z.output<typeof personChangeSchema>
type Row = PersonRow & { is_demo: boolean; created_at: Date; seen_at: Date | null } & {
  issuer: string | null
  subject: string | null
  mail_expires_at: Date | null
}
type Deps = {
  readonly knex: Knex
  readonly now: () => Date
  /** Where people may sign in elsewhere; null = nowhere. */
  readonly issuer: string | null
  /** The only one who may have a password; null = everybody. */
  readonly onlyAccount: string | null
  readonly mailer: Mailer
}

export type ManagedPeople = ReturnType<typeof createManagedPeople>

export function createManagedPeople({ knex, now, issuer, onlyAccount, mailer }: Deps) {
  const read = (from: Knex) =>
    from('people as p')
      .leftJoin('identities as i', 'i.person_id', 'p.id')
      .leftJoin(
        from('password_links').whereNotNull('mail_id').where('expires_at', '>', now()).as('l'),
        'l.person_id',
        'p.id',
      )
      .select('p.*', 'i.issuer', 'i.subject', { mail_expires_at: 'l.expires_at' })
      .select(from('sessions as s').max('s.seen_at').whereRaw('s.person_id = p.id').as('seen_at'))
  const one = async (from: Knex, id: string): Promise<ManagedPerson> => {
    const row = await read(from).where('p.id', id).first<Row | undefined>()
    if (row === undefined) throw notFound('person')
    return toManaged(row, mailer.kind)
  }
  const requirePasswords = (email: string): void => {
    if (onlyAccount === null || onlyAccount === canonicalEmail(email)) return
    throw new ApiError('conflict', 'people sign in elsewhere here, not with passwords', { reason: 'passwords_off' })
  }
  return {
    async list(): Promise<ManagedPerson[]> {
      return (await read(knex).orderBy('p.email')).map((row) => toManaged(row, mailer.kind))
    },

    async add(by: Person, { email, scope, ...rest }: NewPerson): Promise<{ person: ManagedPerson; link: Link }> {
      requirePasswords(email)
      const id = randomUUID()
      return knex.transaction(async (trx) => {
        const added = await trx('people')
          .insert({
            id,
            email: canonicalEmail(email),
            scope: JSON.stringify(scope),
            password_hash: NO_PASSWORD,
            ...rest,
          })
          .onConflict('email')
          .ignore()
          .returning('id')
        if (added.length === 0)
          throw new ApiError('conflict', `there is a person with the e-mail address ${canonicalEmail(email)} already`, {
            reason: 'person_exists',
          })
        const link = await makeLink(trx, id, now())
        const detail = { email: canonicalEmail(email), scope, ...rest }
        await appendAudit(trx, { at: now(), person: by, verb: 'person.added', subject: `person/${id}`, detail })
        return { person: await one(trx, id), link }
      })
    },

    async change(by: Person, id: string, change: Change): Promise<ManagedPerson> {
      if (id === by.id && [change.role, change.disabled, change.subject].some((each) => each !== undefined))
        throw new ApiError('not_allowed', 'nobody changes their own role or disables themselves; ask another admin', {
          reason: 'not_oneself',
        })
      return knex.transaction(async (trx) => {
        const { disabled, scope, subject, ...rest } = change
        const values = {
          ...rest,
          ...(scope !== undefined && { scope: JSON.stringify(scope) }),
          ...(disabled !== undefined && { disabled_at: disabled ? now() : null }),
        }
        if (Object.keys(change).length > 0) {
          const known = await trx('people').where({ id }).forUpdate().first('id')
          if (known === undefined) throw notFound('person')
          if (change.role !== undefined && (await isExternal(trx, id)))
            throw new ApiError('conflict', 'the role of who signs in elsewhere is what they are told to have there', {
              reason: 'person_external',
            })
          if (subject !== undefined) await linkIdentity(trx, id, { issuer, subject, at: now() })
          if (Object.keys(values).length > 0) await trx('people').where({ id }).update(values)
          await trx('sessions').where({ person_id: id }).del()
          await appendAudit(trx, {
            at: now(),
            person: by,
            verb: 'person.changed',
            subject: `person/${id}`,
            detail: change,
          })
        }
        return one(trx, id)
      })
    },

    /** A link for somebody who has no password yet or forgot it. The old password holds until the new one is set. */
    async link(by: Person, id: string): Promise<{ person: ManagedPerson; link: Link }> {
      return knex.transaction(async (trx) => {
        const person = await one(trx, id)
        if (person.disabled_at !== null)
          throw new ApiError('conflict', 'this person is disabled; enable them first', { reason: 'person_disabled' })
        if (person.provider !== null)
          throw new ApiError('conflict', 'who signs in elsewhere has no password here', { reason: 'person_external' })
        requirePasswords(person.email)
        const link = await makeLink(trx, id, now())
        await appendAudit(trx, { at: now(), person: by, verb: 'person.link_made', subject: `person/${id}` })
        return { person, link }
      })
    },

    /** The mail that carries their link, where mails become files: for the installation without a mail server. */
    async mail(by: Person, id: string): Promise<Buffer> {
      const row = await knex('password_links').where({ person_id: id }).where('expires_at', '>', now()).first('mail_id')
      const mailId: string | null = row?.mail_id ?? null
      const eml = mailId === null ? null : await mailer.read(mailId)
      if (eml === null) throw notFound('mail')
      await knex.transaction((trx) =>
        appendAudit(trx, { at: now(), person: by, verb: 'person.mail_opened', subject: `person/${id}` }),
      )
      return eml
    },

    /** Sets the password of whoever the link is for. The link is used up only where that worked. */
    async setPassword(token: string, password: string): Promise<void> {
      requireGoodPassword(password)
      const password_hash = await hashPassword(password)
      const isSet = await knex.transaction(async (trx) => {
        const id = await takeLink(trx, token, now())
        if (id === null || (await isExternal(trx, id))) return false
        const row = await trx<PersonRow>('people').where({ id }).whereNull('disabled_at').first()
        const person = toPerson(row)
        if (person === null) return false
        await trx('people').where({ id }).update({ password_hash })
        await trx('sessions').where({ person_id: id }).del()
        await appendAudit(trx, { at: now(), person, verb: 'password.set', subject: `person/${id}` })
        return true
      })
      if (!isSet)
        throw new ApiError(
          'not_found',
          'this link was used, is older than an hour or was replaced; ask for a new one',
          {
            reason: 'link_void',
          },
        )
    },
  }
}

function toManaged(row: Row, mailer: Mailer['kind']): ManagedPerson {
  const person = toPerson(row)
  if (person === null) throw notFound('person')
  return {
    ...person,
    is_demo: row.is_demo,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    has_password: row.password_hash !== NO_PASSWORD,
    provider: row.issuer === null || row.subject === null ? null : { issuer: row.issuer, subject: row.subject },
    mail_waiting: mailer === 'file' && row.mail_expires_at !== null,
    seen_at: row.seen_at === null ? null : new Date(row.seen_at).toISOString(),
  }
}
