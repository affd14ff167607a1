/** Server-sent events: what changed, as soon as the tick that found it has ended. */
import { fastifySSE } from '@fastify/sse'
import type { Person } from '../../contract/session.ts'
import type { TickNotice } from '../../contract/live.ts'
import { seesAll } from '#transforms/query/request.ts'
import { type App, personOf } from '../../feature.ts'
import type { Live } from './live.ts'

const HEARTBEAT_MS = 15_000
/** A stream ends after this long and the browser opens the next, so that an ended session or a changed scope takes effect. */
const STREAM_MS = 5 * 60_000

export async function liveRoutes(app: App, { live }: { live: Live }): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS })
  const streams = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const end of streams) end()
  })

  app.get('/api/live', { config: { policy: 'orders.read' }, sse: { kind: 'only' } }, async (request, reply) => {
    const person = personOf(request)
    reply.sse.keepAlive()
    const send = (notice: TickNotice) => {
      if (reply.sse.isConnected) void reply.sse.send({ event: 'tick', data: forPerson(notice, person) }).catch(end)
    }
    const unsubscribe = live.subscribe(send)
    const timer = setTimeout(end, STREAM_MS)
    function end() {
      clearTimeout(timer)
      unsubscribe()
      streams.delete(end)
      if (reply.sse.isConnected) reply.sse.close()
    }
    streams.add(end)
    reply.sse.onClose(end)
    if (live.last !== null) send(live.last)
    else await reply.sse.send({ event: 'hello', data: {} })
  })
}

/** A scoped person learns that something changed, never which orders or how many of others'. */
export function forPerson(notice: TickNotice, { scope }: Pick<Person, 'scope'>): TickNotice {
  return seesAll(scope) ? notice : { ...notice, orders: 0, opened: 0, resolved: 0, order_ids: [] }
}
