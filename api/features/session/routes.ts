import { z } from 'zod'
import { demoPeopleSchema, sessionSchema, signInBodySchema } from '../../contract/session.ts'
import { ApiError, tooManyAttempts } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { demoCards } from '../people/demo.ts'
import { csrfTokenOf } from './sessions.ts'
import type { SignIn } from './sign-in.ts'
import type { SessionCookie } from '../../plugins/session-cookie.ts'

export type SessionDeps = { readonly signIn: SignIn; readonly cookie: SessionCookie; readonly demo: boolean }

export function sessionRoutes(app: App, { signIn, cookie, demo }: SessionDeps): void {
  app.get(
    '/api/session',
    { config: { policy: 'signed_in' }, schema: { response: { 200: sessionSchema } } },
    async (request) => ({
      person: personOf(request),
      csrf_token: csrfTokenOf(cookie.read(request) ?? ''),
    }),
  )

  app.post(
    '/api/session',
    { config: { policy: 'public' }, schema: { body: signInBodySchema, response: { 200: sessionSchema } } },
    async (request, reply) => {
      const result = await signIn.withPassword(request.body, request.ip)
      if (result.kind === 'throttled') throw tooManyAttempts(result.seconds)
      if (result.kind === 'refused') throw new ApiError('sign_in_failed', 'e-mail or password is not right')
      const before = cookie.read(request)
      if (before !== null) await signIn.out(before, null)
      cookie.write(reply, result.secret)
      return { person: result.person, csrf_token: csrfTokenOf(result.secret) }
    },
  )

  app.delete(
    '/api/session',
    { config: { policy: 'signed_in' }, schema: { response: { 204: z.null() } } },
    async (request, reply) => {
      const secret = cookie.read(request)
      if (secret !== null) await signIn.out(secret, personOf(request))
      cookie.clear(reply)
      reply.header('clear-site-data', '"cache"')
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/session/demo',
    { config: { policy: 'public' }, schema: { response: { 200: demoPeopleSchema } } },
    async () => (demo ? demoCards() : []),
  )
}
