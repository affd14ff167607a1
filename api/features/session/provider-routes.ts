import { z } from 'zod'
import { type SignInWays, providerAnswerSchema, providerQuerySchema, signInWaysSchema } from '../../contract/session.ts'
import type { SignInProblem } from '../../contract/sign-in-problems.ts'
import { notFound } from '../../errors.ts'
import type { App } from '../../feature.ts'
import type { ReturnCookie, SessionCookie } from '../../plugins/session-cookie.ts'
import { AWAY_MS, type Provider } from './provider.ts'
import { returnTo } from './return-to.ts'

export type ProviderDeps = {
  /** Null where nobody signs in elsewhere. */
  readonly provider: Provider | null
  readonly cookie: SessionCookie
  readonly returnCookie: ReturnCookie
  readonly ways: SignInWays
  readonly publicUrl: string | null
}

/** Each of them asks the issuer something: more than people do who sign in. */
const rateLimit = { max: 120, timeWindow: 60_000 }
const redirects = z.null().describe('To the issuer, into the portal, or to the sign-in page with a `problem`.')

export function providerRoutes(app: App, { provider, cookie, returnCookie, ways, publicUrl }: ProviderDeps): void {
  app.get(
    '/api/session/ways',
    { config: { policy: 'public' }, schema: { response: { 200: signInWaysSchema } } },
    async () => ways,
  )

  app.get(
    '/api/session/oidc/start',
    {
      config: { policy: 'public', rateLimit },
      exposeHeadRoute: false,
      schema: { querystring: providerQuerySchema, response: { 302: redirects } },
    },
    async (request, reply) => {
      if (provider === null) throw notFound('address')
      const next = returnTo(request.query.next)
      const left = await provider.leave(next, cookie.read(request))
      if (left === null) return reply.redirect(signInPage('unreachable', next), 302)
      returnCookie.write(reply, left.secret, AWAY_MS / 1_000)
      return reply.redirect(left.address, 302)
    },
  )

  app.get(
    '/api/session/oidc/callback',
    {
      config: { policy: 'public', rateLimit },
      exposeHeadRoute: false,
      schema: { querystring: providerAnswerSchema, response: { 302: redirects } },
    },
    async (request, reply) => {
      if (provider === null) throw notFound('address')
      // As it came, because the library checks all of it.
      const { search } = new URL(request.url, 'http://here.invalid')
      const result = await provider.comeBack(returnCookie.read(request), search, request.ip)
      returnCookie.clear(reply)
      if (result.kind === 'refused') return reply.redirect(signInPage(result.problem, result.returnTo), 302)
      cookie.write(reply, result.secret)
      return reply.redirect(result.returnTo, 302)
    },
  )

  app.get(
    '/api/session/oidc/out',
    { config: { policy: 'public', rateLimit }, exposeHeadRoute: false, schema: { response: { 302: redirects } } },
    async (_request, reply) => {
      if (provider === null) throw notFound('address')
      const address = await provider.signOut(`${publicUrl ?? ''}/sign-in`)
      return reply.redirect(address ?? signInPage('no_sign_out', '/'), 302)
    },
  )
}

/** Our own code and nothing that the issuer or anybody else wrote. */
function signInPage(problem: SignInProblem, next: string): string {
  return `/sign-in?${new URLSearchParams({ problem, ...(!['/', '/sign-in'].includes(next) && { next }) }).toString()}`
}
