import type { Knex } from 'knex'
import { z } from 'zod'
import type { Door } from '#transforms/query/door.ts'
import { revealBodySchema, revealReplySchema } from '../../contract/personal.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { noteReveal } from './reveal.ts'

export type PersonalDeps = { readonly door: Pick<Door, 'revealedEvent'>; readonly knex: Knex; readonly now: () => Date }

const params = z.strictObject({ order_id: z.string().min(1).max(256) })

export function personalRoutes(app: App, { door, knex, now }: PersonalDeps): void {
  app.post(
    '/api/orders/:order_id/reveal',
    {
      config: { policy: 'personal.reveal' },
      schema: { params, body: revealBodySchema, response: { 200: revealReplySchema } },
    },
    async (request, reply) => {
      const person = personOf(request)
      const { order_id } = request.params
      const { reason, ...place } = request.body
      const value = await door.revealedEvent(order_id, place, person.scope)
      if (value === null) throw notFound('message of this order')
      const subject = `message/${place.topic}/${place.partition}/${place.offset}`
      await noteReveal({ knex, now }, { person, subject, orderId: order_id, reason })
      return reply.header('cache-control', 'no-store').send({ value })
    },
  )
}
