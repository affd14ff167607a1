import type { Knex } from 'knex'
import { z } from 'zod'
import { auditReplySchema } from '../../contract/actions.ts'
import { may } from '../../contract/permissions.ts'
import { ApiError, notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import type { ReadFacts } from '../actions/read-facts.ts'
import { listAudit } from './audit.ts'

const query = z.strictObject({
  order_id: z.string().min(1).max(256).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** Everybody reads the audit of an order they may see; the whole of it is for those who check others. */
export function auditRoutes(app: App, { knex, readFacts }: { knex: Knex; readFacts: ReadFacts }): void {
  app.get(
    '/api/audit',
    { config: { policy: 'orders.read' }, schema: { querystring: query, response: { 200: auditReplySchema } } },
    async (request) => {
      const person = personOf(request)
      const { order_id, limit } = request.query
      if (order_id === undefined && !may(person, 'audit.read'))
        throw new ApiError('not_allowed', 'name an order_id; reading the whole audit needs the permission audit.read')
      if (order_id !== undefined && (await readFacts(order_id, person.scope)) === null) throw notFound('order')
      return { entries: await listAudit(knex, { orderId: order_id, limit }) }
    },
  )
}
