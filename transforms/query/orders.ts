/** One order as it stands, with everything that belongs to it. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { eventFields } from '#ingest/contracts/fields.ts'
import { type RowRead, compileRows } from './compile-rows.ts'
import { fieldText, type Row, toRow } from './entity-row.ts'
import type { Known } from '../knowledge/knowledge.ts'
import { INSTANT } from './fragments.ts'
import { hidePersonal, hidePersonalFields } from './personal.ts'
import { param } from './knex.ts'
import { engineInstant, scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

type Instant = string | null
type Payment = {
  payment_id: string
  method: string
  provider: string
  status: string
  amount: number
  at: Instant
  failed_at: Instant
  failure_code: string
}
type Refund = {
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
type Parcel = {
  shipment_id: string
  carrier: string
  tracking_no: string
  status: string
  label_at: Instant
  handed_over_at: Instant
  first_scan_at: Instant
  last_scan_at: Instant
  delivered_at: Instant
  location: string
}
type Line = {
  line_id: string
  sku: string
  name: string
  category: string
  seller_id: string
  seller_region: string
  quantity: number
  unit_price: number
  amount: number
  freight: number
}

export type OrderRow = {
  order_id: string
  order_no: string
  channel: string
  shop_id: string
  buyer_id: string
  buyer_name: string
  region: string
  currency: string
  order_status: string
  financial_status: string
  fulfillment_status: string
  refund_status: string
  source_status: string
  amount_payable: number
  amount_paid: number
  amount_refunded: number
  amount_discount: number
  amount_items: number
  amount_freight: number
  created_at: Instant
  confirmed_at: Instant
  paid_at: Instant
  label_created_at: Instant
  handed_over_at: Instant
  first_scan_at: Instant
  delivered_at: Instant
  canceled_at: Instant
  payment_expires_at: Instant
  promised_ship_by: Instant
  promised_delivery_from: Instant
  promised_delivery_until: Instant
  historic: boolean
  sequence_violations: string[]
  payments: Payment[]
  refunds: Refund[]
  parcels: Parcel[]
  lines: Line[]
  coupons: { coupon_id: string; status: string; amount: number }[]
}

export type EventRow = {
  event_id: string
  source: string
  event_type: string
  lane: string
  occurred_at: string
  landed_at: string
  auth_type: string
  auth_id: string
  causation_id: string
  fields: { name: string; value: string }[]
  copies: number
}
export type RawEventRow = {
  event_id: string
  event_type: string
  topic: string
  partition: number
  offset: string
  landed_at: string
  value: string
  /** Whether something personal was hidden in it. */
  is_hidden: boolean
}

const TEXTS = [
  'order_id',
  'order_no',
  'channel',
  'shop_id',
  'buyer_id',
  'buyer_name',
  'region',
  'currency',
  'order_status',
  'financial_status',
  'fulfillment_status',
  'refund_status',
  'source_status',
]
const AMOUNTS = [
  'amount_payable',
  'amount_paid',
  'amount_refunded',
  'amount_discount',
  'amount_items',
  'amount_freight',
]
const INSTANTS = [
  'created_at',
  'confirmed_at',
  'paid_at',
  'label_created_at',
  'handed_over_at',
  'first_scan_at',
  'delivered_at',
  'canceled_at',
  'payment_expires_at',
  'promised_ship_by',
  'promised_delivery_from',
  'promised_delivery_until',
]
const LISTS = ['sequence_violations', 'payments', 'refunds', 'parcels', 'lines', 'coupons']
export const ROW_SCOPE = { channel: 'channel', region: 'region', shop: 'shop_id' } as const
/** The same of rows that tell of an anomaly. */
export const ANOMALY_SCOPE = { ...ROW_SCOPE, anomaly_type: 'anomaly_type' } as const
const ORDER_ID = param('order_id', 'String')

/** Where an order is read, and which of its events: all, or those that were known at an instant. */
type Place = { readonly orders: string; readonly events: string; readonly knownAt?: string }
const EVENTS = `order_id = ${ORDER_ID}`
const PRESENT: Place = { orders: 'orders', events: EVENTS }
const KNOWN_EVENTS = `${EVENTS} and (topic, partition, epoch, offset, ordinal) in (
      select topic, partition, epoch, offset, ordinal from known_events where ${EVENTS} and known_at <= ${param('known_at', INSTANT)}
    )`
const placeOf = (known: Known): Place => ({
  orders: known.relation('orders'),
  events: KNOWN_EVENTS,
  knownAt: known.at,
})

const orderRead = ({ orders }: Place): RowRead => ({
  relation: orders,
  scope: ROW_SCOPE,
  columns: [...TEXTS, ...AMOUNTS, ...INSTANTS, ...LISTS, 'historic'],
  conditions: [`order_id = ${ORDER_ID}`],
})

/** Events need not know where an order belongs; the order does, and what it says decides who sees them. */
const PLACES = new Set<string>(Object.values(ROW_SCOPE))
const eventColumns = [
  'event_id',
  'source',
  'event_type',
  'occurred_at',
  'landed_at',
  'auth_type',
  'auth_id',
  'causation_id',
  ...Object.keys(eventFields),
]
const eventRead = ({ orders, events }: Place): RowRead => ({
  relation: `(
    select e.* except (channel, region, shop_id), e.channel as event_channel, e.region as event_region, e.shop_id as event_shop_id, o.channel as channel, o.region as region, o.shop_id as shop_id
    from (select *, count() over (partition by source, event_id) as copies from events final where ${events}) as e
    inner join (select order_id, channel, region, shop_id from ${orders} where order_id = ${ORDER_ID}) as o on o.order_id = e.order_id
  )`,
  scope: ROW_SCOPE,
  columns: [...eventColumns.map((name) => (PLACES.has(name) ? `event_${name}` : name)), 'copies'],
  conditions: [],
  order: 'occurred_at, source, event_id, landed_at',
  tail: 'limit 1 by source, event_id limit 5000',
})

const POSITION = 'topic, partition, epoch, offset'
const rawRead = ({ orders, events }: Place): RowRead => ({
  relation: `(
    select e.event_id as event_id, e.event_type as event_type, e.topic as topic, e.partition as partition, toString(e.offset) as position, e.occurred_at as occurred_at, e.landed_at as landed_at, toValidUTF8(r.value) as value, o.channel as channel, o.region as region, o.shop_id as shop_id
    from (select order_id, event_id, event_type, occurred_at, landed_at, ${POSITION} from events final where ${events}) as e
    inner join (select value, ${POSITION} from raw_events where (${POSITION}) in (select ${POSITION} from events where order_id = ${ORDER_ID})) as r using (${POSITION})
    inner join (select order_id, channel, region, shop_id from ${orders} where order_id = ${ORDER_ID}) as o on o.order_id = e.order_id
  )`,
  scope: ROW_SCOPE,
  columns: ['event_id', 'event_type', 'topic', 'partition', 'position as offset', 'landed_at', 'value'],
  conditions: [],
  order: 'occurred_at, event_id, landed_at',
  tail: 'limit 5000',
})

/** The instants at which something new became known of an order. */
const instantRead: RowRead = {
  relation: `(
    select e.known_at as known_at, o.channel as channel, o.region as region, o.shop_id as shop_id
    from (select distinct known_at from known_events where order_id = ${ORDER_ID}) as e
    cross join (select channel, region, shop_id from orders where order_id = ${ORDER_ID}) as o
  )`,
  scope: ROW_SCOPE,
  columns: ['known_at'],
  conditions: [],
  order: 'known_at',
  tail: 'limit 5000',
}

export type OrderReads = {
  /** Null when there is no such order or the caller may not see it. */
  order(orderId: string, scope: RowScope): Promise<OrderRow | null>
  /** Its events in order of time, one copy of each. */
  orderEvents(orderId: string, scope: RowScope): Promise<EventRow[]>
  /** One of its landed messages with what is personal in it, as it was sent; null where there is none such. */
  revealedEvent(
    orderId: string,
    place: { topic: string; partition: number; offset: string },
    scope: RowScope,
  ): Promise<string | null>
  /** The landed bytes of its events, every copy, with what is personal hidden; of those known at an instant, where one is given. */
  rawEvents(orderId: string, scope: RowScope, knownAt?: string): Promise<RawEventRow[]>
  /** The instants at which something new became known of it, in order; empty when the caller may not see it. */
  orderInstants(orderId: string, scope: RowScope): Promise<string[]>
}

/** `known`: reads what was known then instead of what is known now. */
export function createOrderReads(warehouse: Warehouse, known?: Known): OrderReads {
  const place = known === undefined ? PRESENT : placeOf(known)
  const read = async (
    rows: RowRead,
    orderId: string,
    scope: RowScope,
    knownAt = place.knownAt ?? '',
  ): Promise<Row[]> => {
    const sql = compileRows(rows, scope)
    const known_at = knownAt === '' ? '' : engineInstant(knownAt)
    const parameters = usedParameters(sql, { ...scopeParameters(scope), order_id: orderId, known_at })
    return (await warehouse.queryRows(sql, parameters)).map(toRow)
  }
  return {
    async order(orderId, scope) {
      const [row] = await read(orderRead(place), orderId, scope)
      // safe because the columns are the ones listed above
      return row === undefined ? null : ({ ...row, historic: row['historic'] === 1 } as unknown as OrderRow)
    },
    orderEvents: async (orderId, scope) => (await read(eventRead(place), orderId, scope)).map(toEvent),
    async rawEvents(orderId, scope, knownAt) {
      const events = knownAt === undefined ? place.events : KNOWN_EVENTS
      const rows = await read(rawRead({ ...place, events }), orderId, scope, knownAt)
      return rows.map((row) => {
        const { value, ...told } = row as unknown as RawEventRow
        const shown = hidePersonal(value)
        return { ...told, offset: String(told.offset), value: shown, is_hidden: shown !== value }
      })
    },
    async revealedEvent(orderId, { topic, partition, offset }, scope) {
      const rows = await read(rawRead(place), orderId, scope)
      const found = rows.find(
        (row) => row['topic'] === topic && row['partition'] === partition && String(row['offset']) === offset,
      )
      return found === undefined ? null : String(found['value'])
    },
    orderInstants: async (orderId, scope) =>
      (await read(instantRead, orderId, scope)).map(({ known_at }) => String(known_at)),
  }
}

function toEvent(row: Row): EventRow {
  const fields = Object.keys(eventFields).flatMap((name) => {
    const value = fieldText(row[PLACES.has(name) ? `event_${name}` : name])
    return value === null ? [] : [{ name, value }]
  })
  const { event_id, source, event_type, occurred_at, landed_at, auth_type, auth_id, causation_id, copies } = row
  const lane = String(event_type).split('.')[0] ?? ''
  return {
    event_id,
    source,
    event_type,
    lane,
    occurred_at,
    landed_at,
    auth_type,
    auth_id,
    causation_id,
    fields: hidePersonalFields(fields),
    copies,
  } as EventRow
}
