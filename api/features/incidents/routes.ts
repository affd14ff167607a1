import { z } from 'zod'
import {
  incidentMembersReplySchema,
  incidentPageSchema,
  incidentStateSchema,
  incidentsReplySchema,
} from '../../contract/incidents.ts'
import type { Door } from '#transforms/query/door.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'

export type IncidentDeps = { readonly door: Pick<Door, 'incidents' | 'incident' | 'incidentMembers' | 'dataAsOf'> }

const params = z.strictObject({ incident_id: z.string().regex(/^[0-9a-f]{1,64}$/) })
const limit = z.coerce.number().int().min(1).max(200).default(50)
const listQuery = z.strictObject({ state: incidentStateSchema.default('open'), limit })
const membersQuery = z.strictObject({
  state: incidentStateSchema.default('all'),
  limit,
  cursor: z
    .string()
    .regex(/^\d{1,14}\.[0-9a-f]{1,64}$/)
    .optional(),
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
    async (request) => door.incidentMembers(request.params.incident_id, request.query, personOf(request).scope),
  )
}
