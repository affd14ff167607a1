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
import { type Permission, machinePermissions } from './contract/permissions.ts'
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

/** What a request takes from the minute's budget of who asks: a request, each question in it, or a file. */
export type Cost = 'read' | 'query' | 'export'

/** Whoever asks: a person, or a key of theirs, which may do less and see less. */
export type Principal = Person & { readonly key?: HeldKey }
export type HeldKey = { readonly id: string; readonly name: string; readonly permissions: readonly Permission[] }

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, and who may call it. */
    readonly policies: readonly RoutePolicy[]
  }
  interface FastifyContextConfig {
    policy?: Policy
    /** Whether keys may call it; unless said, they may read what a permission for machines opens, and change nothing. */
    keys?: boolean
    /** `read` unless said. */
    cost?: Cost
    /** The portal's page with links to this file: a browser that is refused it is led there, and told why in words. */
    page?: string
  }
  interface FastifyRequest {
    person: Principal | null
  }
}

export type RoutePolicy = {
  readonly method: string
  readonly url: string
  readonly policy: Policy
  readonly keys: boolean
}

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS']
export const isSafe = (method: string): boolean => SAFE_METHODS.includes(method)

/** Whether keys may call a route at all; which of them is decided by its policy. */
export const isForKeys = (method: string, { policy, keys }: { policy?: Policy; keys?: boolean }): boolean =>
  keys ?? (isSafe(method) && (machinePermissions as readonly (Policy | undefined)[]).includes(policy))

/** Who is signed in, or whose key it is; a route whose policy asks for one always has one. */
export function personOf(request: Pick<FastifyRequest, 'person'>): Principal {
  if (request.person === null) throw new ApiError('not_signed_in', 'sign in first')
  return request.person
}
