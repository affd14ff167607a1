/**
 * The data fields of canonical events, one owner for the whole project: what a producer may send (zod) and the
 * warehouse column that receives it (ClickHouse type). Every event contract picks its fields from here, and the
 * statement that turns landed bytes into `events` is generated from here.
 */
import { z } from 'zod'

/** Integer minor units (cents, fen). JSON integers up to 2^53 are exact in every producer language. */
const minorUnits = z.int()
const text = z.string().max(4096)
const identifier = z.string().min(1).max(256)
const instant = z.iso.datetime({ offset: true })
const currency = z.string().regex(/^[A-Z]{3}$/)

export const orderLineSchema = z.object({
  line_id: identifier,
  sku: text,
  name: text,
  category: text.optional(),
  seller_id: text.optional(),
  seller_region: text.optional(),
  quantity: z.int().nonnegative(),
  unit_price: minorUnits.optional(),
  amount: minorUnits,
  freight: minorUnits.optional(),
})
export type OrderLine = z.infer<typeof orderLineSchema>

/** ClickHouse type of one element of `lines`; the order of its members is the order of `orderLineSchema`. */
const LINE_TUPLE =
  'Tuple(line_id String, sku String, name String, category String, seller_id String, seller_region String, quantity UInt32, unit_price Int64, amount Int64, freight Int64)'

type Field = {
  readonly schema: z.ZodType
  readonly column: string
  readonly kind: 'text' | 'integer' | 'instant' | 'lines'
}

const asText = (schema: z.ZodType = text, column = 'String'): Field => ({ schema, column, kind: 'text' })
const asCode = (schema: z.ZodType = text): Field => asText(schema, 'LowCardinality(String)')
const asMoney: Field = { schema: minorUnits, column: 'Nullable(Int64)', kind: 'integer' }
const asInstant: Field = { schema: instant, column: "Nullable(DateTime64(3,'UTC'))", kind: 'instant' }

export const eventFields = {
  order_no: asText(identifier),
  channel: asCode(identifier),
  shop_id: asCode(),
  buyer_id: asText(identifier),
  buyer_name: asText(),
  buyer_phone_tail: asText(z.string().max(8)),
  region: asCode(),
  currency: asCode(currency),
  amount_payable: asMoney,
  amount_items: asMoney,
  amount_freight: asMoney,
  amount_discount: asMoney,
  payment_expires_at: asInstant,
  promised_ship_by: asInstant,
  promised_delivery_from: asInstant,
  promised_delivery_until: asInstant,
  source_status: asCode(),
  hold_reason: asCode(),
  reason: asText(),
  lines: { schema: z.array(orderLineSchema).max(500), column: `Array(${LINE_TUPLE})`, kind: 'lines' },
  payment_id: asText(identifier),
  amount: asMoney,
  method: asCode(identifier),
  provider: asCode(),
  failure_code: asCode(),
  refund_id: asText(identifier),
  refund_channel: asCode(z.enum(['wallet', 'bank', 'card'])),
  failure_reason: asCode(),
  dispute_id: asText(identifier),
  fulfillment_id: asText(identifier),
  shipment_id: asText(identifier),
  warehouse_id: asCode(),
  carrier_code: asCode(),
  tracking_no: asText(),
  status: asCode(),
  raw_status: asCode(),
  substatus: asCode(),
  location: asText(),
  message: asText(),
  eta_from: asInstant,
  eta_until: asInstant,
  sku: asText(identifier),
  quantity: { schema: z.int(), column: 'Nullable(Int64)', kind: 'integer' },
  reservation_id: asText(identifier),
  coupon_id: asText(identifier),
  action: asCode(identifier),
  target: asText(),
  before: asText(),
  after: asText(),
  reason_code: asCode(),
  return_id: asText(identifier),
  expectation_kind: asCode(identifier),
  due_at: asInstant,
  anomaly_id: asText(identifier),
  anomaly_type: asCode(identifier),
  level: asCode(),
  severity: asCode(),
  action_id: asText(identifier),
  medium: asCode(),
  template: asCode(),
  recipient_ref: asText(),
  report_id: asText(identifier),
  occurrence_id: asText(identifier),
  review_id: asText(identifier),
  score: { schema: z.int().min(0).max(10), column: 'Nullable(Int64)', kind: 'integer' },
  cost_id: asText(identifier),
  cost_kind: asCode(identifier),
  team: asCode(identifier),
} as const satisfies Record<string, Field>

export type EventFieldName = keyof typeof eventFields
