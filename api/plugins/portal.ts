/** Serves the built portal. Any path that is not a file is the portal's own to route. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { notFound } from '../errors.ts'
import type { App } from '../feature.ts'
import { answer } from './errors.ts'

/** Built file names carry a hash of their content, so they may be kept for ever; the page that names them may not. */
const FOR_EVER = 31_536_000_000

export async function registerPortal(app: App, { root }: { root: string | null }): Promise<void> {
  const isBuilt = root !== null && existsSync(join(root, 'index.html'))
  if (isBuilt) {
    await app.register(fastifyStatic, { root, serve: false, index: false, cacheControl: false })
    app.get('/*', { config: { policy: 'public' }, schema: { hide: true } }, async (request, reply) => {
      const path = request.url.split('?')[0] ?? '/'
      if (path.startsWith('/api/') || path.startsWith('/ingest/')) return answer(reply, request, notFound('address'))
      // Deeper addresses are pages whatever they end in: an order's number may hold a dot.
      const isFile = path.startsWith('/assets/') || /^\/[^/]+\.[a-z0-9]{2,12}$/i.test(path)
      if (!isFile) return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false })
      const forEver = path.startsWith('/assets/')
      return reply.sendFile(
        path,
        forEver ? { maxAge: FOR_EVER, immutable: true, cacheControl: true } : { cacheControl: false },
      )
    })
  }
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    const isApi = request.url.startsWith('/api/') || request.url.startsWith('/ingest/')
    if (isApi || isBuilt || request.method !== 'GET') return answer(reply, request, notFound('address'))
    return reply.code(503).type('text/plain; charset=utf-8').send('The portal is not built yet. Run: npm run build\n')
  })
}
