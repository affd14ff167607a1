import { z } from 'zod'
import { silentSourcesReplySchema } from '../../contract/sources.ts'
import { queueReplySchema, queueViewSchema } from '../../contract/orders.ts'
import { cursorSchema, pageLimit } from '../../contract/pages.ts'
import type { Door } from '#transforms/query/door.ts'
import { cursorsOf } from '../../cursor.ts'
import { type App, personOf } from '../../feature.ts'

const querystring = z.strictObject({
  view: queueViewSchema.default('open'),
  type: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .optional(),
  collapse: z.enum(['incidents', 'none']).default('none'),
  limit: pageLimit(200, 50),
  cursor: cursorSchema,
})

export function queueRoutes(app: App, { door }: { door: Pick<Door, 'queue' | 'silentSources' | 'dataAsOf'> }): void {
  app.get(
    '/api/queue',
    { config: { policy: 'orders.read' }, schema: { querystring, response: { 200: queueReplySchema } } },
    async (request) => {
      const { cursor, limit, ...asked } = request.query
      const cursors = cursorsOf(['queue', asked])
      const { next, ...page } = await door.queue(
        { ...asked, limit, after: cursors.read(cursor) },
        personOf(request).scope,
      )
      return { ...page, next_cursor: cursors.write(next) }
    },
  )

  // Beside the queue, because a queue that stays empty while nothing is judged is no good news.
  app.get(
    '/api/sources/silent',
    { config: { policy: 'orders.read' }, schema: { response: { 200: silentSourcesReplySchema } } },
    async (request) => {
      const [sources, data_as_of] = await Promise.all([door.silentSources(personOf(request).scope), door.dataAsOf()])
      return { sources, data_as_of }
    },
  )
}
