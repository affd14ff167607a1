/** Signing in and out. Whether an account exists shows neither in the answer nor in the time it takes. */
import type { Knex } from 'knex'
import type { Person } from '../../contract/session.ts'
import { appendAudit } from '../audit/audit.ts'
import { hashPassword, isPassword } from '../people/password.ts'
import { NO_PASSWORD, canonicalEmail, type People } from '../people/people.ts'
import type { Sessions } from './sessions.ts'
import type { Throttle } from './throttle.ts'

export type SignInResult =
  | { readonly kind: 'signed_in'; readonly person: Person; readonly secret: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly seconds: number }

export type SignIn = ReturnType<typeof createSignIn>

export function createSignIn(deps: {
  knex: Knex
  people: People
  sessions: Sessions
  throttle: Throttle
  /** The only one who may come with a password; null = everybody. */
  onlyAccount: string | null
  now: () => Date
}) {
  const { knex, people, sessions, throttle, onlyAccount, now } = deps
  const nobodysHash = hashPassword('nobody has this password')
  const note = (verb: string, person: Person | null, subject: string, detail: Record<string, unknown>) =>
    knex.transaction((trx) => appendAudit(trx, { at: now(), person, verb, subject, detail }))

  return {
    async withPassword(given: { email: string; password: string }, ip: string): Promise<SignInResult> {
      const account = canonicalEmail(given.email)
      const seconds = await throttle.take(account, ip)
      if (seconds !== null) return { kind: 'throttled', seconds }
      const known = await people.credentials(account)
      const hasPassword = known !== null && known.passwordHash !== NO_PASSWORD
      const isRight = await isPassword(hasPassword ? known.passwordHash : await nobodysHash, given.password)
      const isMeant = onlyAccount === null || onlyAccount === account
      if (!hasPassword || !isRight || !isMeant) {
        await note('session.refused', null, `account/${account}`, { ip })
        return { kind: 'refused' }
      }
      await throttle.clear(account, ip)
      const secret = await sessions.open(known.person.id, ip)
      await note('session.opened', known.person, `person/${known.person.id}`, { ip })
      return { kind: 'signed_in', person: known.person, secret }
    },
    async out(secret: string, person: Person | null): Promise<void> {
      await sessions.close(secret)
      if (person !== null) await note('session.closed', person, `person/${person.id}`, {})
    },
  }
}
