/** What can be asked of the metrics: the requests every caller sends (screen, e-mail, CLI, export). */
import { z } from 'zod'

export const grainSchema = z.enum(['hour', 'day', 'week', 'month'])
export type Grain = z.infer<typeof grainSchema>

/** How durations are counted: by the calendar (the default), or business hours only. */
export const timeBasisSchema = z.enum(['calendar', 'business'])
export type TimeBasis = z.infer<typeof timeBasisSchema>

const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)
const instant = z.iso.datetime({ offset: true })

/** One condition on a dimension. `values` are compared as text with the dimension's value; an empty list matches nothing. */
export const filterSchema = z.strictObject({
  dimension: name,
  op: z.enum(['in', 'not_in']).default('in'),
  values: z.array(z.string().max(256)).max(200),
})
export type Filter = z.infer<typeof filterSchema>

export const metricRequestSchema = z.strictObject({
  metric: name,
  by: z.array(name).max(4).default([]),
  where: z.array(filterSchema).max(20).default([]),
  /** Half-open window [from, to) on the metric's time column (or on `time` when the metric offers several). */
  from: instant.optional(),
  to: instant.optional(),
  time: name.optional(),
  /** Adds a leading `bucket` column: start of the hour, day, week (Monday) or month. */
  grain: grainSchema.optional(),
  /** IANA zone that buckets, hours and weekdays are computed in. */
  zone: z.string().max(64).default('UTC'),
  /** Snapshot metrics are evaluated as of this instant; default the data's own clock. */
  as_of: instant.optional(),
  /** Everything is answered from what was known at this instant, and states are taken at it unless `as_of` is earlier; default what is known now. */
  known_at: instant.optional(),
  time_basis: timeBasisSchema.optional(),
  order: z.enum(['value_desc', 'value_asc', 'natural']).default('natural'),
  limit: z.int().min(1).max(10_000).default(5_000),
})
export type MetricRequest = z.infer<typeof metricRequestSchema>
export type MetricRequestInput = z.input<typeof metricRequestSchema>

/** A metric request, and what is to be told beside its groups. */
export const metricQuerySchema = metricRequestSchema.extend({
  /** Adds the metric over all groups together and the whole window, measured as such. */
  total: z.boolean().default(false),
  /** Tells only the values of a dimension of `by` that are largest over the whole window, and all others together. */
  top: z.strictObject({ dimension: name, n: z.int().min(1).max(100) }).optional(),
  /**
   * Adds the same question about another time: `previous` the window of the same length that ends where this one begins, or a
   * window or instant of its own.
   */
  compare: z
    .union([z.literal('previous'), z.strictObject({ from: instant, to: instant }), z.strictObject({ as_of: instant })])
    .optional(),
})
export type MetricQuery = z.output<typeof metricQuerySchema>
export type MetricQueryInput = z.input<typeof metricQuerySchema>

export const drillRequestSchema = z.strictObject({
  ...metricRequestSchema.shape,
  by: z.array(name).max(0).default([]),
  /** For ratio metrics: the rows of the numerator (default) or of the denominator. */
  part: z.enum(['numerator', 'denominator']).default('numerator'),
  sort: name.optional(),
  descending: z.boolean().default(true),
  limit: z.int().min(1).max(1_000).default(50),
  offset: z.int().min(0).max(1_000_000).default(0),
})
export type DrillRequest = z.infer<typeof drillRequestSchema>
export type DrillRequestInput = z.input<typeof drillRequestSchema>

const seen = z.union([z.literal('all'), z.array(z.string().max(256)).max(500)])
/**
 * The rows a caller may see: orders of these channels, shops and regions, with what belongs to them; and of anomalies those
 * of these types. Applied by the compiler in this folder and nowhere else.
 */
export const rowScopeSchema = z.strictObject({
  channels: seen,
  regions: seen,
  shops: seen.default('all'),
  anomaly_types: seen.default('all'),
})
export type RowScope = z.infer<typeof rowScopeSchema>
export const unrestricted: RowScope = { channels: 'all', regions: 'all', shops: 'all', anomaly_types: 'all' }
/** Whether nothing is hidden. */
export const seesAll = (scope: RowScope): boolean => Object.values(scope).every((part) => part === 'all')

/** The files that answers can be had as. */
export const tableFormatSchema = z.enum(['csv', 'xlsx', 'arrow'])
export type TableFormat = z.infer<typeof tableFormatSchema>

export const unitSchema = z.enum(['count', 'money', 'share', 'seconds', 'number'])
export type Unit = z.infer<typeof unitSchema>
/** One language-keyed text; both languages are required so that no screen falls back in silence. */
export const localizedSchema = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) })
export type Localized = z.infer<typeof localizedSchema>

export const metricResultSchema = z.object({
  metric: name,
  unit: unitSchema,
  currency: z.string().nullable(),
  /** Names of the key columns: `bucket` first when a grain was asked, then the dimensions. */
  keys: z.array(z.string()),
  /** `value` is null where there is nothing to measure (an empty denominator): a gap, not a zero. */
  rows: z.array(
    z.object({
      keys: z.array(z.string().nullable()),
      value: z.number().nullable(),
      n: z.number(),
      /** Of `n`, how many no longer change; told where recent cohorts do. The cohort is mature when both are equal. */
      mature: z.number().optional(),
      /** What opens as exactly the rows of this number; told where it was asked for. */
      descriptor: z.string().optional(),
    }),
  ),
  as_of: z.string(),
  /** Told where it was asked for. */
  known_at: z.string().optional(),
  truncated: z.boolean(),
})
export type MetricResult = z.infer<typeof metricResultSchema>

const sumSchema = z.object({ value: z.number().nullable(), n: z.number(), descriptor: z.string().optional() })
export const metricAnswerSchema = metricResultSchema.extend({
  /** What the number says, in words; and which version of its definition it was measured by. */
  definition: localizedSchema,
  version: z.string(),
  total: sumSchema.optional(),
  /** The same groups at another time. */
  compared: z
    .object({
      from: z.string().optional(),
      to: z.string().optional(),
      as_of: z.string(),
      rows: metricResultSchema.shape.rows,
      total: sumSchema.optional(),
    })
    .optional(),
  /** What was left out by `top`, with the other keys only; its drill has a `not_in` filter with the values of `besides`. */
  others: z
    .object({
      dimension: name,
      besides: z.array(z.string()),
      keys: metricResultSchema.shape.keys,
      rows: metricResultSchema.shape.rows,
    })
    .optional(),
})
export type MetricAnswer = z.infer<typeof metricAnswerSchema>

const entities = [
  'anomaly',
  'order',
  'line',
  'payment',
  'parcel',
  'refund',
  'cost',
  'action',
  'contact',
  'review',
  'promise',
  'step',
  'record',
] as const
/** What a count counts: the rows, or what they have in common, each once however many rows it has. */
export const countedSchema = z.enum([...entities, 'incident', 'buyer', 'cause'])

export const drillResultSchema = z.object({
  metric: name,
  /** What the rows are. */
  entity: z.enum(entities),
  counts: countedSchema,
  /** Entities behind the mark; equals the mark of a count that counts them. */
  total: z.number(),
  /** Distinct orders among them. */
  orders: z.number(),
  /** The metric computed over exactly these rows; equals the mark. */
  value: z.number().nullable(),
  unit: unitSchema,
  currency: z.string().nullable(),
  columns: z.array(z.object({ name: z.string(), type: z.enum(['text', 'code', 'money', 'instant', 'number']) })),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  as_of: z.string(),
  /** Told where it was asked for. */
  known_at: z.string().optional(),
})
export type DrillResult = z.infer<typeof drillResultSchema>

const sideSchema = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  as_of: instant.optional(),
  /** Conditions of this side only, where two slices are compared and not two windows. */
  where: z.array(filterSchema).max(10).default([]),
})
/** What moved a metric between two windows, two instants or two slices: by value of each dimension. */
export const explainRequestSchema = z.strictObject({
  metric: name,
  dimensions: z.array(name).min(1).max(8),
  where: z.array(filterSchema).max(10).default([]),
  before: sideSchema,
  after: sideSchema,
  time: name.optional(),
  zone: z.string().max(64).default('UTC'),
  time_basis: timeBasisSchema.optional(),
  /** Values told one by one, those that moved most first; the others are told together. */
  limit: z.int().min(1).max(200).default(20),
})
export type ExplainRequest = z.infer<typeof explainRequestSchema>
export type ExplainRequestInput = z.input<typeof explainRequestSchema>

/**
 * Of counts and sums only `change`. Of shares and averages `change` is `rate` (the value itself moved) plus `mix` (its
 * weight moved); what both did together falls to each in equal halves.
 */
const effectSchema = z.object({ change: z.number(), rate: z.number().nullable(), mix: z.number().nullable() })
const sideValueSchema = z.object({ value: z.number().nullable(), n: z.number() })
const sidesSchema = z.object({
  before: sideValueSchema,
  after: sideValueSchema,
  /** The drills of either side. */
  drill: z.object({ before: drillRequestSchema, after: drillRequestSchema }),
  /** The same as texts to pass on, where they were asked for. */
  descriptors: z.object({ before: z.string(), after: z.string() }).optional(),
})
export const explanationSchema = sidesSchema.extend({
  dimension: name,
  /** The sum of all changes below. Null where either side has nothing to measure; then nothing is below. */
  change: z.number().nullable(),
  contributions: z.array(effectSchema.extend({ value: z.string().nullable(), ...sidesSchema.shape })),
  /** What was left out of the list, together. */
  rest: effectSchema.extend({ values: z.number(), ...sidesSchema.shape }).nullable(),
})
export type Explanation = z.infer<typeof explanationSchema>
export const explainResultSchema = z.object({
  metric: name,
  unit: unitSchema,
  currency: z.string().nullable(),
  explanations: z.array(explanationSchema),
})
export type ExplainResult = z.infer<typeof explainResultSchema>

/** Which slices of a count are unusual for this hour of the week. */
export const spikesRequestSchema = z.strictObject({
  metric: name,
  by: z.array(name).max(3).default([]),
  where: z.array(filterSchema).max(20).default([]),
  /** An instant within the hour that is looked at; the whole hour counts, in the zone's own hours. */
  at: instant,
  zone: z.string().max(64).default('UTC'),
  time: name.optional(),
  /** Weeks before that make what is usual. */
  weeks: z.int().min(4).max(26).default(8),
  /** A smaller count is never a spike. */
  floor: z.int().min(1).default(5),
  /** Spreads above the usual from which a count is a spike. */
  threshold: z.number().positive().default(3),
})
export type SpikesRequest = z.infer<typeof spikesRequestSchema>
export type SpikesRequestInput = z.input<typeof spikesRequestSchema>

/** A count over a window beside what is usual for each of its hours or days, by the same place of the week before. */
export const spikeCourseRequestSchema = spikesRequestSchema.omit({ by: true, at: true }).extend({
  from: instant,
  to: instant,
  grain: grainSchema.extract(['hour', 'day']),
})
export type SpikeCourseRequest = z.infer<typeof spikeCourseRequestSchema>
export type SpikeCourseRequestInput = z.input<typeof spikeCourseRequestSchema>

export const spikeCourseSchema = z.object({
  metric: name,
  grain: spikeCourseRequestSchema.shape.grain,
  /** From how many weeks on there is something usual. */
  fewest_weeks: z.number(),
  /** Where the data begins, as far as it was looked at. */
  known_from: z.string().nullable(),
  buckets: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      observed: z.number(),
      /** Weeks before that the data covers. */
      weeks: z.number(),
      /** All null where these are too few. */
      expected: z.number().nullable(),
      low: z.number().nullable(),
      /** From here on it is a spike. */
      high: z.number().nullable(),
      score: z.number().nullable(),
      is_spike: z.boolean(),
    }),
  ),
})
export type SpikeCourse = z.infer<typeof spikeCourseSchema>

export const metricCardSchema = z.object({
  name,
  label: localizedSchema,
  description: localizedSchema,
  /** Changes whenever its definition does. */
  version: z.string(),
  unit: unitSchema,
  counts: countedSchema,
  snapshot: z.boolean(),
  /** Whether a rise is good news, bad news or neither, for colouring a change. */
  direction: z.enum(['up_good', 'down_good', 'neutral']),
  times: z.array(name),
  /** Both for durations between two instants, which can be asked in business time too; otherwise the calendar only. */
  time_bases: z.array(timeBasisSchema),
  dimensions: z.array(name),
  /** Recent values still change: results tell how many of their rows no longer do. */
  maturing: z.boolean(),
  /** The dimensions whose values a change of it can be divided among; none where its parts do not add up. */
  explained_by: z.array(name),
  /** Whether it has spikes: a count of what happened. */
  spiking: z.boolean(),
})
export const dimensionCardSchema = z.object({ name, label: localizedSchema, description: localizedSchema })
export const catalogueSchema = z.object({
  metrics: z.array(metricCardSchema),
  dimensions: z.array(dimensionCardSchema),
})
export type Catalogue = z.infer<typeof catalogueSchema>
