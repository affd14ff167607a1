import { z } from 'zod'
import {
  incidentMembersReplySchema,
  incidentPageSchema,
  incidentStateSchema,
  incidentsReplySchema,
} from '../../contract/incidents.ts'
import { cursorSchema, pageLimit } from '../../contract/pages.ts'
import type { Door } from '#transforms/query/door.ts'
import { cursorsOf } from '../../cursor.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'

export type IncidentDeps = { readonly door: Pick<Door, 'incidents' | 'incident' | 'incidentMembers' | 'dataAsOf'> }

const params = z.strictObject({ incident_id: z.string().regex(/^[0-9a-f]{1,64}$/) })
const limit = pageLimit(200, 50)
const listQuery = z.strictObject({ state: incidentStateSchema.default('open'), limit })
const membersQuery = z.strictObject({
  state: incidentStateSchema.default('all'),
  limit,
  cursor: cursorSchema,
})

export function incidentRoutes(app: App, { door }: IncidentDeps): void {
  app.get(
    '/api/incidents',
    { config: { policy: 'orders.read' }, schema: { querystring: listQuery, response: { 200: incidentsReplySchema } } },
    async (request) => {
      const { scope } = personOf(request)
      const [incidents, data_as_of] = await Promise.all([door.incidents(request.query, scope), door.dataAsOf()])
      return { incidents, data_as_of }
    },
  )

  app.get(
    '/api/incidents/:incident_id',
    { config: { policy: 'orders.read' }, schema: { params, response: { 200: incidentPageSchema } } },
    async (request) => {
      const { scope } = personOf(request)
      const [found, data_as_of] = await Promise.all([door.incident(request.params.incident_id, scope), door.dataAsOf()])
      if (found === null) throw notFound('incident')
      const { blocks, hours, ...incident } = found
      return { incident, blocks, hours, data_as_of }
    },
  )

  app.get(
    '/api/incidents/:incident_id/members',
    {
      config: { policy: 'orders.read' },
      schema: { params, querystring: membersQuery, response: { 200: incidentMembersReplySchema } },
    },
    async (request) => {
      const { incident_id } = request.params
      const { state, limit: most, cursor } = request.query
      const cursors = cursorsOf(['incident members', incident_id, state])
      const asked = { state, limit: most, after: cursors.read(cursor) }
      const { rows, next } = await door.incidentMembers(incident_id, asked, personOf(request).scope)
      return { rows, next_cursor: cursors.write(next) }
    },
  )
}
