/** What every feature is given, and the policy each route declares beside its schema. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Person, Role } from './contract/session.ts'
import { ApiError } from './errors.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** Registers the routes of one feature. */
export type Feature = (app: App) => void | Promise<void>

/**
 * Who may call a route. `public`: anybody. `ingest`: holders of an ingest key. `operations`: the metrics token, or an
 * admin. Otherwise the roles that may; an app with a route without a policy does not start.
 */
export type Policy = 'public' | 'ingest' | 'operations' | readonly Role[]

export const everyone: readonly Role[] = ['manager', 'agent', 'admin']

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy
  }
  interface FastifyRequest {
    person: Person | null
  }
}

/** The signed-in person; a route whose policy names roles always has one. */
export function personOf(request: Pick<FastifyRequest, 'person'>): Person {
  if (request.person === null) throw new ApiError('not_signed_in', 'sign in first')
  return request.person
}
