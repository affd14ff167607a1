import compress from '@fastify/compress'
import rateLimit from '@fastify/rate-limit'
import { ApiError } from '../errors.ts'
import type { App } from '../feature.ts'

/** One caller cannot take the service from the others. Counted per address: a cookie proves nothing before it is checked. */
export async function registerLimits(app: App, { perMinute }: { perMinute: number }): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    allowList: (request) => !request.url.startsWith('/api/'),
    errorResponseBuilder: (_request, context) =>
      new ApiError('too_many_requests', `more than ${context.max} requests in a minute; slow down`, {
        retryAfterSeconds: Math.ceil(context.ttl / 1_000),
        reason: 'rate_limited',
        parts: { most: context.max },
      }),
  })
  await app.register(compress, { threshold: 1_024 })
}
