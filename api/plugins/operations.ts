/** What the machinery around the product asks: is it alive, may it be sent requests, how is it doing. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { z } from 'zod'
import type { State } from '../state/state.ts'
import { ApiError } from '../errors.ts'
import type { App } from '../feature.ts'

const okSchema = z.object({ status: z.literal('ok') })

/** Ready means: state reachable and not stopping. Broker and warehouse are left out, so that losing one does not take the portal down. The registry takes more measures. */
export function registerOperations(app: App, { state }: { state: State }): Registry {
  const registry = measureRequests(app)
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })

  app.get('/livez', { config: { policy: 'public' }, schema: { response: { 200: okSchema } } }, async () => ({
    status: 'ok' as const,
  }))

  app.get('/readyz', { config: { policy: 'public' }, schema: { response: { 200: okSchema } } }, async () => {
    if (stopping) throw new ApiError('unavailable', 'stopping')
    try {
      await state.knex.raw('select 1')
    } catch (cause) {
      throw new ApiError('unavailable', 'the application state cannot be reached', { cause })
    }
    return { status: 'ok' as const }
  })

  app.get('/metrics', { config: { policy: 'operations' } }, async (_request, reply) => {
    return reply.type(registry.contentType).send(await registry.metrics())
  })
  return registry
}

function measureRequests(app: App): Registry {
  const registry = new Registry()
  const registers = [registry]
  const seconds = new Histogram({
    name: 'orderlens_http_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const refused = new Counter({
    name: 'orderlens_http_errors_total',
    help: 'Answers with status 500 and above.',
    labelNames: ['route'],
    registers,
  })
  new Gauge({
    name: 'orderlens_process_resident_bytes',
    help: 'Resident memory of this process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000)
    if (reply.statusCode >= 500) refused.inc({ route })
  })
  return registry
}
