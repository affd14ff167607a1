import { z } from 'zod'
import {
  type OrderPage,
  knownAtQuerySchema,
  orderPageQuerySchema,
  orderPageSchema,
  rawReplySchema,
  relatedReplySchema,
} from '../../contract/orders.ts'
import type { Door } from '#transforms/query/door.ts'
import type { RowScope } from '#transforms/query/request.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { createKept } from '../../kept.ts'
import type { NoteView } from '../audit/views.ts'
import type { People } from '../people/people.ts'
import { toFacts } from '../actions/read-facts.ts'
import { listLedger } from './ledger.ts'
import { listMilestones } from './milestones.ts'
import { listPromises } from './promises.ts'

export type OrderDeps = {
  readonly door: Pick<
    Door,
    | 'order'
    | 'orderEvents'
    | 'orderAnomalies'
    | 'orderPauses'
    | 'orderPromises'
    | 'orderCosts'
    | 'orderKnownAt'
    | 'orderInstants'
    | 'rawEvents'
    | 'relatedOrders'
  >
  readonly people: Pick<People, 'names'>
  readonly now: () => Date
  readonly noteView: NoteView
}

/** A page is some tens of kilobytes. */
const MOST_KEPT = 300

const params = z.strictObject({ order_id: z.string().min(1).max(256) })

export function orderRoutes(app: App, { door, people, now, noteView }: OrderDeps): void {
  const kept = createKept<OrderPage>({ now, most: MOST_KEPT })
  const asKnownNow = async (orderId: string, scope: RowScope) => {
    const [order, events, anomalies, pauses, promises, costs] = await Promise.all([
      door.order(orderId, scope),
      door.orderEvents(orderId, scope),
      door.orderAnomalies(orderId, scope),
      door.orderPauses(orderId, scope),
      door.orderPromises(orderId, scope),
      door.orderCosts(orderId, scope),
    ])
    return order === null ? null : { known_at: null, order, events, anomalies, pauses, promises, costs }
  }

  const pageOf = async (order_id: string, known_at: string | undefined, scope: RowScope): Promise<OrderPage | null> => {
    const [found, instants] = await Promise.all([
      known_at === undefined ? asKnownNow(order_id, scope) : door.orderKnownAt(order_id, known_at, scope),
      door.orderInstants(order_id, scope),
    ])
    if (found === null) return null
    const { order, events: timeline, anomalies, pauses: paused } = found
    const names = await people.names([...new Set(timeline.map((event) => event.auth_id))])
    const at = found.known_at === null ? now() : new Date(found.known_at)
    const duplicates = new Set(toFacts(order, anomalies).duplicates.map((one) => one.payment_id))
    return {
      header: order,
      milestones: listMilestones(order, at),
      promises: listPromises(found.promises, at),
      ledger: listLedger(order, found.costs),
      timeline: timeline.map((event) => ({ ...event, auth_id: names.get(event.auth_id) ?? event.auth_id })),
      payments: order.payments.map((payment) => ({ ...payment, duplicate: duplicates.has(payment.payment_id) })),
      refunds: order.refunds,
      parcels: order.parcels,
      lines: order.lines,
      coupons: order.coupons,
      anomalies,
      paused,
      known_at: found.known_at,
      instants,
    }
  }

  app.get(
    '/api/orders/:order_id',
    {
      config: { policy: 'orders.read' },
      schema: { params, querystring: orderPageQuerySchema, response: { 200: orderPageSchema } },
    },
    async (request) => {
      const person = personOf(request)
      const { scope } = person
      const { order_id } = request.params
      const { known_at, or_kept } = request.query
      const asked = { scope, question: [order_id, known_at], orKept: or_kept === '1' }
      const page = await kept.answer(asked, () => pageOf(order_id, known_at, scope))
      if (page === null) throw notFound('order')
      noteView({ person, verb: 'view.order', subject: `order/${order_id}`, orderId: order_id })
      return page
    },
  )

  app.get(
    '/api/orders/:order_id/raw',
    {
      config: { policy: 'orders.read' },
      schema: { params, querystring: knownAtQuerySchema, response: { 200: rawReplySchema } },
    },
    async (request) => {
      const person = personOf(request)
      const { order_id } = request.params
      const order = await door.order(order_id, person.scope)
      if (order === null) throw notFound('order')
      noteView({ person, verb: 'view.messages', subject: `order/${order_id}`, orderId: order_id })
      return door.rawEvents(order.order_id, person.scope, request.query.known_at)
    },
  )

  app.get(
    '/api/orders/:order_id/related',
    { config: { policy: 'orders.read' }, schema: { params, response: { 200: relatedReplySchema } } },
    async (request) => {
      const related = await door.relatedOrders(request.params.order_id, personOf(request).scope)
      if (related === null) throw notFound('order')
      return related
    },
  )
}
