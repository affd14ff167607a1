import { z } from 'zod'
import { resetBodySchema } from '../../contract/session.ts'
import { tooManyAttempts } from '../../errors.ts'
import type { App } from '../../feature.ts'
import type { Reset } from './reset.ts'

export function resetRoutes(app: App, { reset }: { reset: Reset }): void {
  app.post(
    '/api/session/reset',
    { config: { policy: 'public' }, schema: { body: resetBodySchema, response: { 204: z.null() } } },
    async (request, reply) => {
      const { body, ip } = request
      const seconds = await reset.take(body.email, ip)
      if (seconds !== null) throw tooManyAttempts(seconds)
      reply.raw.once('finish', () => reset.begin({ ...body, ip }))
      return reply.code(204).send(null)
    },
  )
  app.addHook('onClose', () => reset.stop())
}
