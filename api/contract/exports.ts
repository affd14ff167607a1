/** Rows behind a number as files, made in the background.
 * POST /api/exports · GET /api/exports?limit=&cursor= · GET /api/exports/:id · DELETE /api/exports/:id (ends it, removes the file)
 * GET /api/exports/:id/file (the file; Range and If-None-Match)
 */
import { z } from 'zod'
import { drillRequestSchema, tableFormatSchema } from '#transforms/query/request.ts'
import { cursorSchema, nextCursorSchema, pageLimit } from './pages.ts'

/** All rows: a page says nothing about a file. */
const exportedDrillSchema = drillRequestSchema.omit({ limit: true, offset: true })

export const exportBodySchema = z
  .strictObject({
    format: tableFormatSchema,
    drill: exportedDrillSchema.optional(),
    /** Of a number that somebody passed on, instead of `drill`. */
    descriptor: z.string().min(1).max(16_000).optional(),
  })
  .refine(({ drill, descriptor }) => (drill === undefined) !== (descriptor === undefined), {
    path: ['drill'],
    message: 'give a drill or a descriptor',
  })
export type ExportBody = z.output<typeof exportBodySchema>

export const exportStates = ['queued', 'running', 'done', 'failed', 'cancelled', 'expired'] as const
/** Why there is no file. */
export const exportFailures = [
  'not_allowed',
  'person_disabled',
  'too_large',
  'timed_out',
  'disk_full',
  'interrupted',
  'unavailable',
  'refused',
  'internal',
] as const
export type ExportFailure = (typeof exportFailures)[number]

export const exportSchema = z.object({
  id: z.string(),
  metric: z.string(),
  format: tableFormatSchema,
  state: z.enum(exportStates),
  /** Written so far. */
  rows: z.int(),
  /** As counted when it was asked for; when it is done, what is in the file. */
  rows_total: z.int(),
  /** Of the file so far. */
  bytes: z.int(),
  file_name: z.string(),
  /** States are taken at this instant. */
  as_of: z.string(),
  failure: z.enum(exportFailures).nullable(),
  /** The failure in words. */
  detail: z.string(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  /** When the file is removed. */
  expires_at: z.string().nullable(),
})
export type Export = z.infer<typeof exportSchema>

export const exportsQuerySchema = z.strictObject({ limit: pageLimit(100, 50), cursor: cursorSchema })
export const exportsSchema = z.object({ exports: z.array(exportSchema), next_cursor: nextCursorSchema })
