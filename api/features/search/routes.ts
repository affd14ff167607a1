import { z } from 'zod'
import { searchReplySchema } from '../../contract/orders.ts'
import type { Door } from '#transforms/query/door.ts'
import { type App, personOf } from '../../feature.ts'

const querystring = z.strictObject({ q: z.string().max(256) })

export function searchRoutes(app: App, { door }: { door: Pick<Door, 'search'> }): void {
  app.get(
    '/api/search',
    { config: { policy: 'orders.read' }, schema: { querystring, response: { 200: searchReplySchema } } },
    async (request) => {
      const text = request.query.q.normalize('NFKC').trim()
      return { results: text === '' ? [] : await door.search(text, personOf(request).scope) }
    },
  )
}
