import {
  catalogueSchema,
  describedQuerySchema,
  describedReplySchema,
  drillBodySchema,
  drillReplySchema,
  drillRequestSchema,
  explainBodySchema,
  explainResultSchema,
  metricsQueryBodySchema,
  metricsQueryReplySchema,
  spikeCourseRequestSchema,
  spikeCourseSchema,
} from '../../contract/metrics.ts'
import type { z } from 'zod'
import type { Door } from '#transforms/query/door.ts'
import type { RowScope } from '#transforms/query/request.ts'
import { metricTable } from '#transforms/tables/table.ts'
import { readingAs, readingNow } from '#warehouse/reading.ts'
import { cursorsOf } from '../../cursor.ts'
import { ApiError } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import type { NoteView } from '../audit/views.ts'
import { drillOfDescriptor } from './described-drill.ts'
import { type Descriptors, describeAnswer, describeDrill, describeExplanations } from './descriptors.ts'
import { type DownloadDeps, createDownloads } from './downloads.ts'
import { countedIn, createKeptAnswers } from './kept-answers.ts'
import { formatAsked, sendTable, startFile } from './table-reply.ts'

export type MetricDeps = {
  readonly descriptors: () => Promise<Descriptors>
  readonly door: Pick<Door, 'catalogue' | 'ask' | 'drillPage' | 'drillRows' | 'explain' | 'spikeCourse' | 'dataAsOf'>
  readonly onExport: DownloadDeps['onExport']
  readonly noteView: NoteView
  readonly now: () => Date
}

type DrillBody = Omit<z.output<typeof drillBodySchema>, 'descriptor'>

export function metricRoutes(app: App, { door, onExport, noteView, descriptors, now }: MetricDeps): void {
  const downloads = createDownloads({ door, onExport })
  const answers = createKeptAnswers({ door, now })
  const drill = async ({ cursor, limit, offset, ...asked }: DrillBody, scope: RowScope) => {
    const cursors = cursorsOf(['drill', asked])
    const page = await door.drillPage({ ...asked, limit, offset }, scope, cursors.read(cursor))
    return { ...page.result, next_cursor: cursors.write(page.next) }
  }

  app.get(
    '/api/metrics',
    { config: { policy: 'orders.read' }, schema: { response: { 200: catalogueSchema } } },
    async () => door.catalogue(),
  )

  app.post(
    '/api/metrics/query',
    {
      config: { policy: 'orders.read', keys: true, cost: 'query' },
      schema: { body: metricsQueryBodySchema, response: { 200: metricsQueryReplySchema } },
    },
    async (request, reply) => {
      const person = personOf(request)
      const { scope } = person
      const format = formatAsked(request, true)
      if (format !== null) {
        const [only, ...more] = request.body.requests
        if (only === undefined || more.length > 0)
          throw new ApiError('invalid_input', `a table answers one request; found ${more.length + 1}`, {
            reason: 'one_request_a_table',
            parts: { came: more.length + 1 },
          })
        if (only.total || only.top !== undefined)
          throw new ApiError('invalid_input', 'a table has the groups only: leave out "total" and "top"')
        const answer = await readingAs({ ...readingNow(), lane: 'exports' }, () => door.ask(only, scope))
        await onExport({ verb: 'metric.exported', person, metric: only.metric, format })
        return sendTable(reply, metricTable(answer), format)
      }
      const { results, data_as_of, kept } = await answers.ask(request.body.requests, scope, request.body.or_kept)
      const told = {
        data_as_of,
        ...(kept !== undefined && { kept: { at: kept.at, counted_in: kept.requests.map(countedIn) } }),
      }
      if (request.body.descriptors) {
        const described = { catalogue: door.catalogue(), descriptors: await descriptors() }
        const { requests } = kept ?? request.body
        return {
          results: results.map((one, index) =>
            describeAnswer(one, requests[index] ?? { metric: one.metric }, described),
          ),
          ...told,
        }
      }
      return { results: [...results], ...told }
    },
  )

  app.post(
    '/api/drill',
    {
      config: { policy: 'orders.read', keys: true, cost: 'query' },
      schema: { body: drillBodySchema, response: { 200: drillReplySchema } },
    },
    async (request) => {
      const person = personOf(request)
      const { descriptor: isAsked, ...asked } = request.body
      const page = await drill(asked, person.scope)
      noteView({ person, verb: 'view.drill', subject: `metric/${asked.metric}`, detail: { rows: page.total } })
      if (!isAsked) return page
      return {
        ...page,
        descriptor: describeDrill(asked, page, { catalogue: door.catalogue(), descriptors: await descriptors() }),
      }
    },
  )

  app.get(
    '/api/drill',
    {
      config: { policy: 'orders.read', cost: 'query' },
      schema: { querystring: describedQuerySchema, response: { 200: describedReplySchema } },
    },
    async (request) => {
      const { descriptor, part, sort, ascending, ...page } = request.query
      const { limit: _page, offset: _from, ...asked } = await drillOfDescriptor(descriptor, { door, descriptors })
      const person = personOf(request)
      const how = { part: part ?? asked.part, sort, descending: ascending === undefined }
      const found = await drill({ ...asked, ...how, ...page }, person.scope)
      noteView({ person, verb: 'view.descriptor', subject: `metric/${asked.metric}`, detail: { rows: found.total } })
      return { ...found, asked }
    },
  )

  app.post(
    '/api/explain',
    {
      config: { policy: 'orders.read', keys: true, cost: 'query' },
      schema: { body: explainBodySchema, response: { 200: explainResultSchema } },
    },
    async (request) => {
      const { descriptors: areAsked, ...asked } = request.body
      const result = await door.explain(asked, personOf(request).scope)
      if (!areAsked) return result
      return describeExplanations(result, { catalogue: door.catalogue(), descriptors: await descriptors() })
    },
  )

  app.post(
    '/api/spikes',
    {
      config: { policy: 'orders.read', keys: true, cost: 'query' },
      schema: { body: spikeCourseRequestSchema, response: { 200: spikeCourseSchema } },
    },
    async (request) => door.spikeCourse(request.body, personOf(request).scope),
  )

  app.post(
    '/api/drill/export',
    {
      config: { policy: 'orders.export', keys: true, cost: 'export', lane: 'exports' },
      schema: { body: drillRequestSchema },
    },
    async (request, reply) => {
      const person = personOf(request)
      const format = formatAsked(request, false) ?? 'csv'
      // The page a reader looks at says nothing about the file: it has all rows, or is refused.
      const { limit: _page, offset: _from, ...whole } = request.body
      const file = await downloads.open(whole, { person, format })
      return startFile(reply, whole.metric, format).send(file)
    },
  )
}
