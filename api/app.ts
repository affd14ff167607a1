/** The API, as a table of contents: what is applied to every request, then the features. */
import cookie from '@fastify/cookie'
import Fastify, { type FastifyBaseLogger, type FastifyServerOptions } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { randomUUID } from 'node:crypto'
import type { ApiConfig } from './config.ts'
import type { App, Feature } from './feature.ts'
import { createPeople } from './features/people/people.ts'
import { sessionRoutes } from './features/session/routes.ts'
import { createSessions } from './features/session/sessions.ts'
import { createSignIn } from './features/session/sign-in.ts'
import { createThrottle } from './features/session/throttle.ts'
import { registerAuth } from './plugins/auth.ts'
import { registerErrors } from './plugins/errors.ts'
import { registerLimits } from './plugins/limits.ts'
import { registerOpenApi } from './plugins/openapi.ts'
import { registerOperations } from './plugins/operations.ts'
import { registerPortal } from './plugins/portal.ts'
import { registerSecurityHeaders } from './plugins/security-headers.ts'
import { createSessionCookie } from './plugins/session-cookie.ts'
import type { State } from './state/state.ts'

export type AppOptions = {
  readonly config: ApiConfig
  readonly state: State
  /** Folder of the built portal; null in tests. */
  readonly portalRoot: string | null
  /** Features composed outside, such as reports. */
  readonly features?: readonly Feature[]
  readonly log: FastifyBaseLogger | null
  readonly now?: () => Date
}

const BODY_LIMIT = 1_048_576

export async function buildApp(options: AppOptions): Promise<App> {
  const { config, state, now = () => new Date() } = options
  const settings: FastifyServerOptions = {
    ...(options.log === null ? { logger: false } : { loggerInstance: options.log }),
    bodyLimit: BODY_LIMIT,
    trustProxy: (_address, hop) => hop < config.trustProxy,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
  }
  const app: App = Fastify(settings).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeContentTypeParser('text/plain')

  const sessionCookie = createSessionCookie(config)
  const people = createPeople(state.knex)
  const sessions = createSessions({ knex: state.knex, limits: { idleMs: config.sessionIdleMs, totalMs: config.sessionMs }, now })
  const throttle = createThrottle({ knex: state.knex, now })
  const signIn = createSignIn({ knex: state.knex, people, sessions, throttle, now })

  registerErrors(app)
  await registerSecurityHeaders(app, config)
  await app.register(cookie)
  await registerLimits(app, { perMinute: config.ratePerMinute })
  registerAuth(app, { people, sessions, cookie: sessionCookie, metricsToken: config.metricsToken, publicUrl: config.publicUrl })
  await registerOpenApi(app)
  registerOperations(app, { state })

  sessionRoutes(app, { signIn, cookie: sessionCookie, demo: config.demo })
  for (const feature of options.features ?? []) await feature(app)

  await registerPortal(app, { root: options.portalRoot })
  return app
}
