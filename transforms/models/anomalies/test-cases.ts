/**
 * For tests of anomaly types: a case is what is told of an order, relative to the instant at which it must open; all cases
 * of a family live in one warehouse and pass that instant together.
 */
import { randomUUID } from 'node:crypto'
import { type Envelope, orderSubject, parseEvent } from '#ingest/contracts/index.ts'
import type { Ticker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** When every case must open. */
export const OPENS = Date.UTC(2026, 9, 20, 12)
/** The clock of the tick before anything may be open. */
export const BEFORE = OPENS - SECOND

/** `[type, milliseconds from the opening, data]` */
export type Told = readonly [type: string, atMs: number, data?: Readonly<Record<string, unknown>>]

/** Attached to the order itself, whatever its id; in data, a value that only it and the order beside it have. */
export const ITS_ORDER = Symbol('its order')

export type Case = {
  readonly type: string
  /** What tells this case from others of its type. */
  readonly of?: string
  readonly told: readonly Told[]
  /** What is told of another order. */
  readonly beside?: readonly Told[]
  /** `@…`: to a part of the order itself. */
  readonly attachedTo: string | typeof ITS_ORDER
  readonly exposure: number
  /** Places in `told` of the events that show it. */
  readonly evidence: readonly number[]
  /** Places in `beside` of those, which come first. */
  readonly evidenceBeside?: readonly number[]
  /** Whether it is seen as at risk before; not so where a fact opens it. */
  readonly isForeseen: boolean
  /** Milliseconds from the opening. */
  readonly escalatesAt?: number
  /** When what it warned of is found broken, which ends it. */
  readonly passesOnAt?: number
  /** When what clears it happens, where it is not long after; it is told after everything else. */
  readonly clearsAt?: number
  /** What clears it is told of the other order. */
  readonly clearsBeside?: true
  readonly clears: readonly [type: string, data?: Readonly<Record<string, unknown>>]
  /** What the threshold snapshot must contain. */
  readonly threshold: Readonly<Record<string, string>>
}

/** What looks like a type and is none. */
export type LookAlike = Pick<Case, 'type' | 'told' | 'beside'> & { readonly why: string }

/** The other order of a case. */
export const besideOf = (orderId: string): string => `${orderId}~beside`

export const caseName = ({ type, of = '' }: Pick<Case, 'type' | 'of'>): string => (of === '' ? type : `${type}-${of}`)

/** A placed and paid order of one line, so long before the opening. */
export const placed = (agoMs: number, data: Record<string, unknown> = {}): Told => [
  'order.created',
  -agoMs,
  {
    order_no: 'no',
    channel: 'tmall',
    buyer_id: 'buyer',
    currency: 'CNY',
    amount_payable: 10_000,
    promised_ship_by: new Date(OPENS + 60 * DAY).toISOString(),
    ...data,
  },
]
export const paid = (agoMs: number, data: Record<string, unknown> = {}): Told => [
  'payment.captured',
  -agoMs,
  { payment_id: 'p1', amount: 10_000, currency: 'CNY', method: 'card', ...data },
]

export const attachedId = ({ attachedTo }: Pick<Case, 'attachedTo'>, orderId: string): string => {
  if (attachedTo === ITS_ORDER) return orderId
  return attachedTo.startsWith('@') ? `${orderId}${attachedTo}` : attachedTo
}

export const eventId = (orderId: string, place: number): string => `${orderId}/${place}`

export function envelopesOf(orderId: string, told: readonly Told[], firstPlace = 0): Envelope[] {
  return told.map(([type, atMs, data = {}], place) => ({
    specversion: '1.0' as const,
    id: eventId(orderId, firstPlace + place),
    source: '/shop/test/all',
    type: `${type}.v1`,
    subject: orderSubject(orderId),
    time: new Date(OPENS + atMs).toISOString(),
    authtype: 'system' as const,
    data: Object.fromEntries(
      Object.entries(data).map(([name, value]) => [
        name,
        value === ITS_ORDER ? orderId.replace(/~beside$/, '') : value,
      ]),
    ),
  }))
}

/** Of the order and of the one beside it. */
const bothOf = (orderId: string, { told, beside = [] }: Pick<Case, 'told' | 'beside'>): Envelope[] => [
  ...envelopesOf(orderId, told),
  ...envelopesOf(besideOf(orderId), beside),
]

/** Puts events that keep their contracts where the tick looks for them, as one listed batch. */
export async function tell(warehouse: Warehouse, envelopes: readonly Envelope[]): Promise<void> {
  if (envelopes.length === 0) return
  const batch_id = randomUUID()
  const landed_at = engineTime(Date.now())
  const rows = envelopes.map((envelope, offset) => ({
    ...rowOf(envelope),
    batch_id,
    topic: batch_id,
    offset,
    landed_at,
  }))
  // Every row names every column: the first one says which there are.
  const columns = Object.fromEntries(rows.flatMap((row) => Object.keys(row)).map((name) => [name, null]))
  await warehouse.insertRows(
    'events',
    rows.map((row) => ({ ...columns, ...row })),
  )
  await warehouse.insertRows('landed_batches', [
    { batch_id, topic: batch_id, range_last: rows.length - 1, range_n: rows.length, landed_at },
  ])
}

function rowOf(envelope: Envelope): Record<string, unknown> {
  const outcome = parseEvent(JSON.stringify(envelope))
  if (outcome.kind !== 'accepted') throw new Error(`${envelope.type}: ${JSON.stringify(outcome)}`)
  const instants = Object.entries(envelope.data).map(([name, value]) => [
    name,
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? engineTime(Date.parse(value)) : value,
  ])
  return {
    ...Object.fromEntries(instants),
    order_id: envelope.subject?.slice('order/'.length),
    occurred_at: engineTime(Date.parse(envelope.time)),
    source: envelope.source,
    event_id: envelope.id,
    event_type: envelope.type.replace(/\.v1$/, ''),
    causation_id: envelope.causationid ?? '',
    auth_type: envelope.authtype ?? '',
  }
}

const engineTime = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '')

export type Found = {
  readonly type: string
  readonly attachedTo: string
  readonly level: string
  readonly openedAt: number | null
  readonly escalatedAt: number | null
  readonly resolvedAt: number | null
  readonly resolvedBy: string
  readonly resolver: string
  readonly exposure: number
  readonly evidence: readonly string[]
  readonly threshold: Readonly<Record<string, string>>
}

/** Anomalies by order. */
export async function found(warehouse: Warehouse): Promise<Map<string, Found[]>> {
  const rows = await warehouse.queryRows(
    `select order_id, anomaly_type, attached_to_id, level, resolver, resolved_by_event_id, exposure_amount, evidence_event_ids, threshold_snapshot,
       toString(toUnixTimestamp64Milli(opened_at)) as opened, toString(toUnixTimestamp64Milli(escalated_at)) as escalated, toString(toUnixTimestamp64Milli(resolved_at)) as resolved
     from anomaly_current order by order_id, anomaly_type, attached_to_id`,
  )
  const instant = (value: unknown): number | null => (typeof value === 'string' ? Number(value) - OPENS : null)
  const byOrder = new Map<string, Found[]>()
  for (const row of rows) {
    const one: Found = {
      type: String(row['anomaly_type']),
      attachedTo: String(row['attached_to_id']),
      level: String(row['level']),
      openedAt: instant(row['opened']),
      escalatedAt: instant(row['escalated']),
      resolvedAt: instant(row['resolved']),
      resolvedBy: String(row['resolved_by_event_id']),
      resolver: String(row['resolver']),
      exposure: Number(row['exposure_amount']),
      evidence: row['evidence_event_ids'] as string[],
      threshold: JSON.parse(String(row['threshold_snapshot'])) as Record<string, string>,
    }
    const orderId = String(row['order_id'])
    byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), one])
  }
  return byOrder
}

export type Lived = {
  /** Anomalies as they were one second before the opening, at it, around each escalation and at the end. */
  readonly before: Map<string, Found[]>
  readonly opened: Map<string, Found[]>
  readonly escalations: readonly {
    readonly at: number
    readonly before: Map<string, Found[]>
    readonly after: Map<string, Found[]>
  }[]
  readonly cleared: Map<string, Found[]>
}

/** The order that hears everything twice and backwards. */
export const retold = (name: string): string => `${name}~retold`
/** When the clearing facts happen, and everything is over. */
export const CLEARS = 40 * DAY

/** Lives all cases through: told plainly as time goes on, and once more backwards, twice, only when it is over. */
export async function live(
  warehouse: Warehouse,
  ticker: Ticker,
  cases: readonly Case[],
  lookAlikes: readonly LookAlike[],
): Promise<Lived> {
  const until = (limit: number) =>
    cases.flatMap((one) => bothOf(caseName(one), one).filter(({ time }) => Date.parse(time) <= limit))
  await tell(warehouse, until(BEFORE))
  await tell(
    warehouse,
    lookAlikes.flatMap((alike, n) => bothOf(`${alike.type}~alike-${n}`, alike)),
  )
  await ticker.tick(BEFORE)
  const before = await found(warehouse)
  await tell(
    warehouse,
    until(OPENS).filter(({ time }) => Date.parse(time) > BEFORE),
  )
  await ticker.tick(OPENS)
  const opened = await found(warehouse)
  await tell(
    warehouse,
    until(Infinity).filter(({ time }) => Date.parse(time) > OPENS),
  )
  const escalations = []
  const instants = [...new Set(cases.flatMap(({ escalatesAt }) => escalatesAt ?? []))].sort((a, b) => a - b)
  for (const at of instants) {
    await ticker.tick(OPENS + at - SECOND)
    const justBefore = await found(warehouse)
    await ticker.tick(OPENS + at)
    escalations.push({ at, before: justBefore, after: await found(warehouse) })
  }
  await tell(
    warehouse,
    cases.flatMap((one) => clearing(caseName(one), one)),
  )
  const again = cases.map((one) =>
    [...bothOf(retold(caseName(one)), one), ...clearing(retold(caseName(one)), one)].reverse(),
  )
  await tell(
    warehouse,
    again.flatMap((events) => events.slice(0, Math.ceil(events.length / 2))),
  )
  await ticker.tick(OPENS + CLEARS)
  await tell(warehouse, again.flat())
  await ticker.tick(OPENS + CLEARS + SECOND)
  return { before, opened, escalations, cleared: await found(warehouse) }
}

const clearing = (orderId: string, one: Case): Envelope[] => {
  const { told, beside = [], clears, clearsAt = CLEARS } = one
  const event: Told = [clears[0], clearsAt, clears[1] ?? {}]
  return one.clearsBeside === true
    ? envelopesOf(besideOf(orderId), [event], beside.length)
    : envelopesOf(orderId, [event], told.length)
}

/** The event that clears a case. */
export const clearingId = (orderId: string, { told, beside = [], clearsBeside }: Case): string =>
  clearsBeside === true ? eventId(besideOf(orderId), beside.length) : eventId(orderId, told.length)

export const evidenceOf = (orderId: string, { evidence, evidenceBeside = [] }: Case): string[] => [
  ...evidenceBeside.map((place) => eventId(besideOf(orderId), place)),
  ...evidence.map((place) => eventId(orderId, place)),
]
