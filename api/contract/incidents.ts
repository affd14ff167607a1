/** Anomalies of one kind and one cause, more than is usual: they come together and end by themselves.
 * GET /api/incidents?state=&limit=               → incidentsReplySchema
 * GET /api/incidents/:incident_id                → incidentPageSchema (404 when unknown or out of scope)
 * GET /api/incidents/:incident_id/members?state=&limit=&cursor= → incidentMembersReplySchema
 * A person whose scope is not everything sees those of its members that are in scope, and neither what is usual nor the course.
 */
import { z } from 'zod'
import { queueRowSchema } from './anomalies.ts'
import { nextCursorSchema } from './pages.ts'

export const incidentStateSchema = z.enum(['open', 'resolved', 'all'])

export const incidentRowSchema = z.object({
  incident_id: z.string(),
  anomaly_type: z.string(),
  category: z.string(),
  /** carrier_lane, carrier, region, warehouse, gateway, sku, seller, coupon, shop or channel. */
  cause_kind: z.string(),
  cause: z.string(),
  started_at: z.string(),
  last_member_at: z.string(),
  quiet_at: z.string(),
  resolved_at: z.string().nullable(),
  /** active: more may come; subsiding: no more came and members are open; resolved. */
  status: z.enum(['active', 'subsiding', 'resolved']),
  members: z.number(),
  open_members: z.number(),
  orders: z.number(),
  open_orders: z.number(),
  escalated_members: z.number(),
  severity: z.string(),
  exposure: z.array(z.object({ currency: z.string(), amount: z.number() })),
  /** How many are usual in the pieces of days that stand out, together. */
  expected: z.number().nullable(),
  /** Minus the logarithm of the chance of so many. */
  score: z.number().nullable(),
})
export type IncidentRow = z.infer<typeof incidentRowSchema>

export const incidentsReplySchema = z.object({ incidents: z.array(incidentRowSchema), data_as_of: z.string() })

export const incidentPageSchema = z.object({
  incident: incidentRowSchema,
  /** Anomalies with the cause by piece of a day, against what is usual there. */
  blocks: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      observed: z.number(),
      expected: z.number().nullable(),
      at_most: z.number().nullable(),
      is_hot: z.boolean(),
    }),
  ),
  /** Members that joined and left in an hour, and how many were open at its end. */
  hours: z.array(z.object({ at: z.string(), joined: z.number(), left: z.number(), open: z.number() })),
  data_as_of: z.string(),
})
export type IncidentPage = z.infer<typeof incidentPageSchema>

export const incidentMembersReplySchema = z.object({
  rows: z.array(queueRowSchema),
  next_cursor: nextCursorSchema,
})
