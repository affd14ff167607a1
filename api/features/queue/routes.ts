import { z } from 'zod'
import { silentSourcesReplySchema } from '../../contract/sources.ts'
import { type QueueReply, orKeptSchema, queueReplySchema, queueViewSchema } from '../../contract/orders.ts'
import { cursorSchema, pageLimit } from '../../contract/pages.ts'
import type { Door } from '#transforms/query/door.ts'
import { cursorsOf } from '../../cursor.ts'
import { type App, personOf } from '../../feature.ts'
import { createKept } from '../../kept.ts'

const querystring = z.strictObject({
  view: queueViewSchema.default('open'),
  type: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .optional(),
  collapse: z.enum(['incidents', 'none']).default('none'),
  limit: pageLimit(200, 50),
  cursor: cursorSchema,
  or_kept: orKeptSchema,
})
/** A page is a hundred kilobytes at most. */
const MOST_KEPT = 200

export type QueueDeps = {
  readonly door: Pick<Door, 'queue' | 'silentSources' | 'dataAsOf'>
  readonly now: () => Date
}

export function queueRoutes(app: App, { door, now }: QueueDeps): void {
  const kept = createKept<QueueReply>({ now, most: MOST_KEPT })
  app.get(
    '/api/queue',
    { config: { policy: 'orders.read' }, schema: { querystring, response: { 200: queueReplySchema } } },
    async (request) => {
      const { cursor, limit, or_kept, ...asked } = request.query
      const { scope } = personOf(request)
      const cursors = cursorsOf(['queue', asked])
      const after = cursors.read(cursor)
      const question = [asked, limit, cursor]
      const reply = await kept.answer({ scope, question, orKept: or_kept === '1' }, async () => {
        const { next, ...page } = await door.queue({ ...asked, limit, after }, scope)
        return { ...page, next_cursor: cursors.write(next) }
      })
      return reply as QueueReply
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
