/** Scheduled report e-mails.
 * GET /api/reports/definitions · GET/POST /api/reports · GET/PATCH/DELETE /api/reports/:id · GET /api/reports/:id/preview (text/html, as the caller would receive it)
 * POST /api/reports/:id/send (now, one occurrence outside the rhythm; idempotency-key required)
 * GET /api/reports/:id/occurrences?limit=&cursor= · GET /api/deliveries?limit=&cursor= · GET /api/deliveries/:id/eml (message/rfc822)
 */
import { z } from 'zod'
import { cursorSchema, nextCursorSchema, pageLimit } from './pages.ts'
import { filterSchema, localizedSchema } from '#transforms/query/request.ts'

export const reportBodySchema = z.strictObject({
  title: z.string().trim().min(1).max(120),
  /** Slug of a report definition in `dashboards/reports`. */
  definition: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** Five-field cron expression in `zone`. */
  cron: z.string().max(64),
  zone: z.string().max(64),
  language: z.enum(['en', 'zh']),
  where: z.array(filterSchema).max(20).default([]),
  /** E-mail addresses of people of this installation; each receives the numbers of their own scope. */
  recipients: z.array(z.email().max(254)).min(1).max(50),
  enabled: z.boolean().default(true),
})
/** A change names only what it changes: no defaults. */
export const reportPatchSchema = reportBodySchema
  .extend({ where: reportBodySchema.shape.where.unwrap(), enabled: reportBodySchema.shape.enabled.unwrap() })
  .partial()
export const reportDefinitionsSchema = z.array(
  z.object({ slug: z.string(), title: localizedSchema, description: localizedSchema }),
)
export type ReportBody = z.infer<typeof reportBodySchema>

export const reportSchema = reportBodySchema.extend({
  id: z.string(),
  owner_id: z.string(),
  owner_name: z.string(),
  created_at: z.string(),
  next_due_at: z.string().nullable(),
})
export type Report = z.infer<typeof reportSchema>

export const occurrenceSchema = z.object({
  id: z.string(),
  report_id: z.string(),
  local_date: z.string(),
  slot: z.string(),
  due_at: z.string(),
  as_of: z.string().nullable(),
  state: z.enum(['due', 'running', 'done', 'failed', 'skipped_late']),
  detail: z.string(),
})
export const deliverySchema = z.object({
  id: z.string(),
  occurrence_id: z.string(),
  report_id: z.string(),
  report_title: z.string(),
  recipient: z.string(),
  message_id: z.string(),
  state: z.enum(['queued', 'sending', 'sent', 'in_doubt', 'failed']),
  transport: z.enum(['file', 'smtp']),
  sent_at: z.string().nullable(),
  detail: z.string(),
  subject: z.string(),
})
export type Delivery = z.infer<typeof deliverySchema>

export const logQuerySchema = z.strictObject({ limit: pageLimit(200, 100), cursor: cursorSchema })
export const occurrencesSchema = z.object({ occurrences: z.array(occurrenceSchema), next_cursor: nextCursorSchema })
export const deliveriesSchema = z.object({ deliveries: z.array(deliverySchema), next_cursor: nextCursorSchema })
