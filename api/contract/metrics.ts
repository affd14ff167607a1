/** Metrics and drills over HTTP.
 * GET  /api/metrics            → catalogue
 * POST /api/metrics/query      → one result per request, same order (at most 20); one request as a table, by its Accept header
 * POST /api/drill              → the rows behind a mark, a page at a time
 * GET  /api/drill?descriptor=  → the rows of a number that was passed on
 * POST /api/explain            → what moved a metric, by value of each dimension
 * POST /api/spikes             → a count over time, what is usual for each hour or day, and the spikes
 * POST /api/drill/export       → the same rows as a table (attachment), as many as can be waited for; more by POST /api/exports
 */
import { z } from 'zod'
import { cursorSchema, nextCursorSchema } from './pages.ts'
import {
  catalogueSchema,
  drillRequestSchema,
  drillResultSchema,
  explainRequestSchema,
  explainResultSchema,
  metricAnswerSchema,
  metricQuerySchema,
  spikeCourseRequestSchema,
  spikeCourseSchema,
} from '#transforms/query/request.ts'

export {
  catalogueSchema,
  drillRequestSchema,
  drillResultSchema,
  explainRequestSchema,
  explainResultSchema,
  spikeCourseRequestSchema,
  spikeCourseSchema,
}
export type {
  Catalogue,
  DrillRequest,
  DrillRequestInput,
  DrillResult,
  ExplainRequest,
  ExplainRequestInput,
  ExplainResult,
  Explanation,
  Filter,
  MetricAnswer,
  Grain,
  Localized,
  MetricRequest,
  MetricRequestInput,
  MetricResult,
  SpikeCourse,
  SpikeCourseRequestInput,
  TimeBasis,
  Unit,
} from '#transforms/query/request.ts'

export const metricsQueryBodySchema = z.strictObject({
  requests: z.array(metricQuerySchema).min(1).max(20),
  /** Gives every number its descriptor, for GET /api/drill. */
  descriptors: z.boolean().default(false),
  /** Takes an answer of the last 15 minutes where the warehouse is away; it says so, and which windows it was counted in. */
  or_kept: z.boolean().default(false),
})
const countedInSchema = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  as_of: z.string().optional(),
})
export type CountedIn = z.infer<typeof countedInSchema>
export const metricsQueryReplySchema = z.object({
  results: z.array(metricAnswerSchema),
  data_as_of: z.string(),
  /** Told of answers that were kept: when they were read, and the window of each. */
  kept: z.object({ at: z.string(), counted_in: z.array(countedInSchema) }).optional(),
})
export type MetricsQueryReply = z.infer<typeof metricsQueryReplySchema>

/** `descriptors` gives either side of every part its own. */
export const explainBodySchema = explainRequestSchema.extend({ descriptors: z.boolean().default(false) })

const oneWay = { path: ['offset'], message: 'give a cursor or an offset' }
function isPagedOneWay({ cursor, offset }: { cursor?: string | undefined; offset: number }): boolean {
  return cursor === undefined || offset === 0
}
/** Pages by cursor; `offset` is for tables that show a page by its number, and moves when rows are added. */
export const drillBodySchema = drillRequestSchema
  .extend({
    cursor: cursorSchema,
    /** Tells the number's descriptor with its rows, for GET /api/drill. */
    descriptor: z.boolean().default(false),
  })
  .refine(isPagedOneWay, oneWay)
/** The rows of a number that somebody passed on. */
export const describedQuerySchema = z
  .strictObject({
    descriptor: z.string().min(1).max(16_000),
    /** Left out, it is the part that the number was made of. */
    part: drillRequestSchema.shape.part.unwrap().optional(),
    sort: drillRequestSchema.shape.sort,
    ascending: z.literal('1').optional(),
    limit: z.coerce.number().int().min(1).max(1_000).default(50),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    cursor: cursorSchema,
  })
  .refine(isPagedOneWay, oneWay)
export const drillReplySchema = drillResultSchema.extend({
  next_cursor: nextCursorSchema,
  descriptor: z.string().optional(),
})
export const describedReplySchema = drillResultSchema.extend({
  next_cursor: nextCursorSchema,
  /** The question that the descriptor says. */
  asked: drillRequestSchema.omit({ limit: true, offset: true }),
})
