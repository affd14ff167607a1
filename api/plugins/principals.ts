/** Who asks: the person behind a session's cookie, or behind a key. Never both, so that nothing is done by one in the name of the other. */
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import type { Principal } from '../feature.ts'
import { type Keys, SECRET_PREFIX } from '../features/keys/keys.ts'
import type { Sessions } from '../features/session/sessions.ts'
import type { SessionCookie } from './session-cookie.ts'

export type PrincipalDeps = {
  readonly sessions: Pick<Sessions, 'personBehind'>
  readonly keys: Pick<Keys, 'holderOf'>
  readonly cookie: Pick<SessionCookie, 'read'>
}
/** Null for nobody. Whoever only looks whether it is still the same uses neither session nor key. */
export type Principals = (request: FastifyRequest, how?: { readonly isUse: boolean }) => Promise<Principal | null>

export function createPrincipals({ sessions, keys, cookie }: PrincipalDeps): Principals {
  return async (request, how) => {
    const key = keyIn(request)
    const session = cookie.read(request)
    if (key === null) return session === null ? null : sessions.personBehind(session, how)
    if (session !== null)
      throw new ApiError('invalid_input', 'send the cookie of a session or an API key, not both', {
        reason: 'two_credentials',
      })
    return keys.holderOf(key, request.ip, how)
  }
}

/** What is sent as an API key; other bearer tokens are for other doors. */
export function keyIn({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  return token?.startsWith(SECRET_PREFIX) === true ? token : null
}
