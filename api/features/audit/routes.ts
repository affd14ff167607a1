import type { Knex } from 'knex'
import { auditChainQuerySchema, auditChainSchema, auditQuerySchema, auditReplySchema } from '../../contract/audit.ts'
import { may } from '../../contract/permissions.ts'
import { cursorsOf } from '../../cursor.ts'
import { ApiError, notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import type { ReadFacts } from '../actions/read-facts.ts'
import { listAudit } from './audit.ts'
import type { ChainCheck } from './chain.ts'
import { VIEW } from './views.ts'

export type AuditDeps = { readonly knex: Knex; readonly readFacts: ReadFacts; readonly chain: ChainCheck }

/**
 * Everybody reads what was done to an order they may see; the whole audit, and who looked at what, is for those who check
 * others.
 */
export function auditRoutes(app: App, { knex, readFacts, chain }: AuditDeps): void {
  app.get(
    '/api/audit',
    {
      config: { policy: 'orders.read' },
      schema: { querystring: auditQuerySchema, response: { 200: auditReplySchema } },
    },
    async (request) => {
      const person = personOf(request)
      const { order_id, person_id, limit, cursor, ...asked } = request.query
      const isChecker = may(person, 'audit.read')
      if (order_id === undefined && !isChecker)
        throw new ApiError('not_allowed', 'name an order_id; reading the whole audit needs the permission audit.read')
      if (order_id !== undefined && (await readFacts(order_id, person.scope)) === null) throw notFound('order')
      const cursors = cursorsOf(['audit', order_id ?? null, person_id ?? null, asked])
      const { entries, next } = await listAudit(knex, {
        ...asked,
        orderId: order_id,
        personId: person_id,
        without: isChecker ? undefined : VIEW,
        limit,
        after: cursors.read(cursor),
      })
      return { entries, next_cursor: cursors.write(next) }
    },
  )

  app.get(
    '/api/audit/chain',
    {
      config: { policy: 'audit.read' },
      schema: { querystring: auditChainQuerySchema, response: { 200: auditChainSchema } },
    },
    async (request) => chain.state({ again: request.query.again === '1' }),
  )
}
