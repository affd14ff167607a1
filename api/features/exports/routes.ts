import { z } from 'zod'
import { exportBodySchema, exportSchema, exportsQuerySchema, exportsSchema } from '../../contract/exports.ts'
import { cursorsOf } from '../../cursor.ts'
import { type App, type Feature, personOf } from '../../feature.ts'
import { sendExport } from './attachment.ts'
import { type ExportDeps, createExportService } from './service.ts'

const params = z.object({ id: z.string().max(64) })
/** Not for keys: the file is made with all that its owner may see, which may be more than a key may. */
const config = { policy: 'orders.export', keys: false } as const

export function exportRoutes(deps: ExportDeps): Feature {
  const service = createExportService(deps)
  return (app: App) => {
    app.post(
      '/api/exports',
      { config: { ...config, cost: 'export' }, schema: { body: exportBodySchema, response: { 202: exportSchema } } },
      async (request, reply) => reply.code(202).send(await service.ask(personOf(request), request.body)),
    )

    app.get(
      '/api/exports',
      { config, schema: { querystring: exportsQuerySchema, response: { 200: exportsSchema } } },
      async (request) => {
        const { limit, cursor } = request.query
        const cursors = cursorsOf('exports')
        const page = await service.list(personOf(request), { limit, after: cursors.read(cursor) })
        return { exports: page.exports, next_cursor: cursors.write(page.next) }
      },
    )

    app.get('/api/exports/:id', { config, schema: { params, response: { 200: exportSchema } } }, async (request) =>
      service.get(personOf(request), request.params.id),
    )

    app.delete(
      '/api/exports/:id',
      { config, schema: { params, response: { 204: z.null() } } },
      async (request, reply) => {
        await service.cancel(personOf(request), request.params.id)
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/api/exports/:id/file',
      { config: { ...config, page: '/exports' }, schema: { params } },
      async (request, reply) => {
        const found = await service.download(personOf(request), request.params.id)
        return sendExport(request, reply, { ...found, files: deps.files })
      },
    )
  }
}
