/** Adding and changing people. Every change is written down with it, and ends the person's sessions. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { ManagedPerson, newPersonSchema, personChangeSchema } from '../../contract/people.ts'
import type { Person } from '../../contract/session.ts'
import { ApiError, notFound } from '../../errors.ts'
import { appendAudit } from '../audit/audit.ts'
import { type Link, makeLink, takeLink } from './links.ts'
import { requireGoodPassword } from './password-rules.ts'
import { hashPassword } from './password.ts'
import { NO_PASSWORD, type PersonRow, canonicalEmail, toPerson } from './people.ts'

type NewPerson = z.output<typeof newPersonSchema>
type Change = z.output<typeof personChangeSchema>
type Row = PersonRow & { is_demo: boolean; created_at: Date; seen_at: Date | null }

export type ManagedPeople = ReturnType<typeof createManagedPeople>

export function createManagedPeople({ knex, now }: { knex: Knex; now: () => Date }) {
  const read = (from: Knex) =>
    from('people as p')
      .select('p.*')
      .select(from('sessions as s').max('s.seen_at').whereRaw('s.person_id = p.id').as('seen_at'))
  const one = async (from: Knex, id: string): Promise<ManagedPerson> => {
    const row = await read(from).where('p.id', id).first<Row | undefined>()
    if (row === undefined) throw notFound('person')
    return toManaged(row)
  }
  return {
    async list(): Promise<ManagedPerson[]> {
      return (await read(knex).orderBy('p.email')).map(toManaged)
    },

    async add(by: Person, { email, scope, ...rest }: NewPerson): Promise<{ person: ManagedPerson; link: Link }> {
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
      if (id === by.id && (change.role !== undefined || change.disabled !== undefined))
        throw new ApiError('not_allowed', 'nobody changes their own role or disables themselves; ask another admin', {
          reason: 'not_oneself',
        })
      return knex.transaction(async (trx) => {
        const { disabled, scope, ...rest } = change
        const values = {
          ...rest,
          ...(scope !== undefined && { scope: JSON.stringify(scope) }),
          ...(disabled !== undefined && { disabled_at: disabled ? now() : null }),
        }
        if (Object.keys(values).length > 0) {
          const changed = await trx('people').where({ id }).update(values)
          if (changed === 0) throw notFound('person')
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
        const link = await makeLink(trx, id, now())
        await appendAudit(trx, { at: now(), person: by, verb: 'person.link_made', subject: `person/${id}` })
        return { person, link }
      })
    },

    /** Sets the password of whoever the link is for. The link is used up only where that worked. */
    async setPassword(token: string, password: string): Promise<void> {
      requireGoodPassword(password)
      const password_hash = await hashPassword(password)
      const isSet = await knex.transaction(async (trx) => {
        const id = await takeLink(trx, token, now())
        if (id === null) return false
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

function toManaged(row: Row): ManagedPerson {
  const person = toPerson(row)
  if (person === null) throw notFound('person')
  return {
    ...person,
    is_demo: row.is_demo,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    has_password: row.password_hash !== NO_PASSWORD,
    seen_at: row.seen_at === null ? null : new Date(row.seen_at).toISOString(),
  }
}
