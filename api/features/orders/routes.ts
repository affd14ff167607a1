import { z } from 'zod'
import { orderPageSchema, rawReplySchema } from '../../contract/orders.ts'
import type { Door } from '#transforms/query/door.ts'
import { notFound } from '../../errors.ts'
import { type App, everyone, personOf } from '../../feature.ts'
import type { People } from '../people/people.ts'
import { toFacts } from '../actions/read-facts.ts'
import { listMilestones } from './milestones.ts'

export type OrderDeps = {
  readonly door: Pick<Door, 'order' | 'orderEvents' | 'orderAnomalies' | 'orderPauses' | 'rawEvents'>
  readonly people: Pick<People, 'names'>
  readonly now: () => Date
}

const params = z.strictObject({ order_id: z.string().min(1).max(256) })

export function orderRoutes(app: App, { door, people, now }: OrderDeps): void {
  app.get(
    '/api/orders/:order_id',
    { config: { policy: everyone }, schema: { params, response: { 200: orderPageSchema } } },
    async (request) => {
      const { scope } = personOf(request)
      const { order_id } = request.params
      const [order, timeline, anomalies, paused] = await Promise.all([
        door.order(order_id, scope),
        door.orderEvents(order_id, scope),
        door.orderAnomalies(order_id, scope),
        door.orderPauses(order_id, scope),
      ])
      if (order === null) throw notFound('order')
      const names = await people.names([...new Set(timeline.map((event) => event.auth_id))])
      const duplicates = new Set(toFacts(order, anomalies).duplicates.map((one) => one.payment_id))
      return {
        header: order,
        milestones: listMilestones(order, now()),
        timeline: timeline.map((event) => ({ ...event, auth_id: names.get(event.auth_id) ?? event.auth_id })),
        payments: order.payments.map((payment) => ({ ...payment, duplicate: duplicates.has(payment.payment_id) })),
        refunds: order.refunds,
        parcels: order.parcels,
        lines: order.lines,
        coupons: order.coupons,
        anomalies,
        paused,
      }
    },
  )

  app.get(
    '/api/orders/:order_id/raw',
    { config: { policy: everyone }, schema: { params, response: { 200: rawReplySchema } } },
    async (request) => {
      const { scope } = personOf(request)
      const order = await door.order(request.params.order_id, scope)
      if (order === null) throw notFound('order')
      return door.rawEvents(order.order_id, scope)
    },
  )
}
