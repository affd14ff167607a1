/** Lists come in pages: ask with `next_cursor` of the page before, and otherwise as before, until it is null. */
import { z } from 'zod'

export const cursorSchema = z
  .string()
  .max(4_000)
  .regex(/^[A-Za-z0-9_-]+$/)
  .optional()
  .describe('`next_cursor` of the page before; with the same conditions as there.')
export const nextCursorSchema = z.string().nullable().describe('For the page after this one; null at the end.')

export const pageLimit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual)
