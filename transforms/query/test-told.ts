/** For tests: orders, promises, refunds and anomalies as plain rows, with what people did merged in by loops, not by SQL. */
import type { Envelope } from '#ingest/contracts/index.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { TestStore } from './test-store.ts'

/** Instants are milliseconds since the epoch. */
export type Row = Readonly<Record<string, unknown>>
export type Told = {
  readonly orders: readonly Row[]
  readonly promises: readonly Row[]
  readonly refunds: readonly Row[]
  readonly anomalies: readonly Row[]
  readonly actions: readonly Row[]
  readonly contacts: readonly Row[]
  readonly costs: readonly Row[]
}

const FAR = Date.UTC(2200, 0, 1)

export async function readTold({ warehouse, landed }: TestStore): Promise<Told> {
  const detected = await readRows(warehouse, 'select * from anomalies final')
  const unique = [...new Map(landed.map((event) => [`${event.source} ${event.id}`, event])).values()]
  return {
    orders: await readRows(warehouse, 'select * from order_state final'),
    promises: await readRows(warehouse, 'select * from expectations final'),
    refunds: refundsOf(unique),
    actions: actionsOf(unique),
    contacts: contactsOf(unique),
    costs: costsOf(unique),
    anomalies: detected.map((row) => ({ ...row, ...handlingOf(row, unique) })),
  }
}

async function readRows(warehouse: Warehouse, sql: string): Promise<Row[]> {
  return (await warehouse.queryRows(sql, {})).map((row) => withInstants(row) as Row)
}

function withInstants(value: unknown): unknown {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/.test(value))
    return Date.parse(`${value.replace(' ', 'T')}Z`)
  if (Array.isArray(value)) return value.map(withInstants)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withInstants(inner)]))
}

const timeOf = ({ time }: Envelope): number => Date.parse(time)
const first = (events: readonly Envelope[], ...types: string[]): number | null => {
  const times = events.filter(({ type }) => types.includes(type.replace(/\.v1$/, ''))).map(timeOf)
  return times.length === 0 ? null : Math.min(...times)
}

function refundsOf(landed: readonly Envelope[]): Row[] {
  const byRefund = new Map<string, Envelope[]>()
  for (const event of landed.filter(({ type }) => type.startsWith('refund.'))) {
    const key = `${event.subject} ${String((event.data as Row)['refund_id'])}`
    byRefund.set(key, [...(byRefund.get(key) ?? []), event])
  }
  return [...byRefund.values()].map((events) => ({
    requested_at: Math.min(...events.map(timeOf)),
    asked_at: first(events, 'refund.requested'),
    decided_at: first(events, 'refund.approved', 'refund.rejected', 'refund.created'),
    succeeded_at: first(events, 'refund.succeeded'),
    failed_at: first(events, 'refund.failed'),
  }))
}

function actionsOf(landed: readonly Envelope[]): Row[] {
  const byAction = new Map<string, Envelope[]>()
  for (const event of landed.filter(({ type }) => type.startsWith('action.'))) {
    const key = `${event.subject} ${String((event.data as Row)['action_id'])}`
    byAction.set(key, [...(byAction.get(key) ?? []), event])
  }
  return [...byAction.values()].map((events) => {
    const attempts = events.filter(({ type }) => type !== 'action.proposed.v1' && type !== 'action.reverted.v1')
    const [earliest] = attempts.sort((a, b) => timeOf(a) - timeOf(b))
    return {
      is_automatic: earliest?.authtype === 'service_account',
      executed_at: first(events, 'action.executed'),
      failed_at: first(events, 'action.failed'),
      overridden_at: first(
        events.filter(({ authtype }) => authtype === 'user'),
        'action.reverted',
      ),
    }
  })
}

function contactsOf(landed: readonly Envelope[]): Row[] {
  return landed
    .filter(({ type, authtype }) => {
      const isRequest = /^(refund\.requested|return\.requested|order\.cancel_requested)\.v1$/.test(type)
      return (isRequest && authtype === 'app_user') || type === 'dispute.opened.v1'
    })
    .map((event) => ({ order_id: event.subject?.slice('order/'.length), contacted_at: timeOf(event) }))
}

/** Bills by their number, and disputes that were lost; what was taken back is left out. */
function costsOf(landed: readonly Envelope[]): Row[] {
  const said = landed.map((event) => ({
    order_id: event.subject?.slice('order/'.length),
    fact: event.type.replace(/\.v1$/, ''),
    data: event.data as Row,
  }))
  const reversed = new Set(said.filter(({ fact }) => fact === 'cost.reversed').map(({ data }) => data['cost_id']))
  const bills = said
    .filter(({ fact, data }) => fact === 'cost.incurred' && !reversed.has(data['cost_id']))
    .map(({ order_id, data }) => ({ order_id, kind: data['cost_kind'], amount: data['amount'] }))
  const lost = said
    .filter(({ fact, data }) => fact === 'dispute.closed' && data['status'] === 'lost')
    .map(({ order_id, data: { dispute_id: id } }) => ({
      order_id,
      kind: 'chargeback',
      amount:
        said.find(({ fact, data }) => fact === 'dispute.opened' && data['dispute_id'] === id)?.data['amount'] ?? 0,
    }))
  return [...bills, ...lost]
}

function handlingOf(anomaly: Row, landed: readonly Envelope[]): Row {
  const deeds = landed
    .filter(({ data }) => (data as Row)['anomaly_id'] === anomaly['anomaly_id'])
    .map((event) => ({ ...event, at: timeOf(event), fact: event.type.replace(/\.v1$/, ''), data: event.data as Row }))
    .sort((a, b) => a.at - b.at)
  const isAction = (fact: string): boolean => fact === 'action.approved' || fact === 'action.executed'
  const byPeople = deeds.filter(({ authtype }) => authtype === 'user')
  const acknowledged = byPeople.find(({ fact }) => fact === 'anomaly.acknowledged' || isAction(fact))
  // The story told forward: an end stands until someone reopens it.
  const cleared = anomaly['resolved_at'] as number | null
  const ends = [
    ...(cleared === null ? [] : [{ at: cleared, how: 'cleared', authtype: '', because: '' }]),
    ...deeds.flatMap(({ at, fact, authtype, data }) =>
      /anomaly\.(resolved|dismissed|reopened)/.test(fact)
        ? [{ at, how: fact.slice(8), authtype: authtype ?? '', because: String(data['reason_code'] ?? '') }]
        : [],
    ),
  ].sort((a, b) => a.at - b.at)
  let end: (typeof ends)[number] | null = null
  for (const each of ends) {
    if (each.how === 'reopened') end = null
    else end ??= each
  }
  const snoozes = deeds.filter(({ fact }) => fact === 'anomaly.snoozed')
  const resolvers = (): unknown => {
    if (end === null) return ''
    if (end.how === 'cleared') return anomaly['resolver']
    if (end.how === 'dismissed' && (end.because === '' || end.because === 'false_positive')) return 'false_positive'
    return end.authtype === 'service_account' ? 'automation' : 'agent'
  }
  const ownersOf = byPeople.flatMap(({ fact, data, authid }) => {
    if (fact === 'anomaly.assigned') return [data['target'] ?? authid]
    return fact === 'anomaly.acknowledged' ? [authid] : []
  })
  return {
    acknowledged_at: acknowledged?.at ?? null,
    first_action_at: deeds.find(({ fact }) => isAction(fact))?.at ?? null,
    owners: [...new Set(ownersOf)],
    teams: [...new Set(deeds.flatMap(({ data }) => (data['team'] === undefined ? [] : [data['team']])))],
    agent_actions: new Set(byPeople.flatMap(({ fact, data }) => (isAction(fact) ? [data['action_id']] : []))).size,
    touches: new Set(byPeople.map(({ id, data }) => data['action_id'] ?? id)).size,
    reopened_ats: deeds.filter(({ fact }) => fact === 'anomaly.reopened').map(({ at }) => at),
    first_resolved_at: ends.find(({ how }) => how !== 'reopened')?.at ?? null,
    resolved_at: end?.at ?? null,
    status: end === null ? 'open' : end.how === 'dismissed' ? 'dismissed' : 'resolved',
    resolver: resolvers(),
    pauses: snoozes.map(({ at, data }) => {
      const next = byPeople.find((deed) => deed.at > at)?.at ?? FAR
      return [at, Math.min(next, data['due_at'] === undefined ? FAR : Date.parse(String(data['due_at'])))]
    }),
  }
}
