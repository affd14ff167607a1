import { z } from 'zod'
import {
  deliveriesSchema,
  logQuerySchema,
  occurrenceSchema,
  occurrencesSchema,
  reportBodySchema,
  reportDefinitionsSchema,
  reportPatchSchema,
  reportSchema,
} from '../../contract/reports.ts'
import { cursorsOf } from '../../cursor.ts'
import { ApiError } from '../../errors.ts'
import { personOf, type App, type Feature } from '../../feature.ts'
import { createReportService, type ReportsDeps } from './service.ts'

const params = z.object({ id: z.string().max(64) })
const config = { policy: 'orders.read' } as const
/** A report is drawn by the server: its picture is inside, and nothing is loaded, run or framed by strangers. */
const pagePolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

export function reportRoutes(deps: ReportsDeps): Feature {
  const service = createReportService(deps)
  return (app: App) => {
    app.get(
      '/api/reports/definitions',
      { config, schema: { response: { 200: reportDefinitionsSchema } } },
      async () => [...deps.definitions],
    )

    app.get('/api/reports', { config, schema: { response: { 200: z.array(reportSchema) } } }, async (request) =>
      service.list(personOf(request)),
    )

    app.post(
      '/api/reports',
      { config, schema: { body: reportBodySchema, response: { 201: reportSchema } } },
      async (request, reply) => reply.code(201).send(await service.create(personOf(request), request.body)),
    )

    app.get('/api/reports/:id', { config, schema: { params, response: { 200: reportSchema } } }, async (request) =>
      service.get(personOf(request), request.params.id),
    )

    app.patch(
      '/api/reports/:id',
      { config, schema: { params, body: reportPatchSchema, response: { 200: reportSchema } } },
      async (request) => service.change(personOf(request), request.params.id, request.body),
    )

    app.delete(
      '/api/reports/:id',
      { config, schema: { params, response: { 204: z.null() } } },
      async (request, reply) => {
        await service.remove(personOf(request), request.params.id)
        return reply.code(204).send(null)
      },
    )

    app.get('/api/reports/:id/preview', { config, schema: { params } }, async (request, reply) => {
      const html = await service.preview(personOf(request), request.params.id)
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', pagePolicy)
        .header('x-frame-options', 'SAMEORIGIN')
        .header('cache-control', 'no-store')
        .send(html)
    })

    app.post(
      '/api/reports/:id/send',
      { config, schema: { params, response: { 202: occurrenceSchema } } },
      async (request, reply) => {
        const key = z.uuid().safeParse(request.headers['idempotency-key'])
        if (!key.success)
          throw new ApiError(
            'idempotency_key_required',
            'send a UUID of your own in the idempotency-key header; the same one when you try again',
          )
        return reply.code(202).send(await service.sendNow(personOf(request), request.params.id, key.data))
      },
    )

    app.get(
      '/api/reports/:id/occurrences',
      { config, schema: { params, querystring: logQuerySchema, response: { 200: occurrencesSchema } } },
      async (request) => {
        const { id } = request.params
        const { limit, cursor } = request.query
        const cursors = cursorsOf(['occurrences', id])
        const page = await service.occurrences(personOf(request), id, { limit, after: cursors.read(cursor) })
        return { occurrences: page.rows, next_cursor: cursors.write(page.next) }
      },
    )

    app.get(
      '/api/deliveries',
      { config, schema: { querystring: logQuerySchema, response: { 200: deliveriesSchema } } },
      async (request) => {
        const { limit, cursor } = request.query
        const cursors = cursorsOf('deliveries')
        const page = await service.deliveries(personOf(request), { limit, after: cursors.read(cursor) })
        return { deliveries: page.rows, next_cursor: cursors.write(page.next) }
      },
    )

    app.get(
      '/api/deliveries/:id/eml',
      { config: { ...config, page: '/reports' }, schema: { params } },
      async (request, reply) => {
        const eml = await service.eml(personOf(request), request.params.id)
        const name = `orderlens-${request.params.id.slice(0, 8)}.eml`
        return reply
          .type('message/rfc822')
          .header('content-disposition', `attachment; filename="${name}"`)
          .header('cache-control', 'no-store')
          .send(eml)
      },
    )
  }
}
