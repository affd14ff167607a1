import { z } from 'zod'
import { searchReplySchema } from '../../contract/orders.ts'
import type { Door } from '#transforms/query/door.ts'
import { searchFiltersSchema } from '#transforms/query/search-filters.ts'
import { type App, personOf } from '../../feature.ts'
import type { NoteView } from '../audit/views.ts'

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

export type SearchDeps = { readonly door: Pick<Door, 'search'>; readonly noteView: NoteView }

export function searchRoutes(app: App, { door, noteView }: SearchDeps): void {
  app.get(
    '/api/search',
    { config: { policy: 'orders.read', cost: 'query' }, schema: { querystring, response: { 200: searchReplySchema } } },
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
      const person = personOf(request)
      const found = await door.search({ text, filters }, person.scope)
      // What was typed may be somebody's name or number, so of it only that there was something.
      const detail = {
        has_text: text.trim() !== '',
        filters: Object.keys(asked).toSorted(),
        found: found.results.length,
      }
      noteView({ person, verb: 'view.search', subject: 'search', detail })
      return found
    },
  )
}

const listOf = (asked: string | string[] | undefined): string[] => (asked === undefined ? [] : [asked].flat())
