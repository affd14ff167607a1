/** The people of this installation. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Role } from '../../contract/permissions.ts'
import { type Person, personSchema } from '../../contract/session.ts'
import type { RowScope } from '#transforms/query/request.ts'

export type NewPerson = {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly scope: RowScope
  readonly moneyLimit: number
  readonly moneyLimitDay?: number
  readonly moneyLimitCustomer?: number
  readonly passwordHash: string
  readonly isDemo?: boolean
}

export type PersonRow = {
  id: string
  email: string
  name: string
  role: Role
  scope: RowScope
  money_limit: string
  money_limit_day: string | null
  money_limit_customer: string | null
  password_hash: string
  disabled_at: Date | null
}

/** Ids of other systems' users come along in events; only ours are looked up. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** In place of a hash: no password is right. */
export const NO_PASSWORD = '-'

export type People = ReturnType<typeof createPeople>

export function createPeople(knex: Knex) {
  const enabled = () => knex<PersonRow>('people').whereNull('disabled_at')
  return {
    async byEmail(email: string): Promise<Person | null> {
      return toPerson(
        await enabled()
          .where({ email: canonicalEmail(email) })
          .first(),
      )
    },
    /** Who may sign in by this id; nobody who is disabled. */
    async byId(id: string): Promise<Person | null> {
      return toPerson(await enabled().where({ id }).first())
    },
    /** Names by id, of those of the given ids that are people here, disabled ones included. */
    async names(ids: readonly string[]): Promise<Map<string, string>> {
      const known = ids.filter((id) => UUID.test(id))
      if (known.length === 0) return new Map()
      const rows = await knex<PersonRow>('people').whereIn('id', known).select('id', 'name')
      return new Map(rows.map((row) => [row.id, row.name]))
    },
    async list(): Promise<Person[]> {
      return (await enabled().orderBy('email')).flatMap((row) => toPerson(row) ?? [])
    },
    async credentials(email: string): Promise<{ person: Person; passwordHash: string } | null> {
      const row = await enabled()
        .where({ email: canonicalEmail(email) })
        .first()
      const person = toPerson(row)
      return row === undefined || person === null ? null : { person, passwordHash: row.password_hash }
    },
    /** Adds a person; one with this e-mail already stays as it is. */
    async add(person: NewPerson): Promise<void> {
      await knex('people')
        .insert({
          id: randomUUID(),
          email: canonicalEmail(person.email),
          name: person.name,
          role: person.role,
          scope: JSON.stringify(person.scope),
          money_limit: person.moneyLimit,
          money_limit_day: person.moneyLimitDay ?? null,
          money_limit_customer: person.moneyLimitCustomer ?? null,
          password_hash: person.passwordHash,
          is_demo: person.isDemo ?? false,
        })
        .onConflict('email')
        .ignore()
    },
    async count(): Promise<number> {
      return Number((await knex('people').count({ n: '*' }).first())?.['n'] ?? 0)
    },
  }
}

/** One spelling per address: the same person cannot be addressed twice by look-alike letters or by case. */
export const canonicalEmail = (email: string) => email.trim().normalize('NFKC').toLowerCase()

export function toPerson(row: PersonRow | undefined): Person | null {
  if (row === undefined) return null
  const { id, email, name, role, scope } = row
  return personSchema.parse({
    id,
    email,
    name,
    role,
    scope,
    money_limit: Number(row.money_limit),
    money_limit_day: row.money_limit_day === null ? null : Number(row.money_limit_day),
    money_limit_customer: row.money_limit_customer === null ? null : Number(row.money_limit_customer),
  })
}
