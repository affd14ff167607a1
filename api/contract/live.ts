/** GET /api/live: server-sent events, each with an id to go on from (`Last-Event-ID`).
 * All that is told is within the caller's scope, except for the data's clock.
 */
import { z } from 'zod'

const touched = {
  order_ids: z.array(z.string()).describe('At most 500 of them.'),
  complete: z.boolean().describe('False where there are more.'),
}
const clock = z.string().describe('What happened up to here is in the data.')

export const liveEventSchemas = {
  hello: z.object({ data_as_of: clock.nullable() }).describe('The stream begins; nothing was missed.'),
  orders: z.object(touched).describe('Something happened to these orders, or their time came.'),
  queue: z.object(touched).describe('The anomalies of these orders were judged: the queue, incidents and their pages.'),
  boards: z.object({ data_as_of: clock }).describe('Numbers may have changed.'),
  clock: z.object({ data_as_of: clock }).describe("The data's clock moved; everything of one look was told before."),
  reset: z.object({ data_as_of: clock.nullable() }).describe('What happened meanwhile is not told: read anew.'),
} as const
export type LiveEventName = keyof typeof liveEventSchemas
export type LiveEvent = {
  [Name in LiveEventName]: { event: Name; data: z.infer<(typeof liveEventSchemas)[Name]> }
}[LiveEventName]
