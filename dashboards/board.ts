/** Boards as data: the shape of `dashboards/boards/*.yml`. Names of metrics and dimensions only: no SQL, no colours. */
import { z } from 'zod'
import { filterSchema, grainSchema, localizedSchema } from '#transforms/query/request.ts'

const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)
const base = {
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  title: localizedSchema,
  where: z.array(filterSchema).default([]),
  width: z.int().min(1).max(12).default(6),
}

/** One number with its change against the previous period of the same length. */
export const kpiTileSchema = z.strictObject({ ...base, kind: z.literal('kpi'), metric: name })

/** Lines or stacked bars over time, split by at most one dimension. */
export const seriesTileSchema = z.strictObject({
  ...base,
  kind: z.literal('series'),
  metric: name,
  by: name.optional(),
  grain: grainSchema.or(z.literal('auto')).default('auto'),
  stacked: z.boolean().default(true),
  top: z.int().min(1).max(12).default(9),
})

/** Two dimensions as a grid, for example hour_of_day × weekday. */
export const heatmapTileSchema = z.strictObject({ ...base, kind: z.literal('heatmap'), metric: name, x: name, y: name })

/** A ranking of one dimension by the first metric, further metrics as columns. */
export const rankingTileSchema = z.strictObject({
  ...base,
  kind: z.literal('ranking'),
  metric: name,
  by: name,
  columns: z.array(name).max(5).default([]),
  top: z.int().min(1).max(50).default(8),
  worst: z.enum(['high', 'low']).default('high'),
})

export const tileSchema = z.discriminatedUnion('kind', [
  kpiTileSchema,
  seriesTileSchema,
  heatmapTileSchema,
  rankingTileSchema,
])
export type KpiTile = z.infer<typeof kpiTileSchema>
export type SeriesTile = z.infer<typeof seriesTileSchema>
export type HeatmapTile = z.infer<typeof heatmapTileSchema>
export type RankingTile = z.infer<typeof rankingTileSchema>
export type Tile = z.infer<typeof tileSchema>

export const windowNameSchema = z.enum(['24h', '7d', '30d', '90d'])
export type WindowName = z.infer<typeof windowNameSchema>

export const boardSchema = z.strictObject({
  slug: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  title: localizedSchema,
  description: localizedSchema,
  /** Dimensions offered as global filters. */
  filters: z.array(name),
  default_window: windowNameSchema,
  tiles: z.array(tileSchema).min(1),
})
export type Board = z.infer<typeof boardSchema>
