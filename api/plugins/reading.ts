/** Tells the warehouse whom a request's reads are for, and ends them when the caller goes away. */
import { setMaxListeners } from 'node:events'
import { type ReadLane, readingAs } from '#warehouse/reading.ts'
import type { App } from '../feature.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose reads of the warehouse these are; people's unless said. */
    lane?: Extract<ReadLane, 'people' | 'exports'>
  }
}

/** As late as can be: everything before needs no warehouse, and a body that is still coming would lose what is said here. */
export function registerReading(app: App): void {
  app.addHook('preHandler', (request, reply, done) => {
    // What many send lands together, and is the product's own work whoever of them goes away.
    if (request.routeOptions.config.policy === 'ingest') return done()
    const caller = new AbortController()
    // Each of its reads listens; twenty questions have more of them than Node takes for a leak.
    setMaxListeners(0, caller.signal)
    const { raw } = reply
    const onClose = (): void => {
      if (!raw.writableFinished) caller.abort()
    }
    if (raw.destroyed) caller.abort()
    else raw.once('close', onClose)
    const { lane = 'people' } = request.routeOptions.config
    readingAs({ lane, signal: caller.signal, isCheap: request.method === 'GET' }, done)
  })
}
