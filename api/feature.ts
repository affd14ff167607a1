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
import type { Permission } from './contract/permissions.ts'
import type { Person } from './contract/session.ts'
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
 * Who may call a route. `public`: anybody. `ingest`: holders of an ingest key. `operations`: the metrics token, or who may
 * operate. `signed_in`: anybody who is. Otherwise who has the permission; an app with a route without a policy does not
 * start.
 */
export type Policy = 'public' | 'ingest' | 'operations' | 'signed_in' | Permission

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, and who may call it. */
    readonly policies: readonly { readonly method: string; readonly url: string; readonly policy: Policy }[]
  }
  interface FastifyContextConfig {
    policy?: Policy
  }
  interface FastifyRequest {
    person: Person | null
  }
}

/** The signed-in person; a route whose policy asks for one always has one. */
export function personOf(request: Pick<FastifyRequest, 'person'>): Person {
  if (request.person === null) throw new ApiError('not_signed_in', 'sign in first')
  return request.person
}
