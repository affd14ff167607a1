/** GET /api/data/away: parts of the installation that are missing while the rest goes on. */
import { z } from 'zod'

export const awayParts = ['redis', 'room'] as const

export const awaySchema = z.object({
  away: z.array(
    z.object({
      /** redis: due work is found by sweeping; room: the disk is nearly full, and nothing lands. */
      part: z.enum(awayParts),
      since: z.string(),
    }),
  ),
})
export type AwayPart = z.infer<typeof awaySchema>['away'][number]
