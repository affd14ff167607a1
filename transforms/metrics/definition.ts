/** The shape of `transforms/metrics/*.yml`. SQL here is ours; what a caller sends only ever picks names from it. */
import { z } from 'zod'
import { countedSchema, drillResultSchema, localizedSchema, metricCardSchema, unitSchema } from '../query/request.ts'

const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)
/**
 * An SQL expression over the columns of a dataset. Placeholders: `{as_of}` the instant of the question, `{time}` the
 * metric's time column, `{zone}` the asked zone, `{set_name}` a set of `datasets.yml`.
 */
const expression = z.string().min(1)
const described = { name, label: localizedSchema, description: localizedSchema }

export const columnSchema = z.strictObject({
  name,
  type: drillResultSchema.shape.columns.element.shape.type,
  /** Where the column of the relation has another name. */
  expression: expression.optional(),
  /** People write into it: what is personal is hidden. */
  personal: z.literal(true).optional(),
})
export type Column = z.infer<typeof columnSchema>

/**
 * The columns that say who may see a row; `none` where rows have none of them, so that only who sees everything sees any.
 * Rows that tell of an anomaly name its type. Rows with `types: mixed` sum up anomalies of every type: what they say cannot
 * be told to who sees some types only.
 */
const scope = z.union([
  z.literal('none'),
  z.strictObject({
    channel: name,
    region: name,
    shop: name,
    anomaly_type: name.optional(),
    types: z.literal('mixed').optional(),
  }),
])
export type ScopeColumns = z.infer<typeof scope>

/** The same rows once more, in partitions by day (columns `axis` and `axis_day`), with fewer columns. */
const byDaySchema = z.strictObject({
  relation: name,
  /** Which axis has every row that has a time, under the day of it: by time column. */
  axes: z.record(name, name),
  /** A metric whose filter asks this is about rows that had not ended (`until`): of the axis of open rows, or ended since. */
  standing: z.strictObject({ condition: expression, until: name, open: name, ended: name }),
  /** Columns of the relation, as they are there. */
  columns: z.array(name).min(1),
})
export type ByDay = z.infer<typeof byDaySchema>

export const datasetSchema = z.strictObject({
  name,
  relation: name,
  by_day: byDaySchema.optional(),
  entity: drillResultSchema.shape.entity,
  /** Columns that are windows over the rows the caller may see, and over no others. */
  over: z.record(name, expression).optional(),
  /** One row per element of this array column, read as `as`. */
  unnest: z.strictObject({ column: name, as: name }).optional(),
  scope,
  order_id: expression,
  currency: expression.optional(),
  /** The time column of `dimensionValues` and of metrics that name none. */
  time: name,
  /** What a drill shows, in order. The first is the tie-breaker of every sort. */
  columns: z.array(columnSchema).min(1),
})
export type Dataset = z.infer<typeof datasetSchema>

export const rowSetSchema = z.strictObject({ name, relation: name, column: name, filter: expression, scope })
export type RowSet = z.infer<typeof rowSetSchema>

/** A text per row; with `array`, a list of texts: a row counts once in each distinct one. */
const dimensionSource = z.union([expression, z.strictObject({ array: expression })])
export const dimensionSchema = z.strictObject({
  ...described,
  /** By dataset; '*' for all. */
  on: z.record(z.union([name, z.literal('*')]), dimensionSource),
  /** What a filter value must look like; anything goes where it is missing. */
  values: z.enum(['text', 'integer', 'day', 'month', 'hour']).default('text'),
})
export type Dimension = z.infer<typeof dimensionSchema>

/** The time from one instant of a row to another, less pauses: pairs of from and until that do not overlap. */
const spanSchema = z.strictObject({ since: expression, until: expression, pauses: expression.optional() })
export type Span = z.infer<typeof spanSchema>
/** A number per row. A span can be asked in calendar or in business time; its unit is seconds. */
const measured = z.union([expression, spanSchema])

const shared = {
  ...described,
  dataset: name,
  filter: expression.optional(),
  /** Time columns offered for windows and buckets; the first is the default. */
  times: z.array(name).min(1),
  unit: unitSchema,
  direction: metricCardSchema.shape.direction,
  /** A state at an instant: `{as_of}` stands in its expressions. */
  snapshot: z.boolean().default(false),
  /** Recent rows still change: every value tells how many of its rows the dimension `maturity` calls mature. */
  maturing: z.boolean().default(false),
}
export const metricSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...shared, kind: z.literal('count') }),
  z.strictObject({ ...shared, kind: z.literal('ratio'), numerator: expression }),
  z.strictObject({ ...shared, kind: z.enum(['sum', 'mean', 'min', 'max']), value: measured }),
  /** How many different ones there are among the rows; `counts` says what. */
  z.strictObject({ ...shared, kind: z.literal('uniq'), value: expression, counts: countedSchema }),
  /** 50 is the mean of the two middle values; any other percentile is the nearest rank. Seconds are given in milliseconds. */
  z.strictObject({ ...shared, kind: z.literal('quantile'), value: measured, percent: z.int().min(1).max(100) }),
])
export type Metric = z.infer<typeof metricSchema>

/** Metrics that differ in parameters only: `{parameter.field}` in any text of `metric` is filled from `over`. */
export const familySchema = z.strictObject({
  metric: z.record(z.string(), z.unknown()),
  over: z.record(name, z.record(name, z.record(z.string(), z.unknown()))),
})

export const metricFileSchema = z.strictObject({
  metrics: z.array(metricSchema).default([]),
  families: z.array(familySchema).default([]),
})
export const dimensionFileSchema = z.strictObject({ dimensions: z.array(dimensionSchema) })
export const datasetFileSchema = z.strictObject({
  datasets: z.array(datasetSchema),
  sets: z.array(rowSetSchema).default([]),
})
