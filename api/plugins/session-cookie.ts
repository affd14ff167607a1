import '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type SessionCookie = ReturnType<typeof createSessionCookie>

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
