/** GET /api/sources/silent: sources from which nothing comes although they usually speak, and the rules that wait for them.
 * Rules named here open nothing from the absence of the source's events; what was open stays open. A person whose scope is
 * not everything sees those that speak about channels of theirs.
 */
import { z } from 'zod'

export const silentSourceSchema = z.object({
  source: z.string(),
  /** silent: nothing comes; catching_up: it speaks again, of what is past; given_up: rules judge without it again. */
  state: z.enum(['silent', 'catching_up', 'given_up']),
  silent_since: z.string(),
  raised_at: z.string(),
  last_event_at: z.string(),
  gap_p99_s: z.number(),
  limit_s: z.number(),
  rules_paused: z.array(z.string()),
  channels: z.array(z.string()),
})
export type SilentSource = z.infer<typeof silentSourceSchema>

export const silentSourcesReplySchema = z.object({ sources: z.array(silentSourceSchema), data_as_of: z.string() })
export type SilentSourcesReply = z.infer<typeof silentSourcesReplySchema>
