/** Server-sent events: what changed, as soon as the tick that found it has ended. */
import { fastifySSE } from '@fastify/sse'
import type { FastifyRequest } from 'fastify'
import type { Door } from '#transforms/query/door.ts'
import { ApiError } from '../../errors.ts'
import { type App, type Principal, personOf } from '../../feature.ts'
import type { Live } from './live.ts'
import { createStream } from './stream.ts'
import { createTelling } from './telling.ts'

const HEARTBEAT_MS = 15_000

export type LiveDeps = {
  readonly live: Live
  readonly door: Pick<Door, 'changesOf'>
  /** Who asks, looked up anew; null when that is nobody any more. */
  readonly look: (request: FastifyRequest) => Promise<Principal | null>
}

export async function liveRoutes(app: App, { live, door, look }: LiveDeps): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS })
  const telling = createTelling(door)
  const streams = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const end of streams) end()
  })

  app.get('/api/live', { config: { policy: 'orders.read' }, sse: { kind: 'manual' } }, async (request, reply) => {
    const person = personOf(request)
    if (request.accepts().type(['text/event-stream']) === false)
      throw new ApiError('not_acceptable', 'this is a stream of text/event-stream; ask for it in the Accept header')
    reply.sse.keepAlive()
    const stream = createStream({
      live,
      telling,
      person,
      look: () => look(request),
      send: (message) => reply.sse.send(message),
      onEnd() {
        streams.delete(stream.end)
        if (reply.sse.isConnected) reply.sse.close()
      },
      onFailure: (cause) => request.log.warn({ err: cause }, 'live: what changed could not be told'),
    })
    streams.add(stream.end)
    reply.sse.onClose(stream.end)
    await stream.begin(reply.sse.lastEventId)
  })
}
