/** Decides before every handler whether this caller may call this route. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { type Permission, may } from '../contract/permissions.ts'
import { ApiError } from '../errors.ts'
import type { App, Policy } from '../feature.ts'
import { requirePermission } from '../features/people/require-permission.ts'
import { csrfTokenOf, type Sessions } from '../features/session/sessions.ts'
import type { SessionCookie } from './session-cookie.ts'

export type AuthDeps = {
  readonly sessions: Sessions
  readonly cookie: SessionCookie
  readonly metricsToken: string | null
  readonly publicUrl: string | null
}

export type RoutePolicy = { readonly method: string; readonly url: string; readonly policy: Policy }

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export function registerAuth(app: App, deps: AuthDeps): void {
  app.decorateRequest('person', null)
  const policies: RoutePolicy[] = []
  app.decorate('policies', policies)
  app.addHook('onRoute', (route) => {
    if (route.config?.policy === undefined)
      throw new Error(`${String(route.method)} ${route.url} declares no policy: add config.policy beside its schema`)
    for (const method of [route.method].flat()) policies.push({ method, url: route.url, policy: route.config.policy })
  })
  app.addHook('onRequest', async (request) => {
    const policy = request.routeOptions.config.policy
    if (policy === undefined) return // no route matched: the not-found handler answers
    const changes = !SAFE_METHODS.has(request.method)
    if (changes && policy !== 'ingest') refuseForeignOrigin(request, deps.publicUrl)
    if (policy === 'public' || policy === 'ingest') return
    if (policy === 'operations' && hasMetricsToken(request, deps.metricsToken)) return
    const secret = deps.cookie.read(request)
    request.person = secret === null ? null : await deps.sessions.personBehind(secret)
    allow(request, policy)
    if (changes && secret !== null) requireCsrfToken(request, secret)
  })
}

function allow(request: FastifyRequest, policy: Exclude<Policy, 'public' | 'ingest'>): void {
  const { person } = request
  if (person === null) throw new ApiError('not_signed_in', 'sign in first')
  if (policy === 'signed_in') return
  const permission: Permission = policy === 'operations' ? 'data.operate' : policy
  if (!may(person, permission))
    request.log.warn(
      { person: person.id, role: person.role, permission, route: request.routeOptions.url },
      'access denied',
    )
  requirePermission(person, permission)
}

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
