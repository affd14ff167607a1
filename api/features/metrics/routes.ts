import { z } from 'zod'
import {
  catalogueSchema,
  drillRequestSchema,
  drillResultSchema,
  explainRequestSchema,
  explainResultSchema,
  metricsQueryBodySchema,
  metricsQueryReplySchema,
  spikeCourseRequestSchema,
  spikeCourseSchema,
} from '../../contract/metrics.ts'
import type { Door } from '#transforms/query/door.ts'
import { type App, everyone, personOf } from '../../feature.ts'

export type MetricDeps = {
  readonly door: Pick<Door, 'catalogue' | 'measure' | 'drill' | 'drillCsv' | 'explain' | 'spikeCourse' | 'dataAsOf'>
  readonly onExport: (request: { person: { id: string; name: string }; metric: string }) => Promise<void>
}

export function metricRoutes(app: App, { door, onExport }: MetricDeps): void {
  app.get('/api/metrics', { config: { policy: everyone }, schema: { response: { 200: catalogueSchema } } }, async () =>
    door.catalogue(),
  )

  app.post(
    '/api/metrics/query',
    {
      config: { policy: everyone },
      schema: { body: metricsQueryBodySchema, response: { 200: metricsQueryReplySchema } },
    },
    async (request) => {
      const { scope } = personOf(request)
      const [results, data_as_of] = await Promise.all([
        Promise.all(request.body.requests.map((one) => door.measure(one, scope))),
        door.dataAsOf(),
      ])
      return { results, data_as_of }
    },
  )

  app.post(
    '/api/drill',
    { config: { policy: everyone }, schema: { body: drillRequestSchema, response: { 200: drillResultSchema } } },
    async (request) => door.drill(request.body, personOf(request).scope),
  )

  app.post(
    '/api/explain',
    { config: { policy: everyone }, schema: { body: explainRequestSchema, response: { 200: explainResultSchema } } },
    async (request) => door.explain(request.body, personOf(request).scope),
  )

  app.post(
    '/api/spikes',
    {
      config: { policy: everyone },
      schema: { body: spikeCourseRequestSchema, response: { 200: spikeCourseSchema } },
    },
    async (request) => door.spikeCourse(request.body, personOf(request).scope),
  )

  app.post(
    '/api/drill/export',
    { config: { policy: everyone }, schema: { body: drillRequestSchema, response: { 200: z.any() } } },
    async (request, reply) => {
      const person = personOf(request)
      // The page a reader looks at says nothing about the file: it has all rows, up to the door's own limit.
      const { limit: _page, offset: _from, ...whole } = request.body
      const csv = await door.drillCsv(whole, person.scope)
      await onExport({ person, metric: whole.metric })
      // Safe in a header: metric names are letters, digits and underscores, checked by the schema.
      reply.header('content-disposition', `attachment; filename="${whole.metric}.csv"`)
      return reply.type('text/csv; charset=utf-8').send(csv)
    },
  )
}
