import type { Knex } from 'knex'
import { z } from 'zod'
import { actionBodySchema, actionSchema, orderActionsSchema } from '../../contract/actions.ts'
import { ApiError, notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { listActions } from './action-store.ts'
import { spentBefore } from './allowance.ts'
import type { LookUp } from './kept-facts.ts'
import { listLegal } from './legality.ts'
import { requestAction } from './request-action.ts'

export type ActionDeps = {
  readonly knex: Knex
  readonly lookUp: LookUp
  readonly now: () => Date
  readonly wake: () => void
}

const params = z.strictObject({ order_id: z.string().min(1).max(256) })
const url = '/api/orders/:order_id/actions'
const isUuid = (text: unknown): text is string => z.uuid().safeParse(text).success

export function actionRoutes(app: App, { knex, lookUp, now, wake }: ActionDeps): void {
  app.get(
    url,
    { config: { policy: 'orders.read' }, schema: { params, response: { 200: orderActionsSchema } } },
    async (request) => {
      const person = personOf(request)
      const found = await lookUp(request.params.order_id, person.scope)
      if (found === null) throw notFound('order')
      const { order, keptAt } = found
      const [actions, spent] = await Promise.all([
        listActions(knex, order.order_id),
        spentBefore(knex, { personId: person.id, buyerId: order.buyer_id, currency: order.currency, at: now() }),
      ])
      return { legal: listLegal({ order, person, past: actions, spent }), actions, kept_at: keptAt }
    },
  )

  // Managers may ask: the answer says why not, in the words of the rules rather than of the door.
  app.post(
    url,
    {
      config: { policy: 'orders.read', keys: true },
      schema: { params, body: actionBodySchema, response: { 202: actionSchema } },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      if (!isUuid(key))
        throw new ApiError(
          'idempotency_key_required',
          'send the header idempotency-key with a new UUID for each action, and the same one when repeating it',
        )
      const person = personOf(request)
      const found = await lookUp(request.params.order_id, person.scope)
      if (found === null) throw notFound('order')
      const { order, keptAt } = found
      // Who waits for an outcome sees that it is parked; a program comes again by itself.
      if (keptAt !== null && person.key !== undefined)
        throw new ApiError('unavailable', 'the order cannot be looked at right now; send the same request again later')
      const { action, replayed } = await requestAction(
        { knex, now },
        { person, order, keptAt, body: request.body, key: key.toLowerCase() },
      )
      if (replayed) reply.header('idempotent-replayed', 'true')
      else wake()
      return reply.code(202).send(action)
    },
  )
}
