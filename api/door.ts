/** What the API asks of the query door (`transforms/query/door.ts`). Each read of rows takes the caller's scope. */
import type {
  Catalogue,
  DrillRequest,
  DrillResult,
  MetricRequest,
  MetricResult,
  RowScope,
} from '#transforms/query/request.ts'
import type { z } from 'zod'
import type { DataHealth } from './contract/live.ts'
import type {
  couponRowSchema,
  lineRowSchema,
  OrderAnomaly,
  OrderHeader,
  parcelRowSchema,
  queueReplySchema,
  rawReplySchema,
  searchReplySchema,
  TimelineEvent,
} from './contract/orders.ts'

type Instant = string | null
export type OrderPayment = {
  payment_id: string
  method: string
  provider: string
  status: string
  amount: number
  at: Instant
  failed_at: Instant
  failure_code: string
}
export type OrderRefund = {
  refund_id: string
  payment_id: string
  amount: number
  status: string
  channel: string
  requested_at: Instant
  settled_at: Instant
  failure_reason: string
  causation_id: string
}

/** One order as it stands: the header, every promise and fact of its life, and what belongs to it. */
export type OrderState = OrderHeader & {
  readonly paid_at: Instant
  readonly label_created_at: Instant
  readonly handed_over_at: Instant
  readonly first_scan_at: Instant
  readonly delivered_at: Instant
  readonly payment_expires_at: Instant
  readonly promised_ship_by: Instant
  readonly promised_delivery_until: Instant
  readonly payments: OrderPayment[]
  readonly refunds: OrderRefund[]
  readonly parcels: z.infer<typeof parcelRowSchema>[]
  readonly lines: z.infer<typeof lineRowSchema>[]
  readonly coupons: z.infer<typeof couponRowSchema>[]
}

export type QueueRequest = {
  readonly view: string
  readonly type?: string | undefined
  readonly limit: number
  readonly offset: number
}

export type Door = {
  catalogue(): Catalogue
  measure(request: MetricRequest, scope: RowScope): Promise<MetricResult>
  drill(request: DrillRequest, scope: RowScope): Promise<DrillResult>
  /** The rows of a drill as CSV with a header line. */
  drillCsv(request: DrillRequest, scope: RowScope): Promise<Uint8Array>
  dimensionValues(dimension: string, scope: RowScope): Promise<{ value: string; n: number }[]>
  /** Null when there is no such order or it is outside the scope. */
  order(orderId: string, scope: RowScope): Promise<OrderState | null>
  orderEvents(orderId: string, scope: RowScope): Promise<TimelineEvent[]>
  rawEvents(orderId: string, scope: RowScope): Promise<z.infer<typeof rawReplySchema>>
  orderAnomalies(orderId: string, scope: RowScope): Promise<OrderAnomaly[]>
  queue(request: QueueRequest, scope: RowScope): Promise<z.infer<typeof queueReplySchema>>
  search(text: string, scope: RowScope): Promise<z.infer<typeof searchReplySchema>['results']>
  dataHealth(): Promise<DataHealth>
  /** The data's own clock: what has happened up to here is known. */
  dataAsOf(): Promise<string>
}
