/** One order's whole life, the search box and the queue.
 * GET /api/orders/:order_id?known_at=&or_kept= → orderPageSchema (404 when unknown or out of scope)
 * GET /api/orders/:order_id/raw?known_at= → the landed bytes of its events
 * GET /api/orders/:order_id/related       → relatedReplySchema: other orders of the same cart, coupon or buyer
 * GET /api/search?q=&channel=&region=&order_status=&currency=&created_from=&created_to=&amount_from=&amount_to=&anomaly=&anomaly_type= → searchReplySchema
 * GET /api/queue?view=&type=&collapse=&limit=&cursor=&or_kept= → queueReplySchema
 */
import { z } from 'zod'
import { orderAnomalySchema, queueRowSchema } from './anomalies.ts'
import { incidentRowSchema } from './incidents.ts'
import { nextCursorSchema } from './pages.ts'

const instant = z.string().nullable()

/** What was known at an instant, RFC 3339 with its offset; left out, what is known now. */
export const knownAtQuerySchema = z.strictObject({ known_at: z.iso.datetime({ offset: true }).optional() })

/** Takes an answer of the last 15 minutes where the warehouse is away; it says when it was read. */
export const orKeptSchema = z.enum(['0', '1']).default('0')
const keptAt = z.string().optional()
export const orderPageQuerySchema = knownAtQuerySchema.extend({ or_kept: orKeptSchema })

export const milestoneSchema = z.object({
  name: z.enum(['created', 'paid', 'label', 'handed_over', 'first_scan', 'delivered']),
  promised_at: instant,
  happened_at: instant,
  /** done: happened in time; late: happened after the promise; overdue: promised, passed, not happened; waiting; skipped: cannot happen any more. */
  state: z.enum(['done', 'late', 'overdue', 'waiting', 'skipped']),
})

export const timelineEventSchema = z.object({
  event_id: z.string(),
  source: z.string(),
  event_type: z.string(),
  /** Lane: order, payment, refund, fulfillment, shipment, inventory, coupon, operation, return, review … */
  lane: z.string(),
  occurred_at: z.string(),
  landed_at: z.string(),
  /** For people of this installation `auth_id` is the name. */
  auth_type: z.string(),
  auth_id: z.string(),
  causation_id: z.string(),
  /** Non-empty data fields as text, in contract order. */
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  copies: z.int(),
})
export type TimelineEvent = z.infer<typeof timelineEventSchema>

export const paymentRowSchema = z.object({
  payment_id: z.string(),
  method: z.string(),
  provider: z.string(),
  status: z.string(),
  amount: z.number(),
  at: instant,
  failed_at: instant,
  failure_code: z.string(),
  duplicate: z.boolean(),
})
export const refundRowSchema = z.object({
  refund_id: z.string(),
  payment_id: z.string(),
  amount: z.number(),
  status: z.string(),
  channel: z.string(),
  requested_at: instant,
  settled_at: instant,
  failure_reason: z.string(),
})
export const parcelRowSchema = z.object({
  shipment_id: z.string(),
  carrier: z.string(),
  tracking_no: z.string(),
  status: z.string(),
  label_at: instant,
  handed_over_at: instant,
  first_scan_at: instant,
  last_scan_at: instant,
  delivered_at: instant,
  location: z.string(),
})
export const lineRowSchema = z.object({
  line_id: z.string(),
  sku: z.string(),
  name: z.string(),
  category: z.string(),
  seller_id: z.string(),
  seller_region: z.string(),
  quantity: z.number(),
  unit_price: z.number(),
  amount: z.number(),
  freight: z.number(),
})
export const couponRowSchema = z.object({ coupon_id: z.string(), status: z.string(), amount: z.number() })

export const orderHeaderSchema = z.object({
  order_id: z.string(),
  order_no: z.string(),
  channel: z.string(),
  shop_id: z.string(),
  buyer_id: z.string(),
  buyer_name: z.string(),
  region: z.string(),
  currency: z.string(),
  order_status: z.string(),
  financial_status: z.string(),
  fulfillment_status: z.string(),
  refund_status: z.string(),
  source_status: z.string(),
  amount_payable: z.number(),
  amount_paid: z.number(),
  amount_refunded: z.number(),
  amount_discount: z.number(),
  amount_items: z.number(),
  amount_freight: z.number(),
  created_at: instant,
  canceled_at: instant,
  historic: z.boolean(),
  sequence_violations: z.array(z.string()),
})
export type OrderHeader = z.infer<typeof orderHeaderSchema>

/** A rule that waits: a source that would tell of the promise's fact has fallen quiet, so nothing is judged beyond `held_until`. */
export const orderPauseSchema = z.object({
  rule_id: z.string(),
  source: z.string(),
  /** quiet: more than is usual for it, not enough for `source_silent`. */
  state: z.enum(['quiet', 'silent', 'catching_up']),
  held_until: z.string(),
  silent_since: z.string(),
})
export type OrderPause = z.infer<typeof orderPauseSchema>

export const promiseSchema = z.object({
  kind: z.string(),
  /** The payment, parcel, refund or line it is about; else the order. */
  attached_to_id: z.string(),
  rule_id: z.string(),
  rule_version: z.int(),
  /** The threshold that applied, as JSON: the rule's row, the orders it holds for, its numbers. */
  threshold_snapshot: z.string(),
  calendar: z.string(),
  set_at: z.string(),
  at_risk_at: z.string(),
  due_at: z.string(),
  escalate_at: z.string(),
  met_at: instant,
  void_at: instant,
  met_event_id: z.string(),
  /** kept: met in time; late: met after; broken: passed and not met; at_risk and running: still to come; void: lost its meaning in time. */
  state: z.enum(['kept', 'late', 'broken', 'at_risk', 'running', 'void']),
})

export const ledgerEntrySchema = z.object({
  kind: z.enum(['captured', 'refunded', 'cost', 'cost_reversed']),
  /** The payment, refund or cost. */
  id: z.string(),
  at: instant,
  /** Minor units of `currency`: what came in is positive, what went out negative. */
  amount: z.number(),
  currency: z.string(),
  /** Of a cost its kind. */
  note: z.string(),
  /** What the shop holds of the order's money afterwards, in the order's currency. */
  balance: z.number(),
})

export const relatedReplySchema = z.object({
  orders: z.array(
    z.object({
      order_id: z.string(),
      order_no: z.string(),
      /** What both have in common, the most telling first. */
      common: z.array(z.enum(['cart', 'coupon', 'buyer'])),
      channel: z.string(),
      order_status: z.string(),
      created_at: instant,
      amount_payable: z.number(),
      currency: z.string(),
    }),
  ),
  /** Whether there are more than are told, the newest first. */
  more: z.boolean(),
})
export type RelatedReply = z.infer<typeof relatedReplySchema>

export const orderPageSchema = z.object({
  header: orderHeaderSchema,
  milestones: z.array(milestoneSchema),
  /** In the order in which they were made. */
  promises: z.array(promiseSchema),
  /** In order of time. */
  ledger: z.array(ledgerEntrySchema),
  timeline: z.array(timelineEventSchema),
  payments: z.array(paymentRowSchema),
  refunds: z.array(refundRowSchema),
  parcels: z.array(parcelRowSchema),
  lines: z.array(lineRowSchema),
  coupons: z.array(couponRowSchema),
  anomalies: z.array(orderAnomalySchema),
  paused: z.array(orderPauseSchema),
  /** The instant as of whose knowledge the page is; null for what is known now. */
  known_at: instant,
  /** Every instant at which something new became known of the order, also those after `known_at`. */
  instants: z.array(z.string()),
  /** Told of an answer that was kept: when it was read. */
  kept_at: keptAt,
})
export type OrderPage = z.infer<typeof orderPageSchema>

export const rawReplySchema = z.array(
  z.object({
    event_id: z.string(),
    event_type: z.string(),
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
    landed_at: z.string(),
    /** With what is personal in it hidden. */
    value: z.string(),
    /** Whether something was hidden. */
    is_hidden: z.boolean(),
  }),
)

export const searchReplySchema = z.object({
  results: z.array(
    z.object({
      order_id: z.string(),
      order_no: z.string(),
      /** What was found, as it is written there; empty where nothing but filters was asked. */
      matched: z.string(),
      /** order_no, order_id, buyer, buyer_name, phone_tail, payment, refund, tracking, shipment or product. */
      kind: z.string(),
      /** exact: it is the text; part: begins with it, of a product's name contains its words; approximate: but for one character. */
      precision: z.enum(['exact', 'part', 'approximate']),
      channel: z.string(),
      region: z.string(),
      order_status: z.string(),
      created_at: instant,
      amount_payable: z.number(),
      currency: z.string(),
    }),
  ),
  /** Whether there are more than are told: best first, then the newest. */
  more: z.boolean(),
})

export const queueViewSchema = z.enum(['open', 'at_risk', 'money', 'logistics', 'escalated'])
export const queueReplySchema = z.object({
  /** Asked for with collapse=incidents: incidents with members in the view, counted over those; their members are not among `rows`. */
  incidents: z.array(incidentRowSchema),
  rows: z.array(queueRowSchema),
  next_cursor: nextCursorSchema,
  total: z.number(),
  views: z.array(z.object({ view: queueViewSchema, total: z.number() })),
  data_as_of: z.string(),
  /** Told of an answer that was kept: when it was read. */
  kept_at: keptAt,
})
export type QueueReply = z.infer<typeof queueReplySchema>
