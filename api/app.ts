/** The API, as a table of contents: what is applied to every request, then the features. */
import { randomUUID } from 'node:crypto'
import accepts from '@fastify/accepts'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyBaseLogger, type FastifyServerOptions } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ApiConfig } from './config.ts'
import type { Board } from './contract/boards.ts'
import type { Door } from '#transforms/query/door.ts'
import type { RuleBook } from '#transforms/rules/rule-book.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { App, Feature } from './feature.ts'
import { createLookUp } from './features/actions/kept-facts.ts'
import { createReadFacts } from './features/actions/read-facts.ts'
import { actionRoutes } from './features/actions/routes.ts'
import { appendAudit } from './features/audit/audit.ts'
import { createChainCheck } from './features/audit/chain.ts'
import { auditRoutes } from './features/audit/routes.ts'
import { createViews } from './features/audit/views.ts'
import { boardRoutes } from './features/boards/routes.ts'
import { calendarRoutes } from './features/calendars/routes.ts'
import { type Away, awayRoutes } from './features/data/away.ts'
import { measureData } from './features/data/measures.ts'
import type { DataOperations } from './features/data/operations.ts'
import { dataRoutes } from './features/data/routes.ts'
import { incidentRoutes } from './features/incidents/routes.ts'
import { type IngestDeps, ingestRoutes } from './features/ingest/routes.ts'
import { createKeys } from './features/keys/keys.ts'
import { keyRoutes } from './features/keys/routes.ts'
import type { Live } from './features/live/live.ts'
import { liveRoutes } from './features/live/routes.ts'
import { type Descriptors, createDescriptors } from './features/metrics/descriptors.ts'
import { metricRoutes } from './features/metrics/routes.ts'
import { orderRoutes } from './features/orders/routes.ts'
import { personalRoutes } from './features/personal/routes.ts'
import { createManagedPeople } from './features/people/manage.ts'
import { canonicalEmail, createPeople } from './features/people/people.ts'
import { type Outgoing, createReset } from './features/people/reset.ts'
import { resetRoutes } from './features/people/reset-routes.ts'
import { peopleRoutes } from './features/people/routes.ts'
import { queueRoutes } from './features/queue/routes.ts'
import { ruleRoutes } from './features/rules/routes.ts'
import { searchRoutes } from './features/search/routes.ts'
import { createProvider } from './features/session/provider.ts'
import { providerRoutes } from './features/session/provider-routes.ts'
import { sessionRoutes } from './features/session/routes.ts'
import { type Sessions, createSessions } from './features/session/sessions.ts'
import { createSignIn } from './features/session/sign-in.ts'
import { createThrottle } from './features/session/throttle.ts'
import { createIssuer } from './oidc/issuer.ts'
import { registerAuth } from './plugins/auth.ts'
import { createBudgets, registerBudgets } from './plugins/budgets.ts'
import { answerError, registerErrors } from './plugins/errors.ts'
import { registerEtags } from './plugins/etags.ts'
import { registerInputGuard } from './plugins/input-guard.ts'
import { registerLimits } from './plugins/limits.ts'
import { registerOpenApi } from './plugins/openapi.ts'
import { registerOperations } from './plugins/operations.ts'
import { measureReads } from './plugins/read-measures.ts'
import { registerReading } from './plugins/reading.ts'
import { registerPortal } from './plugins/portal.ts'
import { createPrincipals } from './plugins/principals.ts'
import { registerSecurityHeaders } from './plugins/security-headers.ts'
import { createReturnCookie, createSessionCookie } from './plugins/session-cookie.ts'
import { signingKey } from './state/signing-key.ts'
import type { State } from './state/state.ts'

export type AppOptions = {
  readonly config: ApiConfig
  readonly state: State
  readonly door: Door
  readonly rules: RuleBook
  readonly boards: readonly Board[]
  readonly live: Live
  /** How mails about passwords go out. */
  readonly mail: Outgoing
  /** Takes events and webhooks by HTTP; null where this process does not ingest. */
  readonly ingest: Pick<IngestDeps, 'source' | 'webhooks'> | null
  /** What operators may do about the data. */
  readonly operations: DataOperations
  /** What else is missing while this goes on. */
  readonly away?: Away
  /** An action was written: whoever carries the outbox out may look at once. */
  readonly wake: () => void
  /** Folder of the built portal; null in tests. */
  readonly portalRoot: string | null
  /** Features composed outside, such as reports. */
  readonly features?: readonly Feature[]
  /** What the readers of the warehouse do; left out where there is none. */
  readonly reads?: Warehouse['reads']
  readonly log: FastifyBaseLogger | null
  readonly now?: () => Date
}

const BODY_LIMIT = 1_048_576
/** For a whole request to arrive; who sends it a byte at a time is cut off. */
const REQUEST_MS = 120_000

export async function buildApp(options: AppOptions): Promise<App> {
  const { config, state, door, away = () => [], now = () => new Date() } = options
  const { knex } = state
  const app = createServer(options)

  const sessionCookie = createSessionCookie(config)
  const people = createPeople(knex)
  const sessions = createSessions({ knex, limits: { idleMs: config.sessionIdleMs, totalMs: config.sessionMs }, now })
  const onlyAccount = config.oidc?.passwords === 'admin' && config.admin ? canonicalEmail(config.admin.email) : null
  const signIn = createSignIn({ knex, people, sessions, throttle: createThrottle({ knex, now }), onlyAccount, now })
  const keys = createKeys({ knex, now })
  const principals = createPrincipals({ sessions, keys, cookie: sessionCookie })
  const views = createViews({ knex, now, log: app.log })
  app.addHook('onClose', () => views.close())
  const readFacts = createReadFacts(door)

  registerErrors(app)
  await registerSecurityHeaders(app, config)
  await app.register(cookie)
  await app.register(accepts)
  await registerLimits(app, { perMinute: config.ratePerMinute })
  registerAuth(app, {
    principals,
    cookie: sessionCookie,
    metricsToken: config.metricsToken,
    publicUrl: config.publicUrl,
  })
  registerInputGuard(app)
  registerBudgets(app, createBudgets({ perMinute: config.ratePerMinute, now }))
  registerEtags(app)
  registerReading(app)
  await registerOpenApi(app)
  const registry = registerOperations(app, { state })
  if (options.reads !== undefined) measureReads(registry, options.reads)

  sessionRoutes(app, { signIn, cookie: sessionCookie, demo: config.demo })
  providerRoutes(app, {
    provider: providerOf(app, options, sessions),
    cookie: sessionCookie,
    returnCookie: createReturnCookie(config),
    publicUrl: config.publicUrl,
    ways: {
      provider: config.oidc === null ? null : { name: config.oidc.name },
      passwords: config.oidc?.passwords ?? 'everybody',
      mail: options.mail.mailer.kind,
    },
  })
  let descriptors: Promise<Descriptors> | undefined
  metricRoutes(app, {
    door,
    descriptors: () => (descriptors ??= signingKey(knex, 'descriptors').then(createDescriptors)),
    onExport: (note) =>
      knex.transaction((trx) =>
        appendAudit(trx, {
          at: now(),
          verb: note.verb,
          subject: `metric/${note.metric}`,
          person: note.person,
          detail: { format: note.format },
        }),
      ),
    noteView: views.note,
    now,
  })
  boardRoutes(app, { boards: options.boards, door })
  orderRoutes(app, { door, people, now, noteView: views.note })
  personalRoutes(app, { door, knex, now })
  const { mail } = options
  const issuer = config.oidc?.issuer ?? null
  peopleRoutes(app, { managed: createManagedPeople({ knex, now, issuer, onlyAccount, mailer: mail.mailer }) })
  const contact = config.admin?.email ?? null
  resetRoutes(app, { reset: createReset({ knex, now, mail, onlyAccount, contact, log: app.log }) })
  keyRoutes(app, { keys })
  searchRoutes(app, { door, noteView: views.note })
  queueRoutes(app, { door, now })
  incidentRoutes(app, { door })
  ruleRoutes(app, { rules: options.rules, knex, now })
  calendarRoutes(app, { calendars: options.rules.calendars, knex, now })
  actionRoutes(app, { knex, lookUp: createLookUp({ readFacts, knex, now }), now, wake: options.wake })
  auditRoutes(app, { knex, readFacts, chain: createChainCheck({ knex, now, log: app.log }) })
  dataRoutes(app, { door, knex, now, operations: options.operations, away })
  awayRoutes(app, { away, registry })
  measureData(registry, door, (cause) => app.log.warn({ err: cause }, 'metrics: the data could not be measured'))
  await liveRoutes(app, {
    live: options.live,
    door,
    // Whether the session or the key still stands, without using it.
    look: (request) => principals(request, { isUse: false }),
  })
  if (options.ingest !== null) await ingestRoutes(app, { ...options.ingest, keys: config.ingestKeys, registry })
  for (const feature of options.features ?? []) await feature(app)

  await registerPortal(app, { root: options.portalRoot })
  return app
}

/** Null where nobody signs in elsewhere. */
function providerOf(app: App, { config, state, now = () => new Date() }: AppOptions, sessions: Sessions) {
  if (config.oidc === null || config.publicUrl === null) return null
  const redirectUri = `${config.publicUrl}/api/session/oidc/callback`
  const issuer = createIssuer({ settings: config.oidc, redirectUri, now, log: app.log })
  return createProvider({ knex: state.knex, settings: config.oidc, issuer, sessions, now })
}

function createServer({ config, log }: AppOptions): App {
  const settings: FastifyServerOptions = {
    ...(log === null ? { logger: false } : { loggerInstance: log }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    trustProxy: (_address, hop) => hop < config.trustProxy,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  }
  const app = Fastify(settings).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  // Forms of other sites can send text, never JSON.
  app.removeContentTypeParser('text/plain')
  return app
}
