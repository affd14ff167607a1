import '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type SessionCookie = ReturnType<typeof createSessionCookie>
export type ReturnCookie = ReturnType<typeof createReturnCookie>

/**
 * The cookie of who is at the issuer of OpenID Connect and comes back from there, which is another site: Lax, so that it is
 * sent then, for ten minutes, and worth nothing without what the issuer sends along.
 */
export function createReturnCookie({ secure }: { secure: boolean }) {
  const name = secure ? '__Host-orderlens_return' : 'orderlens_return'
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  return {
    read: (request: FastifyRequest): string | null => request.cookies[name] ?? null,
    write: (reply: FastifyReply, secret: string, seconds: number) =>
      void reply.setCookie(name, secret, { ...options, maxAge: seconds }),
    clear: (reply: FastifyReply) => void reply.clearCookie(name, options),
  }
}

/** The cookie that carries a session's secret. Over https it takes the `__Host-` prefix, which browsers bind to this host. */
export function createSessionCookie({ secure }: { secure: boolean }) {
  const name = secure ? '__Host-orderlens_session' : 'orderlens_session'
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  return {
    read: (request: FastifyRequest): string | null => request.cookies[name] ?? null,
    write: (reply: FastifyReply, secret: string) => void reply.setCookie(name, secret, options),
    clear: (reply: FastifyReply) => void reply.clearCookie(name, options),
  }
}
