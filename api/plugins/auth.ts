/** Decides before every handler whether this caller may call this route. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { type Permission, may } from '../contract/permissions.ts'
import { ApiError } from '../errors.ts'
import { type App, type Policy, type Principal, type RoutePolicy, isForKeys, isSafe } from '../feature.ts'
import { requirePermission } from '../features/people/require-permission.ts'
import { csrfTokenOf } from '../features/session/sessions.ts'
import { type Principals, keyIn } from './principals.ts'
import type { SessionCookie } from './session-cookie.ts'

export type AuthDeps = {
  readonly principals: Principals
  readonly cookie: Pick<SessionCookie, 'read'>
  readonly metricsToken: string | null
  readonly publicUrl: string | null
}

export function registerAuth(app: App, deps: AuthDeps): void {
  app.decorateRequest('person', null)
  const policies: RoutePolicy[] = []
  app.decorate('policies', policies)
  app.addHook('onRoute', (route) => {
    const { config, url } = route
    if (config?.policy === undefined)
      throw new Error(`${String(route.method)} ${url} declares no policy: add config.policy beside its schema`)
    for (const method of [route.method].flat())
      policies.push({ method, url, policy: config.policy, keys: isForKeys(method, config) })
  })
  app.addHook('onRequest', async (request) => {
    const policy = request.routeOptions.config.policy
    if (policy === undefined) return // no route matched: the not-found handler answers
    const changes = !isSafe(request.method)
    if (changes && policy !== 'ingest') refuseForeignOrigin(request, deps.publicUrl)
    if (policy === 'public' || policy === 'ingest') return
    if (policy === 'operations' && hasMetricsToken(request, deps.metricsToken)) return
    request.person = await deps.principals(request)
    const person = allow(request, policy)
    // No browser sends a key by itself, so there is nothing to forge.
    if (changes && person.key === undefined) requireCsrfToken(request, deps.cookie.read(request) ?? '')
  })
}

function allow(request: FastifyRequest, policy: Exclude<Policy, 'public' | 'ingest'>): Principal {
  const { person } = request
  if (person === null) throw keyIn(request) === null ? new ApiError('not_signed_in', 'sign in first') : keyRefused()
  if (person.key !== undefined && !isForKeys(request.method, request.routeOptions.config))
    throw new ApiError('not_allowed', 'this is for people: sign in, and send no API key', { reason: 'people_only' })
  if (policy === 'signed_in') return person
  const permission: Permission = policy === 'operations' ? 'data.operate' : policy
  if (!may(person, permission))
    request.log.warn(
      { person: person.id, role: person.role, key: person.key?.id, permission, route: request.routeOptions.url },
      'access denied',
    )
  requirePermission(person, permission)
  return person
}

/** One answer for all of it: who has the key of somebody else learns nothing of them. */
const keyRefused = () =>
  new ApiError('not_signed_in', 'this API key is not known, has expired or was revoked, or its owner is disabled', {
    reason: 'key_refused',
  })

function requireCsrfToken(request: FastifyRequest, secret: string): void {
  const given = request.headers['x-csrf-token']
  if (typeof given === 'string' && equal(given, csrfTokenOf(secret))) return
  throw new ApiError(
    'csrf_refused',
    'the x-csrf-token header is missing or not of this session; GET /api/session returns the right one',
  )
}

/** Browsers say where a request comes from; programs that say nothing have no ambient cookie to abuse. */
function refuseForeignOrigin(request: FastifyRequest, publicUrl: string | null): void {
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none'
  const isOwnOrigin = origin === undefined || origin === publicUrl || hostOf(origin) === request.headers.host
  if (!isOwnSite || !isOwnOrigin)
    throw new ApiError('foreign_origin', 'requests that change something are accepted from this portal only')
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function hasMetricsToken(request: FastifyRequest, token: string | null): boolean {
  const given = request.headers.authorization
  return token !== null && given !== undefined && equal(given, `Bearer ${token}`)
}

/** Hashing first makes the lengths equal, so the comparison takes the same time whatever was sent. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
