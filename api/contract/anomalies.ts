/** One anomaly: on its order's page, in the queue, as a member of an incident. */
import { z } from 'zod'

const instant = z.string().nullable()

export const orderAnomalySchema = z.object({
  anomaly_id: z.string(),
  anomaly_type: z.string(),
  category: z.string(),
  level: z.string(),
  severity: z.string(),
  status: z.string(),
  attached_to_type: z.string(),
  attached_to_id: z.string(),
  at_risk_at: instant,
  opened_at: instant,
  due_at: instant,
  escalated_at: instant,
  resolved_at: instant,
  resolver: z.string(),
  /** How often it happened again soon after its end, which made it go on. */
  returns: z.int(),
  exposure_amount: z.number(),
  currency: z.string(),
  threshold_snapshot: z.string(),
  evidence_event_ids: z.array(z.string()),
  /** The incident it belongs to; empty where it stands alone. */
  incident_id: z.string(),
})
export type OrderAnomaly = z.infer<typeof orderAnomalySchema>

export const queueRowSchema = orderAnomalySchema
  .omit({ threshold_snapshot: true, evidence_event_ids: true, incident_id: true })
  .extend({
    order_id: z.string(),
    order_no: z.string(),
    channel: z.string(),
    region: z.string(),
    carrier: z.string(),
    payment_method: z.string(),
  })
export type QueueRow = z.infer<typeof queueRowSchema>
