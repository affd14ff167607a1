/** Files that the portal links to are asked for by the browser itself, which would show its reader the JSON of a refusal. */
import type { FastifyRequest } from 'fastify'
import type { ApiError } from '../errors.ts'

/** The page that tells in words why there is no file; null for programs, and where nothing links to. */
export function refusedPage({ method, headers, routeOptions }: FastifyRequest, refusal: ApiError): string | null {
  const { page } = routeOptions?.config ?? {}
  const mode = headers['sec-fetch-mode']
  const isShown = (headers.accept ?? '').includes('text/html') && (mode === undefined || mode === 'navigate')
  if (page === undefined || method !== 'GET' || !isShown) return null
  if (refusal.code === 'not_signed_in') return `/sign-in?${new URLSearchParams({ next: page }).toString()}`
  // Our own words only: what a reason says besides is in its parts, and an address may be written by anybody.
  const refused = refusal.reason !== null && refusal.parts === null ? refusal.reason : refusal.code
  return `${page}?${new URLSearchParams({ refused }).toString()}`
}
