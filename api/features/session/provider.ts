/** Signing in at the issuer of OpenID Connect: who left for it, who came back, and whether they get in. */
import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import type { SignInProblem } from '../../contract/sign-in-problems.ts'
import { readClaims } from '../../oidc/claims.ts'
import type { OidcConfig } from '../../oidc/config.ts'
import type { Asked, Issuer } from '../../oidc/issuer.ts'
import { appendAudit } from '../audit/audit.ts'
import { type Admission, admit } from '../people/external.ts'
import { type Sessions, hashOf } from './sessions.ts'

/** To type a password and find a second factor. */
export const AWAY_MS = 600_000

export type Left = { readonly address: string; readonly secret: string }
export type CameBack = { readonly returnTo: string } & (
  | { readonly kind: 'signed_in'; readonly secret: string }
  | { readonly kind: 'refused'; readonly problem: SignInProblem }
)

type AskedRow = Asked & { id_hash: string; return_to: string; session_hash: string | null; expires_at: Date }
type Deps = {
  readonly knex: Knex
  readonly settings: OidcConfig
  readonly issuer: Issuer
  readonly sessions: Sessions
  readonly now: () => Date
}

export type Provider = ReturnType<typeof createProvider>

export function createProvider({ knex, settings, issuer, sessions, now }: Deps) {
  const asked = () => knex<AskedRow>('sign_ins_asked')

  /** Once: whoever comes with the same secret again left nothing behind. */
  async function take(secret: string | null): Promise<AskedRow | null> {
    if (secret?.length !== 43) return null
    const [row] = await asked()
      .where({ id_hash: hashOf(secret) })
      .del()
      .returning('*')
    return row !== undefined && row.expires_at > now() ? row : null
  }

  async function refuse(problem: SignInProblem, subject: string, detail: Record<string, unknown>): Promise<void> {
    await knex.transaction((trx) =>
      appendAudit(trx, {
        at: now(),
        person: null,
        verb: 'session.refused',
        subject,
        detail: { way: 'provider', problem, ...detail },
      }),
    )
  }

  return {
    /** `session` is the one the browser has now; it ends when another begins. */
    async leave(returnTo: string, session: string | null): Promise<Left | null> {
      const question = await issuer.ask()
      if (question === null) return null
      const secret = randomBytes(32).toString('base64url')
      await asked().where('expires_at', '<', now()).del()
      await asked().insert({
        ...question.asked,
        id_hash: hashOf(secret),
        return_to: returnTo,
        session_hash: session === null ? null : hashOf(session),
        expires_at: new Date(now().getTime() + AWAY_MS),
      })
      return { address: question.address, secret }
    },

    signOut: (returnTo: string): Promise<string | null> => issuer.signOut(returnTo),

    async comeBack(secret: string | null, search: string, ip: string): Promise<CameBack> {
      const row = await take(secret)
      if (row === null) return { kind: 'refused', problem: 'lapsed', returnTo: '/' }
      const refused = (problem: SignInProblem): CameBack => ({ kind: 'refused', problem, returnTo: row.return_to })
      const told = await issuer.hear(row, search)
      const reading = told.kind === 'told' ? readClaims(settings, told.claims) : told
      if (reading.kind === 'refused') {
        const sub = told.kind === 'told' ? told.claims['sub'] : undefined
        await refuse(reading.problem, 'provider', { ip, ...(typeof sub === 'string' && { sub: sub.slice(0, 255) }) })
        return refused(reading.problem)
      }
      const { granted } = reading
      const admission: Admission = await knex.transaction((trx) => admit(trx, granted, now()))
      const detail = { ip, issuer: granted.issuer, sub: granted.subject }
      if (admission.kind === 'refused') {
        await refuse(admission.problem, `person/${admission.personId}`, detail)
        return refused(admission.problem)
      }
      const { person } = admission
      if (row.session_hash !== null) await sessions.closeHashed(row.session_hash)
      const opened = await sessions.open(person.id, ip)
      await knex.transaction((trx) =>
        appendAudit(trx, {
          at: now(),
          person,
          verb: 'session.opened',
          subject: `person/${person.id}`,
          detail: { way: 'provider', ...detail },
        }),
      )
      return { kind: 'signed_in', secret: opened, returnTo: row.return_to }
    },
  }
}
