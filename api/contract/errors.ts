/** The one shape of every error answer. */
import { z } from 'zod'

export const errorSchema = z.object({
  statusCode: z.int(),
  /** Stable, from the closed list in `api/errors.ts`; what clients decide by. */
  code: z.string(),
  error: z.string(),
  message: z.string(),
  requestId: z.string(),
  /** Finer than the code, where there is more to tell; with `action_refused` one of `actionRefusals`. */
  reason: z.string().optional(),
})
export type ApiErrorBody = z.infer<typeof errorSchema>
