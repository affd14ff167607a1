/** GET /api/live: server-sent events. `hello` when there was no tick yet, then `tick` after each detection tick that changed something.
 * A person whose scope is not everything gets the notice without figures and order ids: a reason to look again, no more.
 */
import { z } from 'zod'

export const tickNoticeSchema = z.object({
  tick: z.string(),
  data_as_of: z.string(),
  orders: z.number(),
  opened: z.number(),
  resolved: z.number(),
  order_ids: z.array(z.string()),
})
export type TickNotice = z.infer<typeof tickNoticeSchema>
