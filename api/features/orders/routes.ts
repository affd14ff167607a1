import { z } from 'zod'
import { orderPageSchema, rawReplySchema } from '../../contract/orders.ts'
import type { Door } from '#transforms/query/door.ts'
import { notFound } from '../../errors.ts'
import { type App, everyone, personOf } from '../../feature.ts'
import { toFacts } from '../actions/read-facts.ts'
import { listMilestones } from './milestones.ts'

export type OrderDeps = {
  readonly door: Pick<Door, 'order' | 'orderEvents' | 'orderAnomalies' | 'rawEvents'>
  readonly now: () => Date
}

const params = z.strictObject({ order_id: z.string().min(1).max(256) })

export function orderRoutes(app: App, { door, now }: OrderDeps): void {
  app.get(
    '/api/orders/:order_id',
    { config: { policy: everyone }, schema: { params, response: { 200: orderPageSchema } } },
    async (request) => {
      const { scope } = personOf(request)
      const { order_id } = request.params
      const [order, timeline, anomalies] = await Promise.all([
        door.order(order_id, scope),
        door.orderEvents(order_id, scope),
        door.orderAnomalies(order_id, scope),
      ])
      if (order === null) throw notFound('order')
      const duplicates = new Set(toFacts(order, anomalies).duplicates.map((one) => one.payment_id))
      return {
        header: order,
        milestones: listMilestones(order, now()),
        timeline,
        payments: order.payments.map((payment) => ({ ...payment, duplicate: duplicates.has(payment.payment_id) })),
        refunds: order.refunds,
        parcels: order.parcels,
        lines: order.lines,
        coupons: order.coupons,
        anomalies,
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
