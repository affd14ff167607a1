import type { Knex } from 'knex'
import { z } from 'zod'
import { auditReplySchema } from '../../contract/actions.ts'
import { may } from '../../contract/permissions.ts'
import { cursorSchema, pageLimit } from '../../contract/pages.ts'
import { cursorsOf } from '../../cursor.ts'
import { ApiError, notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import type { ReadFacts } from '../actions/read-facts.ts'
import { listAudit } from './audit.ts'

const query = z.strictObject({
  order_id: z.string().min(1).max(256).optional(),
  limit: pageLimit(500, 100),
  cursor: cursorSchema,
})

/** Everybody reads the audit of an order they may see; the whole of it is for those who check others. */
export function auditRoutes(app: App, { knex, readFacts }: { knex: Knex; readFacts: ReadFacts }): void {
  app.get(
    '/api/audit',
    { config: { policy: 'orders.read' }, schema: { querystring: query, response: { 200: auditReplySchema } } },
    async (request) => {
      const person = personOf(request)
      const { order_id, limit, cursor } = request.query
      if (order_id === undefined && !may(person, 'audit.read'))
        throw new ApiError('not_allowed', 'name an order_id; reading the whole audit needs the permission audit.read')
      if (order_id !== undefined && (await readFacts(order_id, person.scope)) === null) throw notFound('order')
      const cursors = cursorsOf(['audit', order_id ?? null])
      const { entries, next } = await listAudit(knex, { orderId: order_id, limit, after: cursors.read(cursor) })
      return { entries, next_cursor: cursors.write(next) }
    },
  )
}
