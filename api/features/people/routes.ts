import { z } from 'zod'
import {
  invitedSchema,
  managedPersonSchema,
  newPersonSchema,
  passwordBodySchema,
  peopleReplySchema,
  personChangeSchema,
} from '../../contract/people.ts'
import { type App, personOf } from '../../feature.ts'
import type { ManagedPeople } from './manage.ts'

const params = z.strictObject({ person_id: z.uuid() })

export function peopleRoutes(app: App, { managed }: { managed: ManagedPeople }): void {
  const config = { policy: 'people.manage' } as const
  app.get('/api/people', { config, schema: { response: { 200: peopleReplySchema } } }, async () => ({
    people: await managed.list(),
  }))

  app.post(
    '/api/people',
    { config, schema: { body: newPersonSchema, response: { 201: invitedSchema } } },
    async (request, reply) => {
      const invited = await managed.add(personOf(request), request.body)
      return reply.code(201).header('cache-control', 'no-store').send(invited)
    },
  )

  app.patch(
    '/api/people/:person_id',
    { config, schema: { params, body: personChangeSchema, response: { 200: managedPersonSchema } } },
    async (request) => managed.change(personOf(request), request.params.person_id, request.body),
  )

  app.post(
    '/api/people/:person_id/link',
    { config, schema: { params, response: { 200: invitedSchema } } },
    async (request, reply) => {
      const invited = await managed.link(personOf(request), request.params.person_id)
      return reply.header('cache-control', 'no-store').send(invited)
    },
  )

  app.get(
    '/api/people/:person_id/mail',
    { config: { ...config, page: '/people' }, schema: { params } },
    async (request, reply) => {
      const { person_id } = request.params
      const eml = await managed.mail(personOf(request), person_id)
      return reply
        .type('message/rfc822')
        .header('content-disposition', `attachment; filename="orderlens-${person_id.slice(0, 8)}.eml"`)
        .header('cache-control', 'no-store')
        .send(eml)
    },
  )

  app.post(
    '/api/session/password',
    { config: { policy: 'public' }, schema: { body: passwordBodySchema, response: { 204: z.null() } } },
    async (request, reply) => {
      await managed.setPassword(request.body.token, request.body.password)
      return reply.code(204).send(null)
    },
  )
}
