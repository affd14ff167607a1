/** GET /api/boards → boards without tiles; GET /api/boards/:slug → one board. Values of filter dimensions: GET /api/dimensions/:name/values */
import { z } from 'zod'
import { boardSchema } from '#dashboards/board.ts'

export { boardSchema }
export type { Board, Tile } from '#dashboards/board.ts'
export const boardListSchema = z.array(boardSchema.pick({ slug: true, title: true, description: true }))
/** Values seen within the caller's scope, most frequent first, at most 200. */
export const dimensionValuesSchema = z.object({
  dimension: z.string(),
  values: z.array(z.object({ value: z.string(), n: z.number() })),
})
