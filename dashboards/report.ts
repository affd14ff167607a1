/** Report e-mails as data: the shape of `dashboards/reports/*.yml`. */
import { z } from 'zod'
import { filterSchema, localizedSchema } from '#transforms/query/request.ts'
import { heatmapTileSchema, rankingTileSchema, seriesTileSchema, windowNameSchema } from './board.ts'

const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)

export const reportDefinitionSchema = z.strictObject({
  slug,
  title: localizedSchema,
  description: localizedSchema,
  /** Slug of the board the e-mail opens. */
  board: slug,
  /** The window ends at the instant the occurrence was fixed to. */
  window: windowNameSchema,
  /** Metrics of the headline lines, in order. */
  headlines: z.array(name).min(1).max(12),
  chart: z.discriminatedUnion('kind', [seriesTileSchema, heatmapTileSchema, rankingTileSchema]),
  /** The worst rows behind one metric, as a table whose order numbers are links. */
  orders: z.strictObject({
    title: localizedSchema,
    metric: name,
    where: z.array(filterSchema).default([]),
    /** Column of the drill that decides what is worst, largest first. */
    sort: name,
    columns: z.array(name).min(1).max(8),
    limit: z.int().min(1).max(50).default(10),
  }),
})
export type ReportDefinition = z.infer<typeof reportDefinitionSchema>
