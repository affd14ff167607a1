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

/** GET /api/data/health */
export const dataHealthSchema = z.object({
  landed: z.number(),
  events: z.number(),
  dead_letters: z.number(),
  balanced: z.boolean(),
  sources: z.array(
    z.object({ topic: z.string(), format: z.string(), landed: z.number(), last_landed_at: z.string().nullable() }),
  ),
  dead_by_reason: z.array(z.object({ reason: z.string(), n: z.number(), sample: z.string() })),
  last_tick: z.object({ at: z.string(), ms: z.number(), orders: z.number() }).nullable(),
  data_as_of: z.string(),
})
export type DataHealth = z.infer<typeof dataHealthSchema>
