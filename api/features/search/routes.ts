import { z } from 'zod'
import { searchReplySchema } from '../../contract/orders.ts'
import type { Door } from '#transforms/query/door.ts'
import { searchFiltersSchema } from '#transforms/query/search-filters.ts'
import { type App, personOf } from '../../feature.ts'

const { shape } = searchFiltersSchema
const amount = z.coerce.number().pipe(shape.amount_from.unwrap())
/** Of several values each is a parameter of its own: `channel=web&channel=app`. */
const list = z.union([z.string().max(256), z.array(z.string().max(256)).max(50)]).optional()

const querystring = z.strictObject({
  q: z.string().max(256).default(''),
  channel: list,
  region: list,
  order_status: list,
  currency: list,
  created_from: shape.created_from,
  created_to: shape.created_to,
  amount_from: amount.optional(),
  amount_to: amount.optional(),
  anomaly: shape.anomaly,
  anomaly_type: list,
})

export function searchRoutes(app: App, { door }: { door: Pick<Door, 'search'> }): void {
  app.get(
    '/api/search',
    { config: { policy: 'orders.read' }, schema: { querystring, response: { 200: searchReplySchema } } },
    async (request) => {
      const { q: text, ...asked } = request.query
      const filters = searchFiltersSchema.parse({
        ...asked,
        channel: listOf(asked.channel),
        region: listOf(asked.region),
        order_status: listOf(asked.order_status),
        currency: listOf(asked.currency),
        anomaly_type: listOf(asked.anomaly_type),
      })
      return door.search({ text, filters }, personOf(request).scope)
    },
  )
}

const listOf = (asked: string | string[] | undefined): string[] => (asked === undefined ? [] : [asked].flat())
