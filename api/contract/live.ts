/** GET /api/live: server-sent events. `tick` after each detection tick that changed something; `sources` every ten seconds. */
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
